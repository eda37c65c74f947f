/** What can be wrong with Services of Network Load Balancers, IngressClasses, their parameters and TargetGroupBindings. */
import { file, ingress, object, service } from './examples';
import type { Rule } from './rule';

const DEFAULT = "ingressclass.kubernetes.io/is-default-class: 'true'";

interface Class {
  readonly name?: string;
  readonly annotations?: readonly string[];
  readonly controller?: string;
  readonly apiGroup?: string;
  readonly params?: string;
}

function ingressClass({
  name = 'public',
  annotations = [],
  controller,
  apiGroup,
  params,
}: Class = {}): string {
  const reference = `parameters:
  apiGroup: ${apiGroup ?? 'elbv2.k8s.aws'}
  kind: IngressClassParams
  name: ${params}`;
  const spec = `controller: ${controller ?? 'ingress.k8s.aws/alb'}${params === undefined ? '' : `\n${reference}`}`;
  return object('networking.k8s.io/v1', 'IngressClass', { name, annotations, spec });
}

const params = object('elbv2.k8s.aws/v1beta1', 'IngressClassParams', {
  name: 'public',
  spec: 'scheme: internet-facing',
});

function paramsOf(spec: string): string {
  return object('elbv2.k8s.aws/v1beta1', 'IngressClassParams', { name: 'public', spec });
}

const CLUSTER_IP =
  'type: ClusterIP\nselector:\n  app: web\nports:\n  - name: http\n    port: 80\n    targetPort: 8080';

function binding(name: string, port: number, targetType = 'ip'): string {
  const spec = `targetGroupARN: arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/shop/0123456789abcdef
targetType: ${targetType}
serviceRef:
  name: ${name}
  port: ${port}`;
  return object('elbv2.k8s.aws/v1beta1', 'TargetGroupBinding', { spec });
}

export const resourceRules = {
  'annotation-on-service': {
    severity: 'warning',
    title: 'Annotation of Ingresses on a Service',
    why: 'On a Service the controller reads only what concerns its target group, and ignores this one.',
    bad: file(service({ annotations: ['alb.ingress.kubernetes.io/scheme: internal'] }), ingress()),
    good: file(service(), ingress({ annotations: ['scheme: internal'] })),
  },
  'annotation-on-class': {
    severity: 'warning',
    title: 'Annotation of Ingresses on an IngressClass',
    why: 'No controller reads it there.',
    bad: ingressClass({ annotations: ['alb.ingress.kubernetes.io/scheme: internet-facing'] }),
    good: file(params, ingressClass({ params: 'public' })),
  },
  'several-default-classes': {
    severity: 'warning',
    title: 'More than one default IngressClass',
    why: 'The controller refuses every Ingress without a class: `multiple default IngressClasses found`.',
    bad: file(
      ingressClass({ annotations: [DEFAULT] }),
      ingressClass({ name: 'internal', annotations: [DEFAULT] }),
    ),
    good: file(ingressClass({ annotations: [DEFAULT] }), ingressClass({ name: 'internal' })),
  },
  'class-parameters': {
    severity: 'error',
    title: 'Parameters that the controller does not know',
    why: 'It refuses every Ingress of the class: `IngressClass references unknown parameters`.',
    bad: file(params, ingressClass({ params: 'public', apiGroup: 'eks.amazonaws.com' })),
    good: file(params, ingressClass({ params: 'public' })),
  },
  'class-parameters-not-found': {
    severity: 'warning',
    title: 'IngressClassParams that do not exist',
    why: 'If the cluster does not have them either, the controller refuses every Ingress of the class.',
    bad: file(params, ingressClass({ params: 'pulbic' })),
    good: file(params, ingressClass({ params: 'public' })),
  },
  'auto-mode-controller': {
    severity: 'warning',
    title: 'Class of another controller than that of EKS Auto Mode',
    why: 'Auto Mode takes only Ingresses whose class names its own controller.',
    bad: ingressClass(),
    good: ingressClass({ controller: 'eks.amazonaws.com/alb' }),
    profile: { autoMode: true },
  },
  'binding-service-not-found': {
    severity: 'error',
    title: 'TargetGroupBinding to a Service that does not exist',
    why: 'The controller registers no targets.',
    bad: file(service(), binding('wbe', 80)),
    good: file(service(), binding('web', 80)),
  },
  'binding-port-not-found': {
    severity: 'error',
    title: 'TargetGroupBinding to a port that the Service does not have',
    why: 'The controller registers no targets.',
    bad: file(service(), binding('web', 8080)),
    good: file(service(), binding('web', 80)),
  },
  'binding-not-node-port': {
    severity: 'error',
    title: 'TargetGroupBinding of instances to a Service that has no node port',
    why: 'The nodes do not listen for it, and the controller registers no targets.',
    bad: file(service({ spec: CLUSTER_IP }), binding('web', 80, 'instance')),
    good: file(service({ spec: CLUSTER_IP }), binding('web', 80)),
  },
  'unknown-field': {
    severity: 'warning',
    title: 'Field that the resource does not have',
    why: 'The API server drops fields that it does not know, without a word.',
    bad: paramsOf('shceme: internet-facing'),
    good: paramsOf('scheme: internet-facing'),
  },
  'field-type': {
    severity: 'error',
    title: 'Value of the wrong type',
    why: 'The API server refuses the resource.',
    bad: paramsOf('group:\n  name: 2048'),
    good: paramsOf("group:\n  name: '2048'"),
  },
  'missing-field': {
    severity: 'error',
    title: 'Missing field',
    why: 'The API server refuses the resource.',
    bad: paramsOf('tags:\n  - key: team\n'),
    good: paramsOf('tags:\n  - key: team\n    value: shop'),
  },
  'field-choice': {
    severity: 'error',
    title: 'Not one of several fields',
    why: 'The API server or a webhook of the controller refuses the resource.',
    bad: paramsOf('subnets:\n  ids: [subnet-0a1b2c3d]\n  tags:\n    team: [shop]'),
    good: paramsOf('subnets:\n  ids: [subnet-0a1b2c3d]'),
  },
  'too-few-items': {
    severity: 'error',
    title: 'List that is too short',
    why: 'The API server refuses the resource.',
    bad: paramsOf('subnets:\n  ids: []'),
    good: paramsOf('subnets:\n  ids: [subnet-0a1b2c3d]'),
  },
  'deprecated-field': {
    severity: 'warning',
    title: 'Deprecated field',
    why: 'It may stop working with a later controller.',
    bad: paramsOf('PrefixListsIDs: [pl-0123456789abcdef0]'),
    good: paramsOf('prefixListsIDs: [pl-0123456789abcdef0]'),
  },
} satisfies Record<string, Rule>;
