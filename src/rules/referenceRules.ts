/** What can be wrong between an Ingress and the objects it refers to. */
import { file, ingress, service } from './examples';
import type { Rule } from './rule';

const IP = 'target-type: ip';
const PORTS = `ports:
  - name: http
    port: 80
    targetPort: 8080`;

/** The spec of an Ingress with one backend. */
function to(name: string, port = 'number: 80'): string {
  return `ingressClassName: alb
rules:
  - host: shop.example.com
    http:
      paths:
        - path: /
          pathType: Prefix
          backend:
            service:
              name: ${name}
              port:
                ${port}`;
}

const TWO_TARGETS = (second: string) =>
  `actions.split: '{"type": "forward", "forwardConfig": {"targetGroups": [{"serviceName": "web", "servicePort": 80, "weight": 90}, {"serviceName": "${second}", "servicePort": 80, "weight": 10}]}}'`;

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
} satisfies Record<string, Rule>;
