/** What can be wrong between an Ingress and the objects it refers to. */
import { file, ingress, object, service, specOf } from './examples';
import type { Rule } from './rule';

const IP = 'target-type: ip';
const PORTS = `ports:
  - name: http
    port: 80
    targetPort: 8080`;

/** The spec of an Ingress with one backend. */
function to(backend: string, port = 'number: 80'): string {
  return specOf([{ backend, port }]);
}

const TWO_TARGETS = (second: string) =>
  `actions.split: '{"type": "forward", "forwardConfig": {"targetGroups": [{"serviceName": "web", "servicePort": 80, "weight": 90}, {"serviceName": "${second}", "servicePort": 80, "weight": 10}], "targetGroupStickinessConfig": {"enabled": true, "durationSeconds": 600}}}'`;

/** An Ingress of a class. */
const ofClass = (name: string) => to('web').replace('alb', name);

/** An IngressClass of the controller; `params` are its parameters. */
function ingressClass(name: string, params?: string, controller = 'ingress.k8s.aws/alb'): string {
  const group = controller.startsWith('eks') ? 'eks.amazonaws.com' : 'elbv2.k8s.aws';
  const reference = `\nparameters:\n  apiGroup: ${group}\n  kind: IngressClassParams\n  name: ${params}`;
  const spec = `controller: ${controller}${params === undefined ? '' : reference}`;
  return object('networking.k8s.io/v1', 'IngressClass', { name, spec });
}

const params = (name: string, spec: string) =>
  object('elbv2.k8s.aws/v1beta1', 'IngressClassParams', { name, spec });

const OIDC = [
  'auth-type: oidc',
  `auth-idp-oidc: '{"issuer": "https://login.example.com", "authorizationEndpoint": "https://login.example.com/auth", "tokenEndpoint": "https://login.example.com/token", "userInfoEndpoint": "https://login.example.com/me", "secretName": "shop-login"}'`,
  `listen-ports: '[{"HTTPS": 443}]'`,
  'certificate-arn: arn:aws:acm:eu-west-1:111122223333:certificate/12345678-1234-1234-1234-123456789012',
  'ssl-policy: ELBSecurityPolicy-TLS13-1-2-2021-06',
];

const secret = (name: string, id = 'clientID') =>
  `apiVersion: v1
kind: Secret
metadata:
  name: ${name}
stringData:
  ${id}: shop
  clientSecret: change-me
`;

/** A Deployment whose pods can be replaced without a failing request; `change` is what it does otherwise. */
function deployment(change: (text: string) => string = (text) => text): string {
  const spec = `replicas: 2
selector:
  matchLabels:
    app: web
template:
  metadata:
    labels:
      app: web
  spec:
    containers:
      - name: web
        image: web
        ports:
          - containerPort: 8080
        readinessProbe:
          httpGet:
            path: /healthz
            port: 8080
        lifecycle:
          preStop:
            sleep:
              seconds: 20`;
  return object('apps/v1', 'Deployment', { namespace: 'shop', spec: change(spec) });
}

const shop = { namespace: 'shop' } as const;
const GATE = 'elbv2.k8s.aws/pod-readiness-gate-inject: enabled';
const namespace = (...labels: string[]) => object('v1', 'Namespace', { name: 'shop', labels });
const HEALTH = 'healthcheck-path: /healthz';

