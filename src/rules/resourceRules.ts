/** What can be wrong with Services of Network Load Balancers, IngressClasses, their parameters and TargetGroupBindings. */
import type { Rule } from './rule';

export const resourceRules = {} satisfies Record<string, Rule>;
