/** What can be wrong between the members of an IngressGroup, or with what they add up to. */
import { file, ingress, object } from './examples';
import { quotas } from './quotas';
import type { Rule } from './rule';

const GROUP = 'group.name: shop';

/** A spec whose only host has the paths given; each goes to a Service of its own, or all to one. */
function paths(list: readonly (readonly [path: string, service: string])[], type = 'Prefix'): string {
  const entries = list.flatMap(([path, service]) => [
    `        - path: ${path}`,
    `          pathType: ${type}`,
    '          backend:',
    '            service:',
    `              name: ${service}`,
    '              port:',
    '                number: 80',
  ]);
  return [
    'ingressClassName: alb',
    'rules:',
    '  - host: shop.example.com',
    '    http:',
    '      paths:',
    ...entries,
  ].join('\n');
}

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

const arn = (index: number) =>
  `arn:aws:acm:eu-west-1:111122223333:certificate/00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
const certificates = (count: number) =>
  ingress({
    annotations: [
      `certificate-arn: ${times(count, arn).join(',')}`,
      'ssl-policy: ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09',
    ],
  });

/** Paths of which each has an action over five Services of its own. */
const weighted = (actions: number) => {
  const names = times(actions, (index) => `split-${index}`);
  const annotations = names.map((name) => {
    const targetGroups = times(5, (part) => ({ serviceName: `${name}-${part}`, servicePort: 80, weight: 1 }));
    return `actions.${name}: '${JSON.stringify({ type: 'forward', forwardConfig: { targetGroups } })}'`;
  });
  const spec = paths(names.map((name) => [`/${name}`, name])).replaceAll(
    'number: 80',
    'name: use-annotation',
  );
  return ingress({ annotations, spec });
};

const SUBNETS = 'subnets: subnet-0a1b2c3d4e5f60718, subnet-1a1b2c3d4e5f60718';
/** Two classes, of which one says where its load balancers stand. */
const CLASSES = file(
  object('networking.k8s.io/v1', 'IngressClass', {
    name: 'alb-plain',
    spec: 'controller: ingress.k8s.aws/alb',
  }),
  object('networking.k8s.io/v1', 'IngressClass', {
    name: 'alb',
    spec: `controller: ingress.k8s.aws/alb
parameters:
  apiGroup: elbv2.k8s.aws
  kind: IngressClassParams
  name: alb`,
  }),
  object('elbv2.k8s.aws/v1beta1', 'IngressClassParams', {
    name: 'alb',
    spec: `subnets:
  ids:
    - subnet-0a1b2c3d4e5f60718
    - subnet-1a1b2c3d4e5f60718`,
  }),
);

const withDefault = (name: string, path: string) =>
  ingress({
    name,
    annotations: [GROUP],
    spec: `ingressClassName: alb
defaultBackend:
  service:
    name: ${name}
    port:
      number: 80
${paths([[path, name]])
  .split('\n')
  .slice(1)
  .join('\n')}`,
  });

export const groupRules = {
  'group-conflict': {
    severity: 'error',
    title: 'Members of an IngressGroup that contradict each other',
    why: 'The controller then updates no Ingress of the group, and tells it on whichever it looks at.',
    bad: file(
      ingress({ name: 'cart', annotations: [GROUP, 'scheme: internal'], spec: paths([['/cart', 'cart']]) }),
      ingress({ name: 'web', annotations: [GROUP, 'scheme: internet-facing'], spec: paths([['/', 'web']]) }),
    ),
    good: file(
      ingress({ name: 'cart', annotations: [GROUP, 'scheme: internal'], spec: paths([['/cart', 'cart']]) }),
      ingress({ name: 'web', annotations: [GROUP], spec: paths([['/', 'web']]) }),
    ),
  },
  'several-default-backends': {
    severity: 'error',
    title: 'Two default backends in one group',
    why: 'A listener has one default action, so the controller updates no Ingress of the group.',
    bad: file(withDefault('cart', '/cart'), withDefault('web', '/web')),
    good: file(
      withDefault('cart', '/cart'),
      ingress({ name: 'web', annotations: [GROUP], spec: paths([['/web', 'web']]) }),
    ),
  },
  'group-build-failed': {
    severity: 'error',
    title: 'Ingress that the controller refuses',
    why: 'A group is built as a whole: as long as one member is refused, none of them is updated or deleted.',
    bad: file(
      CLASSES,
      ingress({ name: 'cart', annotations: [GROUP], spec: paths([['/cart', 'cart']]) }),
      ingress({ annotations: [GROUP, SUBNETS] }).replace('ClassName: alb', 'ClassName: alb-plain'),
    ),
    good: file(
      CLASSES,
      ingress({ name: 'cart', annotations: [GROUP], spec: paths([['/cart', 'cart']]) }),
      ingress({ annotations: [GROUP] }).replace('ClassName: alb', 'ClassName: alb-plain'),
    ),
  },
  'unreachable-rule': {
    severity: 'warning',
    title: 'Path that no request reaches',
    why: 'A listener takes the first rule that fits, so this backend never answers.',
    bad: ingress({
      spec: paths(
        [
          ['/*', 'web'],
          ['/cart/*', 'cart'],
        ],
        'ImplementationSpecific',
      ),
    }),
    good: ingress({
      spec: paths(
        [
          ['/cart/*', 'cart'],
          ['/*', 'web'],
        ],
        'ImplementationSpecific',
      ),
    }),
  },
  'too-many-rules': {
    severity: 'error',
    title: `More than ${quotas.rulesPerLoadBalancer} rules on a load balancer`,
    why: 'AWS refuses the rule that is too many (TooManyRules), and what comes after it is not made either.',
    bad: ingress({ spec: paths(times(101, (index) => [`/part-${index}`, 'web'])) }),
    good: ingress({ spec: paths(times(3, (index) => [`/part-${index}`, 'web'])) }),
  },
  'too-many-target-groups': {
    severity: 'error',
    title: `More than ${quotas.targetGroupsPerLoadBalancer} target groups on a load balancer`,
    why: 'AWS refuses it (TooManyUniqueTargetGroupsPerLoadBalancer), and then even smaller changes fail.',
    bad: weighted(21),
    good: weighted(2),
  },
  'too-many-certificates': {
    severity: 'error',
    title: `More than ${quotas.certificatesPerLoadBalancer} certificates besides the default one`,
    why: 'AWS refuses the certificate that is too many (TooManyCertificates) and leaves the load balancer half changed.',
    bad: certificates(27),
    good: certificates(2),
  },
} satisfies Record<string, Rule>;
