/**
 * All rules of the static check. `code` is stable: it is the diagnostic's code, the key of its quick fixes, the name of
 * its page in `docs/rules/`, and the name by which `.ekslb.yaml` and comments switch it off.
 */
import { annotationRules } from './annotationRules';
import { groupRules } from './groupRules';
import { ingressRules } from './ingressRules';
import { liveRules } from './liveRules';
import { referenceRules } from './referenceRules';
import { resourceRules } from './resourceRules';
import type { Rule } from './rule';
import { serviceRules } from './serviceRules';

export type { LiveExample, Rule, Severity } from './rule';

export const rules = {
  ...annotationRules,
  ...ingressRules,
  ...referenceRules,
  ...groupRules,
  ...resourceRules,
  ...serviceRules,
  ...liveRules,
} satisfies Record<string, Rule>;

export type RuleCode = keyof typeof rules;

/** The row of a rule. */
export function ruleOf(code: RuleCode): Rule {
  return rules[code];
}
