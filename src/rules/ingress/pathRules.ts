/** Rules on paths, conditions and actions. */
import { ingress, specOf } from '../examples';
import type { Rule } from '../rule';

const MAINTENANCE = `'{"type": "fixed-response", "fixedResponseConfig": {"statusCode": "503"}}'`;
const HEADER = `'[{"field": "http-header", "httpHeaderConfig": {"httpHeaderName": "X-Version", "values": ["v2"]}}]'`;
const REWRITE = `'[{"type": "url-rewrite", "urlRewriteConfig": {"rewrites": [{"regex": "^/api/(.*)$", "replace": "/$1"}]}}]'`;
const forward = (names: readonly string[], more = '') =>
  `actions.split: '{"type": "forward", "forwardConfig": {"targetGroups": [${names
    .map((name) => `{"serviceName": "${name}", "servicePort": 80, "weight": 10}`)
    .join(', ')}]${more}}}'`;
const split = specOf([{ backend: 'split', port: 'name: use-annotation' }]);
const hosts = (...values: string[]) =>
  `conditions.web: '[{"field": "host-header", "hostHeaderConfig": {"values": ${JSON.stringify(values)}}}]'`;

export const pathRules = {
  'path-wildcard': {
    severity: 'error',
    title: 'Wildcard in a Prefix or Exact path',
    why: 'The controller refuses it and fails to build the load balancer of the whole group.',
    bad: ingress({ spec: specOf([{ path: '/*' }]) }),
    good: ingress({ spec: specOf([{ path: '/' }]) }),
  },
  'invalid-path': {
    severity: 'error',
    title: 'Path that Kubernetes refuses',
    why: 'The API server refuses the whole Ingress.',
    bad: ingress({ spec: specOf([{ path: 'shop' }]) }),
    good: ingress({ spec: specOf([{ path: '/shop' }]) }),
  },
  'path-semantics': {
    severity: 'hint',
    title: 'ImplementationSpecific path without a wildcard',
    why: 'Requests for anything below it get the answer 404, unless another rule takes them.',
    bad: ingress({ spec: specOf([{ pathType: 'ImplementationSpecific' }]) }),
    good: ingress({ spec: specOf([{}]) }),
  },
  'too-many-condition-values': {
    severity: 'error',
    title: 'Too many values in the conditions of a rule',
    why: 'AWS refuses the rule, and the group stops being updated.',
    bad: ingress({
      annotations: [hosts('a.example.com', 'b.example.com', 'c.example.com')],
      spec: specOf([{ path: '/shop' }]),
    }),
    good: ingress({
      annotations: [hosts('a.example.com', 'b.example.com')],
      spec: specOf([{ path: '/shop' }]),
    }),
  },
  'too-many-wildcards': {
    severity: 'warning',
    title: 'Too many wildcards in the conditions of a rule',
    why: 'AWS refuses the rule, and the group stops being updated.',
    bad: ingress({
      spec: specOf([{ path: '/*/a/*/b/*/c/*/d/*/e/*/f/*', pathType: 'ImplementationSpecific' }]),
    }),
    good: ingress({ spec: specOf([{ path: '/*/a/*', pathType: 'ImplementationSpecific' }]) }),
  },
  'mixed-wildcard-regex': {
    severity: 'error',
    title: 'Wildcard patterns and regular expressions in one condition',
    why: 'The controller refuses it and fails to build the load balancer of the whole group.',
    bad: ingress({
      annotations: [
        `conditions.web: '[{"field": "host-header", "hostHeaderConfig": {"regexValues": ["^shop[0-9]+[.]example[.]com$"]}}]'`,
      ],
    }),
    good: ingress({
      annotations: [
        `conditions.web: '[{"field": "host-header", "hostHeaderConfig": {"regexValues": ["^shop[0-9]+[.]example[.]com$"]}}]'`,
      ],
      spec: specOf([{}], { hosts: [] }),
    }),
  },
  'repeated-condition': {
    severity: 'error',
    title: 'Condition that a rule may have only once',
    why: 'AWS refuses the rule, and the group stops being updated.',
    bad: ingress({
      annotations: [
        `conditions.web: '[{"field": "source-ip", "sourceIPConfig": {"values": ["10.0.0.0/8"]}}, {"field": "source-ip", "sourceIPConfig": {"values": ["192.0.2.0/24"]}}]'`,
      ],
    }),
    good: ingress({
      annotations: [
        `conditions.web: '[{"field": "source-ip", "sourceIPConfig": {"values": ["10.0.0.0/8", "192.0.2.0/24"]}}]'`,
      ],
    }),
  },
  'action-not-found': {
    severity: 'error',
    title: 'Action that does not exist',
    why: 'The load balancer answers every request of the rule with 503 and `Backend action does not exist`.',
    bad: ingress({ spec: specOf([{ backend: 'maintenance', port: 'name: use-annotation' }]) }),
    good: ingress({
      annotations: [`actions.maintenance: ${MAINTENANCE}`],
      spec: specOf([{ backend: 'maintenance', port: 'name: use-annotation' }]),
    }),
  },
  'action-unused': {
    severity: 'warning',
    title: 'Action that no backend uses',
    why: 'An action counts only for backends of its name whose port has the name `use-annotation`.',
    bad: ingress({
      annotations: [`actions.maintenance: ${MAINTENANCE}`],
      spec: specOf([{ backend: 'maintenance', port: 'name: use-annotations' }]),
    }),
    good: ingress({
      annotations: [`actions.maintenance: ${MAINTENANCE}`],
      spec: specOf([{ backend: 'maintenance', port: 'name: use-annotation' }]),
    }),
  },
  'condition-unused': {
    severity: 'warning',
    title: 'Conditions that no backend uses',
    why: 'The rule that should have them is without: it takes every request for its host and path.',
    bad: ingress({ annotations: [`conditions.webb: ${HEADER}`] }),
    good: ingress({ annotations: [`conditions.web: ${HEADER}`] }),
  },
  'transform-unused': {
    severity: 'warning',
    title: 'Transforms that no backend uses',
    why: 'Requests reach the pods as they came, without the rewrite.',
    bad: ingress({ annotations: [`transforms.webb: ${REWRITE}`] }),
    good: ingress({ annotations: [`transforms.web: ${REWRITE}`] }),
  },
  'redirect-loop': {
    severity: 'error',
    title: 'Redirect to the same address',
    why: 'Such a redirect would never end: the rule is left out or refused.',
    bad: ingress({
      annotations: [`actions.away: '{"type": "redirect", "redirectConfig": {"statusCode": "HTTP_302"}}'`],
      spec: specOf([{ backend: 'away', port: 'name: use-annotation' }]),
    }),
    good: ingress({
      annotations: [
        `actions.away: '{"type": "redirect", "redirectConfig": {"host": "www.example.com", "statusCode": "HTTP_302"}}'`,
      ],
      spec: specOf([{ backend: 'away', port: 'name: use-annotation' }]),
    }),
  },
  'too-many-forward-targets': {
    severity: 'error',
    title: 'Too many target groups in an action',
    why: 'AWS refuses the rule, and the group stops being updated.',
    bad: ingress({ annotations: [forward(['a', 'b', 'c', 'd', 'e', 'f'])], spec: split }),
    good: ingress({ annotations: [forward(['a', 'b', 'c', 'd', 'e'])], spec: split }),
  },
  'weighted-stickiness': {
    severity: 'warning',
    title: 'Sticky target groups behind a split that is not sticky',
    why: 'Clients move between the target groups, and AWS may refuse the rule.',
    bad: ingress({
      annotations: [
        'target-type: ip',
        'target-group-attributes: stickiness.enabled=true',
        forward(['a', 'b']),
      ],
      spec: split,
    }),
    good: ingress({
      annotations: [
        'target-type: ip',
        'target-group-attributes: stickiness.enabled=true',
        forward(['a', 'b'], ', "targetGroupStickinessConfig": {"enabled": true, "durationSeconds": 3600}'),
      ],
      spec: split,
    }),
  },
} satisfies Record<string, Rule>;
