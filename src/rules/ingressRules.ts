/** What can be wrong with the annotations and rules of one Ingress together. */
import { listenerRules } from './ingress/listenerRules';
import { pathRules } from './ingress/pathRules';
import { settingRules } from './ingress/settingRules';
import type { Rule } from './rule';

export const ingressRules = {
  ...listenerRules,
  ...pathRules,
  ...settingRules,
} satisfies Record<string, Rule>;
