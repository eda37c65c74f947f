/** What the controller may do in the cluster (lbc:config/rbac/role.yaml and leader_election_role.yaml, v3.5.0). */
import { LEASE } from '../../kube/lease';
import type { KubeObject } from '../../kube/types';
import type { Setup } from '../setup';
import { CONTROLLER, LABELS } from './names';

const RBAC = 'rbac.authorization.k8s.io';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

const rule = (group: string, resources: string, verbs: string): Rule => ({
  apiGroups: group.split(' ').map((name) => (name === 'core' ? '' : name)),
  resources: resources.split(' '),
  verbs: verbs.split(' '),
});

const READ = 'get list watch';
const WRITE_STATUS = 'patch update';

const CORE: readonly Rule[] = [
  rule('core', 'configmaps', 'create delete get update'),
  rule('core', 'endpoints namespaces nodes pods', READ),
  rule('core', 'events', 'create patch'),
  rule('core', 'pods/status services/status', WRITE_STATUS),
  rule('core', 'services', `${READ} patch update`),
  rule('discovery.k8s.io', 'endpointslices', READ),
  rule('networking.k8s.io', 'ingressclasses', READ),
  rule('networking.k8s.io', 'ingresses', `${READ} patch update`),
  rule('networking.k8s.io', 'ingresses/status', WRITE_STATUS),
  rule('elbv2.k8s.aws', 'albtargetcontrolconfigs', 'get'),
  rule('elbv2.k8s.aws', 'ingressclassparams', READ),
  rule('elbv2.k8s.aws', 'targetgroupbindings', `create delete ${READ} patch update`),
  rule('elbv2.k8s.aws', 'targetgroupbindings/status', WRITE_STATUS),
];

const ROUTES = ['grpcroutes', 'httproutes', 'tcproutes', 'tlsroutes', 'udproutes', 'listenersets'];
const PARTS = ['listenerruleconfigurations', 'loadbalancerconfigurations', 'targetgroupconfigurations'];
const below = (resources: readonly string[], sub: string) =>
  resources.map((one) => `${one}/${sub}`).join(' ');

/** Gateway API and Global Accelerator: the controller looks whether their kinds are there. */
const GATEWAYS: readonly Rule[] = [
  rule('gateway.networking.k8s.io', 'gatewayclasses gateways referencegrants', `${READ} patch`),
  rule('gateway.networking.k8s.io', 'gatewayclasses/finalizers gateways/finalizers', WRITE_STATUS),
  rule(
    'gateway.networking.k8s.io',
    below(['gatewayclasses', 'gateways', ...ROUTES], 'status'),
    `get ${WRITE_STATUS}`,
  ),
  rule('gateway.networking.k8s.io', ROUTES.join(' '), READ),
  rule('gateway.networking.k8s.io', below(ROUTES, 'finalizers'), 'update'),
  rule('gateway.k8s.aws', PARTS.join(' '), `${READ} patch`),
  rule('gateway.k8s.aws', below(PARTS, 'finalizers'), WRITE_STATUS),
  rule('gateway.k8s.aws', below(PARTS, 'status'), `get ${WRITE_STATUS}`),
  rule('aga.k8s.aws', 'globalaccelerators', `${READ} patch`),
  rule('aga.k8s.aws', 'globalaccelerators/finalizers globalaccelerators/status', WRITE_STATUS),
];

const ELECTION: readonly Rule[] = [
  rule('coordination.k8s.io', 'leases', 'create'),
  { ...rule('coordination.k8s.io', 'leases', 'get patch update'), resourceNames: [LEASE] },
  // Controllers before 2.5 are elected by a ConfigMap.
  rule('core', 'configmaps', 'create'),
  { ...rule('core', 'configmaps', 'get patch update'), resourceNames: [LEASE] },
];

/** Role and ClusterRole of the controller, and who has them. The names are the chart's. */
export function rbacObjects(setup: Setup): KubeObject[] {
  const { namespace } = setup.choices;
  return [
    grant('Role', `${CONTROLLER}-leader-election-role`, ELECTION, namespace),
    binding(setup, 'Role', `${CONTROLLER}-leader-election-role`, namespace),
    grant('ClusterRole', `${CONTROLLER}-role`, [...CORE, ...GATEWAYS]),
    binding(setup, 'ClusterRole', `${CONTROLLER}-role`),
  ];
}

function grant(kind: string, name: string, rules: readonly Rule[], namespace?: string): KubeObject & object {
  return { apiVersion: `${RBAC}/v1`, kind, metadata: metadata(name, namespace), ...{ rules } };
}

function binding(setup: Setup, kind: string, name: string, namespace?: string): KubeObject {
  const subject = {
    ...{ kind: 'ServiceAccount', name: setup.choices.serviceAccount },
    namespace: setup.choices.namespace,
  };
  return {
    apiVersion: `${RBAC}/v1`,
    kind: `${kind}Binding`,
    metadata: metadata(name.replace(/role$/, 'rolebinding'), namespace),
    ...{ roleRef: { apiGroup: RBAC, kind, name }, subjects: [subject] },
  };
}

function metadata(name: string, namespace: string | undefined) {
  return { ...(namespace === undefined ? {} : { namespace }), name, labels: LABELS };
}
