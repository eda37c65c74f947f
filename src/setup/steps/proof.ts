import type { Step } from '../step';

export const proofSteps: readonly Step[] = [];
