import { expect, test } from 'vitest';
import { buildStack, DEFAULT_SETTINGS } from '../../src/model/build';
import type { RuleOrigin } from '../../src/model/build/ruleOrigin';
import { buildServiceStack } from '../../src/model/service';
import { loadOwners } from '../../src/reconcile/owner';
import { reasonsOf } from '../../src/reconcile/reasons';
import { ingresses, lookupsOf } from '../model/build/build';
import { lookupsOf as serviceLookups } from '../model/service/world';
import { clusterOf } from './cluster';

const settings = { ...DEFAULT_SETTINGS, clusterName: 'shop', vpcId: 'vpc-1' };

/** Every resource of the first load balancer with the reason for it. */
function reasons(text: string): string[] {
  const cluster = clusterOf(text);
  const [owner] = loadOwners(cluster);
  if (owner === undefined || owner.kind === 'binding') throw new Error('nothing to build');
  const origins: RuleOrigin[] = [];
  const stack =
    owner.kind === 'service'
      ? buildServiceStack(owner.service, serviceLookups(cluster.services), settings)
      : buildStack(owner.ingresses, lookupsOf(cluster, {}), settings, (origin) => origins.push(origin));
  const why = reasonsOf(owner, stack, origins);
  return Object.entries(stack.resources).flatMap(([type, all]) =>
    type.startsWith('FrontendNLB')
      ? []
      : Object.keys(all).map((id) => `${type.split('::').at(-1)} ${id}: ${why({ type, id })}`),
  );
}

test('an Ingress that says nothing', () => {
  expect(reasons(ingresses({}))).toMatchInlineSnapshot(`
    [
      "SecurityGroup ManagedLBSecurityGroup: no member sets \`security-groups\`, so it opens the ports of the listeners",
      "LoadBalancer LoadBalancer: the Ingress default/web-1",
      "Listener 80: the default, as no member sets \`listen-ports\`",
      "TargetGroup default/web-1-web:80: path / of web-1.example.com in default/web-1",
      "TargetGroupBinding default/web-1-web:80: the pods or nodes behind the target group default/web-1-web:80",
      "ListenerRule 80:1: path / of web-1.example.com in default/web-1",
    ]
  `);
});

test('a group with ports, an action and a front-end NLB', () => {
  const group = { 'group.name': 'shop' };
  const action = '{"type":"fixed-response","fixedResponseConfig":{"statusCode":"200"}}';
  const path = {
    path: '/hi',
    pathType: 'Exact',
    backend: { service: { name: 'hi', port: { name: 'use-annotation' } } },
  };
  const rules = JSON.stringify([{ host: 'a.example.com', http: { paths: [path] } }]);
  expect(
    reasons(
      ingresses(
        { ...group, 'listen-ports': '[{"HTTP":8080}]', 'enable-frontend-nlb': 'true' },
        { ...group, 'listen-ports': '[{"HTTP":8080}]', 'actions.hi': action, 'spec.rules': rules },
      ),
    ),
  ).toMatchInlineSnapshot(`
    [
      "SecurityGroup ManagedLBSecurityGroup: no member sets \`security-groups\`, so it opens the ports of the listeners",
      "LoadBalancer LoadBalancer: the Ingresses default/web-1, default/web-2",
      "LoadBalancer FrontendNlb: \`enable-frontend-nlb\` of default/web-1",
      "Listener 8080: \`listen-ports\` of default/web-1, default/web-2",
      "Listener FrontendNlb-ls-TCP-8080: every listener of the Application Load Balancer has one",
      "TargetGroup default/web-1-web:80: path / of web-1.example.com in default/web-1",
      "TargetGroup FrontendNlb-tg-TCP-8080: \`enable-frontend-nlb\` of default/web-1",
      "TargetGroupBinding default/web-1-web:80: the pods or nodes behind the target group default/web-1-web:80",
      "ListenerRule 8080:1: path / of web-1.example.com in default/web-1",
      "ListenerRule 8080:2: path /hi of a.example.com in default/web-2 and its \`actions.hi\`",
    ]
  `);
});

test('a Service', () => {
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: 'default', name: 'db', uid: 'uid' },
    spec: {
      type: 'LoadBalancer',
      loadBalancerClass: 'service.k8s.aws/nlb',
      ports: [{ port: 5432, nodePort: 30432, protocol: 'TCP' }],
    },
  };
  expect(reasons(JSON.stringify(service))).toMatchInlineSnapshot(`
    [
      "SecurityGroup ManagedLBSecurityGroup: the Service default/db sets no \`aws-load-balancer-security-groups\`",
      "LoadBalancer LoadBalancer: \`spec.loadBalancerClass\` of the Service default/db",
      "TargetGroup default/db:5432: port 5432 of default/db",
      "TargetGroupBinding default/db:5432: the pods or nodes behind the target group default/db:5432",
      "Listener 5432: port 5432 of the Service default/db",
    ]
  `);
});
