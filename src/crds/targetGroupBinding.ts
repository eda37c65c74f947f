/**
 * TargetGroupBinding of the controller (lbc:helm/aws-load-balancer-controller/crds/crds.yaml v3.5.0,
 * lbc:webhooks/elbv2/targetgroupbinding_validator.go) and of EKS Auto Mode (the CRD as in
 * datreeio/CRDs-catalog:eks.amazonaws.com/targetgroupbinding_v1.json).
 */
import { arn, cidr } from '../annotations/formats';
import { pattern } from '../annotations/kinds';
import type { Field, Fields, ResourceTable } from './field';
import { array, object, resource, string } from './field';
import { elbName, intOrString, labelSelector } from './shared';

const serviceRef = object(
  'The Service whose pods become targets.',
  {
    name: string('Name of a Service in the same namespace.', { required: true }),
    port: intOrString('Number or name of the port of the Service.', { required: true }),
  },
  { required: true },
);

const targetGroupARN = string('The target group, by ARN.', {
  kind: arn(
    'a target group',
    'elasticloadbalancing',
    'targetgroup/.+',
    'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/shop/0123456789abcdef',
  ),
  immutable: true,
});

const targetType = string(
  'Whether node ports or pods are registered; it must be the type of the target group.',
  { options: ['instance', 'ip'], immutable: true },
);

const nodeSelector = labelSelector('With target type `instance`: the nodes that become targets.');

const securityGroup = object('The members of a security group, such as the load balancer.', {
  groupID: string('ID of the security group.', {
    required: true,
    kind: pattern('the ID of a security group', /^sg-[0-9a-f]+$/, 'sg-0a1b2c3d4e5f60718'),
    live: 'securityGroups',
  }),
});

const ports = array(
  'The ports that are opened. With an empty list all TCP ports.',
  object('A port.', {
    protocol: string('Protocol of the port, TCP by default.', { options: ['TCP', 'UDP'] }),
    port: intOrString(
      'The port; the name of a port of the pods only with target type `ip`. Without it all ports.',
    ),
  }),
);

function networking(
  doc: string,
  from: Field,
  portsRequired: { required?: true },
  more: Partial<Field> = {},
): Field {
  const rule = object('A rule.', { from, ports: { ...ports, ...portsRequired } });
  return object(doc, { ingress: array('Who may reach which ports of the targets.', rule, more) });
}

const NETWORKING =
  'Rules that the controller adds to the security groups of nodes or pods, so that the load balancer reaches them. Without it you open the way yourself.';

const controllerFields: Fields = {
  targetGroupARN,
  targetGroupName: elbName('The target group, by name. Not read where `targetGroupARN` is set.', {
    since: '2.11.0',
    autoMode: 'Not a field in EKS Auto Mode; use `targetGroupARN`.',
  }),
  targetType: {
    ...targetType,
    autoMode: 'EKS Auto Mode does not find it out: it must be written.',
  },
  targetGroupProtocol: string('Protocol of the target group. Without it the controller finds it out.', {
    since: '2.14.0',
    options: ['HTTP', 'HTTPS', 'TCP', 'TLS', 'UDP', 'TCP_UDP', 'QUIC', 'TCP_QUIC'],
    autoMode: 'Not a field in EKS Auto Mode.',
  }),
  serviceRef,
  networking: networking(
    NETWORKING,
    array(
      'The sources.',
      object(
        'One source.',
        {
          securityGroup,
          ipBlock: object(
            'Addresses.',
            { cidr: string('An address range.', { required: true, kind: cidr() }) },
            { autoMode: 'Not a field in EKS Auto Mode; use `securityGroup`.' },
          ),
        },
        { oneOf: { fields: ['securityGroup', 'ipBlock'], min: 1, max: 1 } },
      ),
      { required: true },
    ),
    { required: true },
  ),
  nodeSelector: { ...nodeSelector, since: '2.2.0' },
  ipAddressType: string(
    'Version of the addresses of the target group. Without it the controller finds it out.',
    {
      since: '2.3.0',
      options: ['ipv4', 'ipv6'],
      immutable: true,
      autoMode: 'Not a field in EKS Auto Mode.',
    },
  ),
  vpcID: string(
    "VPC of the target group, if it is not that of the cluster. Without it the controller's own.",
    {
      since: '2.8.0',
      kind: pattern(
        'the ID of a VPC',
        /^vpc-([0-9a-f]{8}|[0-9a-f]{17}|[0-9a-f]{32})$/,
        'vpc-0123456789abcdef0',
      ),
      immutable: true,
      autoMode: 'Not a field in EKS Auto Mode.',
    },
  ),
  multiClusterTargetGroup: {
    type: 'boolean',
    doc: 'Several clusters share the target group: the controller removes only targets that it added itself. All TargetGroupBindings of the target group must say so.',
    since: '2.10.0',
    autoMode: 'Not a field in EKS Auto Mode.',
  },
  iamRoleArnToAssume: string(
    'The role to take on where the target group is in another account. Only with target type `ip`.',
    {
      since: '2.12.0',
      kind: arn('an IAM role', 'iam', 'role/.+', 'arn:aws:iam::111122223333:role/target-groups'),
      autoMode: 'Not a field in EKS Auto Mode.',
    },
  ),
  assumeRoleExternalId: string('The external ID that the role in `iamRoleArnToAssume` asks for.', {
    since: '2.12.0',
    autoMode: 'Not a field in EKS Auto Mode.',
  }),
};

export const targetGroupBinding: ResourceTable = resource(
  {
    apiVersion: 'elbv2.k8s.aws/v1beta1',
    kind: 'TargetGroupBinding',
    scope: 'Namespaced',
    doc: 'Registers the pods of a Service in a target group. AWS Load Balancer Controller writes such resources itself; write your own for target groups that it does not manage.',
    href: 'https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/targetgroupbinding/targetgroupbinding/',
  },
  object('The target group and what goes into it.', controllerFields, {
    required: true,
    oneOf: { fields: ['targetGroupARN', 'targetGroupName'], min: 1 },
  }),
);

export const autoModeTargetGroupBinding: ResourceTable = resource(
  {
    apiVersion: 'eks.amazonaws.com/v1',
    kind: 'TargetGroupBinding',
    scope: 'Namespaced',
    doc: 'Registers the pods of a Service in a target group, in EKS Auto Mode.',
    href: 'https://docs.aws.amazon.com/eks/latest/userguide/auto-configure-alb.html',
  },
  object(
    'The target group and what goes into it.',
    {
      targetGroupARN: { ...targetGroupARN, required: true },
      targetType: { ...targetType, required: true },
      serviceRef,
      networking: networking(
        NETWORKING,
        array('The sources.', object('One source.', { securityGroup }), { required: true, minItems: 1 }),
        {},
        { required: true, minItems: 1 },
      ),
      nodeSelector,
    },
    { required: true },
  ),
);
