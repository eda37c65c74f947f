/** What can be wrong between an Ingress and the objects it refers to. */
import type { Rule } from './rule';

export const referenceRules = {} satisfies Record<string, Rule>;
