import type { Step } from '../step';

export const permissionSteps: readonly Step[] = [];
