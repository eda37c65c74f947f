/** The rules by what they are about, in the order in which people meet it. */
import { annotationRules } from './annotationRules';
import { groupRules } from './groupRules';
import { listenerRules } from './ingress/listenerRules';
import { pathRules } from './ingress/pathRules';
import { settingRules } from './ingress/settingRules';
import { liveRules } from './liveRules';
import { referenceRules } from './referenceRules';
import { resourceRules } from './resourceRules';
import type { Rule } from './rule';
import { serviceRules } from './serviceRules';

export interface Theme {
  readonly title: string;
  readonly rules: Readonly<Record<string, Rule>>;
}

export const themes: readonly Theme[] = [
  { title: 'One annotation by itself', rules: annotationRules },
  { title: 'Listeners, certificates and logins', rules: listenerRules },
  { title: 'Paths, conditions and actions', rules: pathRules },
  { title: 'Health checks, networks and other settings', rules: settingRules },
  { title: 'What an Ingress refers to', rules: referenceRules },
  { title: 'IngressGroups and quotas', rules: groupRules },
  { title: 'Services of Network Load Balancers', rules: serviceRules },
  { title: 'Services, classes and target group bindings', rules: resourceRules },
  { title: 'What exists in the account and the cluster', rules: liveRules },
];
