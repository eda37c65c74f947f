/** Settings that do nothing because of another one. */
import type { Suffix } from '../../../src/annotations/read';
import { removeEntry } from '../../edits';
import type { CheckContext } from '../context';
import type { Finding, Fix } from '../finding';
import { ofGroup } from '../ofGroup';
import {
  entryOf,
  familyOf,
  type IngressSubject,
  readValue,
  serviceBackends,
  spanOfAnnotation,
} from '../subject';
import {
  actionsOf,
  certificatesOf,
  has,
  hostsOf,
  isAssembled,
  keyOf,
  knowsBackends,
  wholeGroup,
} from './facts';
import { fixOf, found, inWords, setTo } from './found';
import { viewsOf } from './targets';

interface Ineffective {
  readonly suffixes: readonly Suffix[];
  /** Undefined: it has an effect, or nobody can tell. */
  readonly because: (ingress: IngressSubject, context: CheckContext) => Reason | undefined;
}

interface Reason {
  readonly why: string;
  readonly advice: string;
  readonly fix?: Fix | undefined;
}

/** Settings that belong to a login; without one nothing asks for them. */
const LOGIN = [
  'auth-on-unauthenticated-request',
  'auth-scope',
  'auth-session-cookie',
  'auth-session-timeout',
] as const;

const FRONTEND_NLB = [
  'frontend-nlb-scheme',
  'frontend-nlb-subnets',
  'frontend-nlb-security-groups',
  'frontend-nlb-listener-port-mapping',
  'frontend-nlb-eip-allocations',
  'frontend-nlb-healthcheck-port',
  'frontend-nlb-healthcheck-protocol',
  'frontend-nlb-healthcheck-path',
  'frontend-nlb-healthcheck-interval-seconds',
  'frontend-nlb-healthcheck-timeout-seconds',
  'frontend-nlb-healthcheck-healthy-threshold-count',
  'frontend-nlb-healthcheck-unhealthy-threshold-count',
  'frontend-nlb-healthcheck-success-codes',
  'frontend-nlb-attributes',
  'frontend-nlb-tags',
] as const satisfies readonly Suffix[];

const TABLE: readonly Ineffective[] = [
  // lbc:pkg/ingress/model_build_frontend_nlb.go
  { suffixes: FRONTEND_NLB, because: noFrontendNlb },
  // lbc:pkg/ingress/model_build_load_balancer.go: a managed group is made only without `security-groups`.
  { suffixes: ['inbound-cidrs', 'security-group-prefix-lists'], because: ownSecurityGroups },
  { suffixes: LOGIN, because: noLogin },
  // lbc:pkg/ingress/model_build_load_balancer_addons.go
  { suffixes: ['wafv2-acl-arn'], because: webAclByName },
  { suffixes: ['create-acm-cert'], because: certificateGiven },
  { suffixes: ['acm-pca-arn'], because: noCertificateMade },
];

/** One finding for each annotation that does nothing; of the front-end NLB one in all. */
export function settingWithoutEffect(ingress: IngressSubject, context: CheckContext): Finding[] {
  return TABLE.flatMap(({ suffixes, because }) => {
    const present = suffixes.filter((suffix) => has(ingress, suffix));
    const reason = present.length === 0 ? undefined : because(ingress, context);
    const [first] = present;
    if (first === undefined || reason === undefined) return [];
    const message = `${inWords(present)} ${present.length === 1 ? 'has' : 'have'} no effect: ${reason.why}.`;
    return [found('setting-without-effect', keyOf(ingress, first), message, reason.advice, reason.fix)];
  });
}

const anyFrontendNlb = ofGroup((members) =>
  members.some(
    (member) => has(member, 'enable-frontend-nlb') && readValue(member, 'enable-frontend-nlb') !== false,
  ),
);

function noFrontendNlb(ingress: IngressSubject, context: CheckContext): Reason | undefined {
  const members = wholeGroup(ingress, context);
  if (members === undefined || anyFrontendNlb(members, context)) return undefined;
  return {
    why: '`enable-frontend-nlb` is not set, so there is no front-end NLB',
    advice: "Add `enable-frontend-nlb: 'true'`, or remove them.",
    fix: setTo(ingress, 'enable-frontend-nlb', 'true'),
  };
}

function ownSecurityGroups(ingress: IngressSubject): Reason | undefined {
  if ((readValue(ingress, 'security-groups') ?? []).length === 0) return undefined;
  return {
    why: '`security-groups` is set, and their own rules decide who may connect',
    advice: 'Put the ranges into those security groups, or remove `security-groups`.',
  };
}

