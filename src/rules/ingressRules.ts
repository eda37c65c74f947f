/** What can be wrong with the annotations and rules of one Ingress together. */
import type { Rule } from './rule';

export const ingressRules = {} satisfies Record<string, Rule>;
