/** The types of the fields that we read, by kind: `types.ts` as values (Kubernetes API reference; lbc:apis/elbv2/v1beta1). */
import type { Shape } from './shape';

const texts: Shape = { listOf: 'text' };
const textMap: Shape = { mapOf: 'text' };

/** Fields that may all be left out, but for those named. */
function fields(all: Readonly<Record<string, Shape>>, ...required: string[]): Shape {
  return { fields: all, required };
}

function listOf(all: Readonly<Record<string, Shape>>, ...required: string[]): Shape {
  return { listOf: fields(all, ...required) };
}

const metadata = fields(
  {
    name: 'text',
    namespace: 'text',
    uid: 'text',
    resourceVersion: 'text',
    generation: 'number',
    labels: textMap,
    annotations: textMap,
    finalizers: texts,
    deletionTimestamp: 'text',
  },
  'name',
);

/** What every object has. */
export const OBJECT: Shape = fields({ apiVersion: 'text', kind: 'text', metadata }, 'metadata');

const port = fields({ name: 'text', number: 'number' });
const backend = fields({ service: fields({ name: 'text', port }, 'name'), resource: fields({}) });
const path = fields({ path: 'text', pathType: 'text', backend }, 'backend');
const keyValues = listOf({ key: 'text', value: 'text' }, 'key', 'value');
const selector = fields({
  matchLabels: textMap,
  matchExpressions: listOf({ key: 'text', operator: 'text', values: texts }, 'key', 'operator'),
});
const status = fields({
  loadBalancer: fields({
    ingress: listOf({ hostname: 'text', ports: listOf({ port: 'number', protocol: 'text' }) }),
  }),
});

const ingress = fields({
  ingressClassName: 'text',
  defaultBackend: backend,
  tls: listOf({ hosts: texts, secretName: 'text' }),
  rules: listOf({ host: 'text', http: fields({ paths: { listOf: path } }, 'paths') }),
});

const service = fields({
  type: 'text',
  ipFamilies: texts,
  selector: textMap,
  ports: listOf(
    {
      name: 'text',
      port: 'number',
      targetPort: 'number or text',
      nodePort: 'number',
      protocol: 'text',
    },
    'port',
  ),
  externalTrafficPolicy: 'text',
  loadBalancerClass: 'text',
  allocateLoadBalancerNodePorts: 'truth',
  loadBalancerSourceRanges: texts,
  healthCheckNodePort: 'number',
});

const ingressClass = fields({
  controller: 'text',
  parameters: fields({ apiGroup: 'text', kind: 'text', name: 'text' }, 'kind', 'name'),
});

const ingressClassParams = fields({
  certificateArn: texts,
  group: fields({ name: 'text' }, 'name'),
  inboundCIDRs: texts,
  ipAddressType: 'text',
  ipamConfiguration: fields({ ipv4IPAMPoolId: 'text' }),
  listeners: listOf({ protocol: 'text', port: 'number', listenerAttributes: keyValues }),
  loadBalancerAttributes: keyValues,
  loadBalancerName: 'text',
  minimumLoadBalancerCapacity: fields({ capacityUnits: 'number' }, 'capacityUnits'),
  namespaceSelector: selector,
  prefixListsIDs: texts,
  PrefixListsIDs: texts,
  scheme: 'text',
  sslPolicy: 'text',
  sslRedirectPort: 'text',
  subnets: fields({ ids: texts, tags: { mapOf: texts } }),
  tags: keyValues,
  targetType: 'text',
  wafv2AclArn: 'text',
  wafv2AclName: 'text',
});

const binding = fields(
  {
    targetGroupARN: 'text',
    targetGroupName: 'text',
    iamRoleArnToAssume: 'text',
    assumeRoleExternalId: 'text',
    targetType: 'text',
    serviceRef: fields({ name: 'text', port: 'number or text' }, 'name', 'port'),
    networking: fields({
      ingress: listOf({
        from: listOf({ securityGroup: fields({ groupID: 'text' }), ipBlock: fields({ cidr: 'text' }) }),
        ports: listOf({ protocol: 'text', port: 'number or text' }),
      }),
    }),
    nodeSelector: selector,
    ipAddressType: 'text',
    vpcID: 'text',
    multiClusterTargetGroup: 'truth',
    targetGroupProtocol: 'text',
  },
  'serviceRef',
);

/** The rest of an object, by its kind. Of other kinds we read no more than what every object has. */
export const SHAPES: ReadonlyMap<string, Shape> = new Map<string, Shape>([
  ['Ingress', fields({ spec: ingress, status })],
  ['Service', fields({ spec: service, status })],
  ['IngressClass', fields({ spec: ingressClass })],
  ['IngressClassParams', fields({ spec: ingressClassParams })],
  ['TargetGroupBinding', fields({ spec: binding }, 'spec')],
  ['Namespace', fields({})],
  ['Secret', fields({ data: textMap, stringData: textMap })],
]);
