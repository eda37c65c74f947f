import type { Step } from '../step';

export const networkSteps: readonly Step[] = [];
