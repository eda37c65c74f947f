import type { CheckContext } from './context';
import type { Finding } from './finding';
import * as actions from './ingress/actions';
import * as attributes from './ingress/attributes';
import * as auth from './ingress/auth';
import * as classes from './ingress/classes';
import * as conditions from './ingress/conditions';
import * as effect from './ingress/effect';
import * as foreign from './ingress/foreign';
import * as health from './ingress/health';
import * as listeners from './ingress/listeners';
import * as network from './ingress/network';
import * as paths from './ingress/paths';
import * as profile from './ingress/profile';
import * as targetGroups from './ingress/targetGroups';
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
  classes.twoClasses,
  classes.legacyClass,
  profile.needsNewerController,
  profile.autoModeUnsupported,
  profile.webAclNone,
  foreign.nginxAnnotations,
  listeners.httpsWithoutCertificate,
  listeners.sslRedirectPort,
  listeners.swappedPorts,
  listeners.tlsWithoutHttps,
  listeners.listenerAttributesPort,
  listeners.mutualAuthenticationPort,
  listeners.defaultSslPolicy,
  auth.authOverHttp,
  auth.authProviderMissing,
  auth.authProviderUnused,
  auth.cognitoDomain,
  auth.jwtWithLogin,
  paths.pathWildcard,
  paths.invalidPath,
  paths.pathSemantics,
  conditions.tooManyConditionValues,
  conditions.mixedWildcardRegex,
  conditions.repeatedCondition,
  actions.actionNotFound,
  actions.actionUnused,
  actions.conditionUnused,
  actions.transformUnused,
  actions.redirectLoop,
  actions.tooManyTargetGroups,
  health.healthCheckInterval,
  health.healthCheckProtocol,
  health.grpcSuccessCodes,
  health.grpcNeedsHttps,
  health.targetControlPortInstance,
  attributes.logBuckets,
  attributes.deletionProtection,
  attributes.innerQuotes,
  targetGroups.weightedStickiness,
  targetGroups.stickyInstances,
  targetGroups.attributeConflict,
  attributes.webAclName,
  network.tooFewSubnets,
  network.backendRulesNotManaged,
  network.tooManySecurityGroupRules,
  network.onlyIpv6Cidrs,
  network.certificateRegion,
  effect.settingWithoutEffect,
  effect.createdCertificate,
  effect.targetControlPortUnused,
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
