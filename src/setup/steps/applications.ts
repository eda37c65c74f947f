import type { Step } from '../step';

export const applicationSteps: readonly Step[] = [];
