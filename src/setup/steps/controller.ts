import type { Step } from '../step';

export const controllerSteps: readonly Step[] = [];
