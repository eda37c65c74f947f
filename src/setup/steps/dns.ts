import type { Step } from '../step';

export const dnsSteps: readonly Step[] = [];
