import type { HttpPath } from '../../kube/types';
import type { Member } from '../group';
import type { Rule } from './ruleOptimizer';

/** A rule of a listener and the path of the Ingress that it comes from. */
export interface RuleOrigin {
  readonly member: Member;
  /** The very object of the Ingress' spec. */
  readonly path: HttpPath;
  readonly port: number;
  readonly priority: number;
  readonly rule: Rule;
}
