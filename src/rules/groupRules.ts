/** What can be wrong between the members of an IngressGroup, or with what they add up to. */
import type { Rule } from './rule';

export const groupRules = {} satisfies Record<string, Rule>;
