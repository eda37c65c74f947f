import { quotas } from '../rules/quotas';
import { LISTENER, LISTENER_RULE, type Resources, TARGET_GROUP } from './stack';

/** How much of what AWS allows a load balancer its stack uses. */
export interface Use {
  readonly listeners: number;
  readonly rules: number;
  readonly targetGroups: number;
  /** Besides the default ones of the listeners. */
  readonly certificates: number;
}

/** Counts what the stack would have, whether it exists already or not. */
export function useOf(resources: Resources): Use {
  const listeners = Object.values(resources[LISTENER] ?? {});
  const certificates = listeners.map(({ spec }) => Math.max(0, (spec.certificates?.length ?? 0) - 1));
  return {
    listeners: listeners.length,
    rules: Object.keys(resources[LISTENER_RULE] ?? {}).length,
    targetGroups: Object.keys(resources[TARGET_GROUP] ?? {}).length,
    certificates: certificates.reduce((sum, count) => sum + count, 0),
  };
}

/** What AWS allows unless the quota was raised, in the same terms. */
export const allowed: Use = {
  listeners: quotas.listenersPerLoadBalancer,
  rules: quotas.rulesPerLoadBalancer,
  targetGroups: quotas.targetGroupsPerLoadBalancer,
  certificates: quotas.certificatesPerLoadBalancer,
};
