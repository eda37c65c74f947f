/** What the controller is asked about before objects are stored (lbc:config/webhook/manifests.yaml v3.5.0). */
import { gte } from 'semver';
import type { KubeObject } from '../../kube/types';
import type { Setup } from '../setup';
import { CONTROLLER, LABELS, NAME_LABEL, WEBHOOK_SERVICE, WEBHOOKS } from './names';

interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

interface Row {
  readonly name: string;
  readonly path: string;
  readonly kind: 'Mutating' | 'Validating';
  /** The release that answers at the path; asked of an older one every write would fail. */
  readonly since: string;
  readonly resource: string;
  readonly group: string;
  readonly version: string;
  readonly operations: readonly string[];
  /** Where the answer does not decide: the write goes on without it. */
  readonly optional?: true;
  readonly matchPolicy?: 'Equivalent';
  readonly namespaces?: readonly Requirement[];
  readonly objects?: readonly Requirement[];
}

const enabled = (key: string): Requirement => ({ key, operator: 'In', values: ['enabled'] });
/** The controller's own objects must not wait for it. */
const OTHERS: Requirement = { key: NAME_LABEL, operator: 'NotIn', values: [CONTROLLER] };

const pods = {
  kind: 'Mutating',
  group: '',
  version: 'v1',
  resource: 'pods',
  operations: ['CREATE'],
} as const;
const elbv2 = { group: 'elbv2.k8s.aws', version: 'v1beta1', operations: ['CREATE', 'UPDATE'] } as const;
const AGENT = 'elbv2.k8s.aws/alb-target-control-agent';

const ROWS: readonly Row[] = [
  {
    ...{ ...pods, name: 'mpod.elbv2.k8s.aws', path: '/mutate-v1-pod', since: '2.3.0', optional: true },
    namespaces: [enabled('elbv2.k8s.aws/pod-readiness-gate-inject')],
    objects: [OTHERS],
  },
  {
    ...{ ...pods, name: 'quicid.elbv2.k8s.aws', path: '/mutate-v1-pod-server-id', since: '2.15.0' },
    namespaces: [enabled('elbv2.k8s.aws/quic-server-id-inject')],
    objects: [OTHERS],
  },
  {
    ...{ ...pods, name: 'mservice.elbv2.k8s.aws', path: '/mutate-v1-service', since: '2.5.0' },
    resource: 'services',
    objects: [OTHERS],
  },
  {
    ...{ ...pods, name: 'alb-target-control.namespace.elbv2.k8s.aws', since: '2.16.0' },
    path: '/mutate-alb-target-control-namespace-v1-pod',
    namespaces: [enabled(`${AGENT}-injection`)],
    objects: [OTHERS, { key: `${AGENT}-inject`, operator: 'NotIn', values: ['false'] }],
  },
  {
    ...{ ...pods, name: 'alb-target-control.object.elbv2.k8s.aws', since: '2.16.0' },
    path: '/mutate-alb-target-control-object-v1-pod',
    namespaces: [{ key: `${AGENT}-injection`, operator: 'DoesNotExist' }],
    objects: [OTHERS, { key: `${AGENT}-inject`, operator: 'In', values: ['true'] }],
  },
  {
    ...{ ...elbv2, kind: 'Mutating', name: 'mtargetgroupbinding.elbv2.k8s.aws', since: '2.3.0' },
    path: '/mutate-elbv2-k8s-aws-v1beta1-targetgroupbinding',
    resource: 'targetgroupbindings',
  },
  {
    ...{ ...elbv2, kind: 'Validating', name: 'vingressclassparams.elbv2.k8s.aws', since: '2.5.0' },
    path: '/validate-elbv2-k8s-aws-v1beta1-ingressclassparams',
    resource: 'ingressclassparams',
    objects: [OTHERS],
  },
  {
    ...{ ...elbv2, kind: 'Validating', name: 'vtargetgroupbinding.elbv2.k8s.aws', since: '2.3.0' },
    path: '/validate-elbv2-k8s-aws-v1beta1-targetgroupbinding',
    resource: 'targetgroupbindings',
  },
  {
    ...{ ...elbv2, kind: 'Validating', name: 'vingress.elbv2.k8s.aws', since: '2.3.0' },
    ...{ path: '/validate-networking-v1-ingress', group: 'networking.k8s.io', version: 'v1' },
    resource: 'ingresses',
    matchPolicy: 'Equivalent',
  },
];

/** Both configurations, for a release; `caBundle` in base64, or where cert-manager finds it. */
export function webhookObjects(
  setup: Setup,
  release: string,
  trust: { readonly caBundle: string } | { readonly certificate: string },
): KubeObject[] {
  const annotations =
    'certificate' in trust ? { annotations: { 'cert-manager.io/inject-ca-from': trust.certificate } } : {};
  return (['Mutating', 'Validating'] as const).map((kind) => ({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: `${kind}WebhookConfiguration`,
    metadata: { name: WEBHOOKS, labels: LABELS, ...annotations },
    webhooks: ROWS.filter((row) => row.kind === kind && gte(release, row.since)).map((row) =>
      webhook(setup, row, 'caBundle' in trust ? trust.caBundle : undefined),
    ),
  }));
}

function webhook({ choices }: Setup, row: Row, caBundle: string | undefined): object {
  const service = { name: WEBHOOK_SERVICE, namespace: choices.namespace, path: row.path };
  const { name, group, version, operations, resource, optional, matchPolicy, namespaces, objects } = row;
  return {
    name,
    clientConfig: { service, ...(caBundle === undefined ? {} : { caBundle }) },
    failurePolicy: optional === true ? 'Ignore' : 'Fail',
    ...(matchPolicy === undefined ? {} : { matchPolicy }),
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
    rules: [{ apiGroups: [group], apiVersions: [version], operations, resources: [resource] }],
    ...(namespaces === undefined ? {} : { namespaceSelector: { matchExpressions: namespaces } }),
    ...(objects === undefined ? {} : { objectSelector: { matchExpressions: objects } }),
  };
}