export const referenceRules = {
  'service-not-found': {
    severity: 'error',
    title: 'Backend Service that does not exist',
    why: 'The controller reports success and the load balancer answers 503 with `Backend service does not exist`.',
    bad: file(service(), ingress({ spec: to('wbe') })),
    good: file(service(), ingress({ spec: to('web') })),
  },
  'weighted-service-not-found': {
    severity: 'error',
    title: 'Service of a weighted forward that does not exist',
    why: 'The controller fails to build the load balancer of the whole group.',
    bad: file(
      service(),
      service({ name: 'web-canary' }),
      ingress({ annotations: [TWO_TARGETS('web-canray')], spec: to('split', 'name: use-annotation') }),
    ),
    good: file(
      service(),
      service({ name: 'web-canary' }),
      ingress({ annotations: [TWO_TARGETS('web-canary')], spec: to('split', 'name: use-annotation') }),
    ),
  },
  'cross-namespace-backend': {
    severity: 'error',
    title: 'Backend in another namespace',
    why: 'The backends of an Ingress are Services of its own namespace.',
    bad: file(service({ name: 'cart', namespace: 'cart' }), ingress({ namespace: 'shop', spec: to('cart') })),
    good: file(
      service({ name: 'cart', namespace: 'cart' }),
      ingress({ namespace: 'cart', spec: to('cart') }),
    ),
  },
  'service-port-not-found': {
    severity: 'error',
    title: 'Port that the Service does not have',
    why: 'The controller cannot find it and fails to build the load balancer of the whole group.',
    bad: file(service(), ingress({ spec: to('web', 'number: 8080') })),
    good: file(service(), ingress({ spec: to('web') })),
  },
  'health-check-port': {
    severity: 'error',
    title: 'Named health check port that cannot be resolved',
    why: 'The controller fails to build the load balancer of the whole group.',
    bad: file(service(), ingress({ annotations: ['healthcheck-port: health'] })),
    good: file(service(), ingress({ annotations: ['healthcheck-port: http'] })),
  },
  'service-not-node-port': {
    severity: 'error',
    title: 'Target type `instance` with a Service that has no node port',
    why: 'The nodes do not listen for it, and the controller fails to build the load balancer of the whole group.',
    bad: file(service({ spec: `selector:\n  app: web\n${PORTS}` }), ingress()),
    good: file(service({ spec: `selector:\n  app: web\n${PORTS}` }), ingress({ annotations: [IP] })),
  },
  'service-external-name': {
    severity: 'error',
    title: 'Backend of type ExternalName',
    why: 'The controller registers only pods and nodes, so nothing stands behind the rule and requests get an answer of 503.',
    bad: file(
      service({ spec: `type: ExternalName\nexternalName: shop.example.net\n${PORTS}` }),
      ingress({ annotations: [IP] }),
    ),
    good: file(service(), ingress({ annotations: [IP] })),
  },
  'fargate-instance': {
    severity: 'error',
    title: 'Target type `instance` with pods on Fargate',
    why: 'A pod on Fargate cannot be reached through a node, so the target group stays empty and requests get an answer of 503.',
    bad: file(service(), ingress({ annotations: ['target-type: instance'] })),
    good: file(service(), ingress({ annotations: [IP] })),
    profile: { fargate: true },
  },
  'service-ipv6': {
    severity: 'error',
    title: 'IPv6 Service behind a load balancer without IPv6',
    why: 'The controller refuses it and fails to build the load balancer of the whole group.',
    bad: file(
      service({ spec: `ipFamilies:\n  - IPv6\nselector:\n  app: web\n${PORTS}` }),
      ingress({ annotations: [IP] }),
    ),
    good: file(
      service({ spec: `ipFamilies:\n  - IPv6\nselector:\n  app: web\n${PORTS}` }),
      ingress({ annotations: [IP, 'ip-address-type: dualstack'] }),
    ),
  },
  'class-missing': {
    severity: 'information',
    title: 'Ingress without a class',
    why: 'Unless the cluster has a default class, no controller takes it, and nothing tells so.',
    bad: ingress({
      annotations: ['scheme: internal'],
      spec: to('web').replace('ingressClassName: alb\n', ''),
    }),
    good: ingress({ annotations: ['scheme: internal'] }),
  },
  'no-default-class': {
    severity: 'warning',
    title: 'Ingress without a class, and no class is the default',
    why: 'Unless the cluster has another class that is the default, no controller takes it, and nothing tells so.',
    bad: file(
      ingressClass('alb'),
      ingress({ annotations: ['scheme: internal'], spec: to('web').replace('ingressClassName: alb\n', '') }),
    ),
    good: file(ingressClass('alb'), ingress({ annotations: ['scheme: internal'] })),
  },
  'class-not-found': {
    severity: 'warning',
    title: 'Class that does not exist',
    why: 'If the cluster does not have it either, no controller takes the Ingress.',
    bad: file(
      ingressClass('public'),
      ingress({ annotations: ['scheme: internal'], spec: ofClass('pulbic') }),
    ),
    good: file(
      ingressClass('public'),
      ingress({ annotations: ['scheme: internal'], spec: ofClass('public') }),
    ),
  },
  'class-namespace': {
    severity: 'warning',
    title: 'Class that is not for this namespace',
    why: 'The controller refuses the Ingress: `namespaceSelector of IngressClassParams mismatch`.',
    bad: file(
      namespace(),
      params('inner', 'namespaceSelector:\n  matchLabels:\n    zone: inner'),
      ingressClass('inner', 'inner'),
      ingress({ ...shop, spec: ofClass('inner') }),
    ),
    good: file(
      namespace('zone: inner'),
      params('inner', 'namespaceSelector:\n  matchLabels:\n    zone: inner'),
      ingressClass('inner', 'inner'),
      ingress({ ...shop, spec: ofClass('inner') }),
    ),
  },
  'class-override': {
    severity: 'warning',
    title: 'Annotation that the class overrules',
    why: 'What IngressClassParams set beats the annotation, which has no effect.',
    bad: file(
      params('public', 'scheme: internet-facing'),
      ingressClass('public', 'public'),
      ingress({ annotations: ['scheme: internal'], spec: ofClass('public') }),
    ),
    good: file(
      params('public', 'scheme: internet-facing'),
      ingressClass('public', 'public'),
      ingress({ spec: ofClass('public') }),
    ),
  },
  'auto-mode-group-name': {
    severity: 'warning',
    title: '`group.name` with a class of EKS Auto Mode',
    why: 'Auto Mode does not read it and gives each Ingress a load balancer of its own.',
    bad: file(
      ingressClass('auto', undefined, 'eks.amazonaws.com/alb'),
      ingress({ annotations: ['group.name: shop'], spec: ofClass('auto') }),
    ),
    good: file(
      object('eks.amazonaws.com/v1', 'IngressClassParams', { name: 'auto', spec: 'group:\n  name: shop' }),
      ingressClass('auto', 'auto', 'eks.amazonaws.com/alb'),
      ingress({ spec: ofClass('auto') }),
    ),
  },
  'oidc-secret-not-found': {
    severity: 'error',
    title: 'Secret of the OIDC client that does not exist',
    why: 'The controller needs it from the namespace of the Ingress and fails to build the load balancer of the whole group.',
    bad: file(secret('shop-signin'), ingress({ annotations: OIDC })),
    good: file(secret('shop-login'), ingress({ annotations: OIDC })),
  },
  'oidc-secret-keys': {
    severity: 'error',
    title: 'Secret of the OIDC client without its keys',
    why: 'The controller reads exactly these keys and fails to build the load balancer of the whole group.',
    bad: file(secret('shop-login', 'client-id'), ingress({ annotations: OIDC })),
    good: file(secret('shop-login'), ingress({ annotations: OIDC })),
  },
  'duplicate-load-balancer-name': {
    severity: 'error',
    title: 'Two load balancers of one name',
    why: 'Names are unique in an account and region, and AWS refuses the second one.',
    bad: file(
      ingress({ name: 'cart', annotations: ['load-balancer-name: shop'] }),
      ingress({ name: 'web', annotations: ['load-balancer-name: shop'] }),
    ),
    good: file(
      ingress({ name: 'cart', annotations: ['load-balancer-name: shop-cart'] }),
      ingress({ name: 'web', annotations: ['load-balancer-name: shop'] }),
    ),
  },
  'probe-path': {
    severity: 'hint',
    title: 'Health check that asks for another page than the readiness probe',
    why: 'A page that answers with anything but 200 makes all targets unhealthy.',
    bad: file(service(shop), deployment(), ingress({ ...shop })),
    good: file(service(shop), deployment(), ingress({ ...shop, annotations: [HEALTH] })),
  },
  'probe-protocol': {
    severity: 'hint',
    title: 'Back-end protocol that differs from that of the readiness probe',
    why: 'With the wrong protocol every request gets an answer of 502.',
    bad: file(
      service(shop),
      deployment((text) =>
        text.replace('            port: 8080', '            port: 8080\n            scheme: HTTPS'),
      ),
      ingress({ ...shop, annotations: [HEALTH] }),
    ),
    good: file(
      service(shop),
      deployment((text) =>
        text.replace('            port: 8080', '            port: 8080\n            scheme: HTTPS'),
      ),
      ingress({ ...shop, annotations: [HEALTH, 'backend-protocol: HTTPS'] }),
    ),
  },
  'unsafe-rollout': {
    severity: 'hint',
    title: 'Pods that are replaced before the load balancer has followed',
    why: 'During a rollout some requests get an answer of 502 or 504.',
    bad: file(
      namespace(),
      service(shop),
      deployment((text) => text.replace('replicas: 2', 'replicas: 1')),
      ingress({ ...shop, annotations: [IP, HEALTH] }),
    ),
    good: file(namespace(GATE), service(shop), deployment(), ingress({ ...shop, annotations: [IP, HEALTH] })),
  },
} satisfies Record<string, Rule>;