function webAclByName(ingress: IngressSubject): Reason | undefined {
  if ((readValue(ingress, 'wafv2-acl-name') ?? '') === '') return undefined;
  return { why: '`wafv2-acl-name` beats it', advice: 'Keep one of them.' };
}

function noLogin(ingress: IngressSubject, context: CheckContext): Reason | undefined {
  const types = viewsOf(ingress, context, ['auth-type']).map(({ subject }) =>
    readValue(subject, 'auth-type'),
  );
  const provider = ['auth-idp-cognito', 'auth-idp-oidc'].some((suffix) => has(ingress, suffix));
  const asked = types.some((type) => type !== undefined && type !== 'none');
  if (asked || provider || has(ingress, 'auth-type') || isAssembled(ingress, context)) return undefined;
  return { why: '`auth-type` is not set, so nobody has to log in', advice: 'Set `auth-type`, or remove it.' };
}

function certificateGiven(ingress: IngressSubject, context: CheckContext): Reason | undefined {
  if (readValue(ingress, 'create-acm-cert') !== true || certificatesOf(ingress, context).length === 0)
    return undefined;
  const entry = entryOf(ingress, 'create-acm-cert');
  return {
    why: 'a certificate is given',
    advice: 'Remove it, or remove `certificate-arn`.',
    fix:
      entry === undefined
        ? undefined
        : fixOf('Remove `create-acm-cert`', [removeEntry(ingress.object, entry)]),
  };
}

function noCertificateMade(ingress: IngressSubject, context: CheckContext): Reason | undefined {
  if (has(ingress, 'create-acm-cert') || isAssembled(ingress, context)) return undefined;
  return {
    why: '`create-acm-cert` is not set',
    advice: "Add `create-acm-cert: 'true'`, or remove it.",
    fix: setTo(ingress, 'create-acm-cert', 'true'),
  };
}

const MOST_NAMES = 10;

/** lbc:docs/guide/ingress/certificate_management.md, lbc:pkg/ingress/model_build_certificates.go */
export function createdCertificate(ingress: IngressSubject, context: CheckContext): Finding[] {
  if (readValue(ingress, 'create-acm-cert') !== true || certificatesOf(ingress, context).length > 0)
    return [];
  const span = spanOfAnnotation(ingress, 'create-acm-cert');
  const count = hostsOf(ingress).length;
  if (count === 0) {
    const message = '`create-acm-cert` has no host to make a certificate for.';
    return [
      found(
        'certificate-without-hosts',
        span,
        message,
        'Give the rules a `host`, or list hosts in `spec.tls`.',
      ),
    ];
  }
  if (count > MOST_NAMES) {
    const message = `The certificate would have ${count} names; ACM's quota is ${MOST_NAMES} unless it was raised.`;
    return [
      found('certificate-with-many-hosts', span, message, 'Have the quota raised, or split the Ingress.'),
    ];
  }
  const message = `The controller requests a certificate for ${inWords(hostsOf(ingress))}.`;
  const advice =
    'Switch on its feature gate `EnableCertificateManagement`, and give its role the permissions of `iam_policy_acm_certs.json`.';
  return [found('certificate-management', span, message, advice)];
}

/** lbc:pkg/ingress/model_build_target_group.go: looked up by Service name and port as the backend has them. */
export function targetControlPortUnused(ingress: IngressSubject, context: CheckContext): Finding[] {
  if (isAssembled(ingress, context) || !knowsBackends(ingress)) return [];
  const ofRules = serviceBackends(ingress).map(
    ({ name, port }) => `${name}.${port?.name ?? port?.number ?? ''}`,
  );
  const ofActions = actionsOf(ingress).flatMap(({ action }) =>
    (action.forwardConfig?.targetGroups ?? []).map(
      ({ serviceName, servicePort }) => `${serviceName}.${servicePort}`,
    ),
  );
  const names = [...new Set([...ofRules, ...ofActions])];
  return familyOf(ingress, 'target-control-port').flatMap(({ entry, name }) => {
    if (names.includes(name) || !/^[a-z0-9-]+\.[a-z0-9-]+$/.test(name)) return [];
    const message = `No backend is \`${name}\`; ${names.length === 0 ? 'there are none' : `there are ${inWords(names.slice(0, 5))}`}.`;
    const advice = 'End the key in the Service name and port of a backend, written as there.';
    return [found('target-control-port-unused', entry.keySpan, message, advice)];
  });
}
