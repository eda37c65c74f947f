import type { CheckContext } from './context';
import type { Finding } from './finding';
import { checkClass } from './references/classes';
import { checkClassParams } from './references/classParams';
import { checkLoadBalancerName } from './references/loadBalancerName';
import { checkHealthCheckPorts, checkPorts } from './references/ports';
import { checkSecrets } from './references/secrets';
import { checkServices } from './references/services';
import { checkFargate, checkTargets } from './references/targets';
import { checkProbes, checkRollout } from './references/workloads';
import type { IngressSubject } from './subject';

/** Something that may be wrong with an Ingress: its annotations and rules together, and what they refer to. */
export type IngressCheck = (ingress: IngressSubject, context: CheckContext) => Finding[];

/** All of them, in the order in which their findings are listed. */
export const ingressChecks: readonly IngressCheck[] = [
  checkServices,
  checkPorts,
  checkHealthCheckPorts,
  checkTargets,
  checkFargate,
  checkClass,
  checkClassParams,
  checkSecrets,
  checkLoadBalancerName,
  checkProbes,
  checkRollout,
];
