import { describe, expect, test } from 'vitest';
import { closest } from '../../src/annotations/closest';
import { nearMiss } from '../../src/annotations/prefixes';
import { lookUp } from '../../src/annotations/read';

describe('nearMiss', () => {
  test.each([
    ['alb.ingress.k8s.io/scheme', 'misspelled scheme'],
    ['alb.ingress.kubernetes.io:scheme', 'misspelled scheme'],
    ['alb.kubernetes.io/scheme', 'misspelled scheme'],
    ['alb/scheme', undefined],
    ['alb.ingress.kubernetes.io', undefined],
    ['ingress.kubernetes.io/scheme', undefined],
    ['nlb.ingress.kubernetes.io/scheme', undefined],
    ['scheme', undefined],
    ['service.beta.kubernetes.io/aws-load-balancer-ssl-cert', 'service certificate-arn'],
    ['service.beta.kubernetes.io/aws-load-balancer-eip-allocations', 'service undefined'],
  ])('%s', (key, expected) => {
    const miss = nearMiss(key);
    expect(miss === undefined ? undefined : `${miss.reason} ${miss.suffix}`).toBe(expected);
  });

  test('every Service annotation with a counterpart leads to one that exists', () => {
    const names =
      'nlb-target-type name scheme ip-address-type ssl-cert ssl-negotiation-policy backend-protocol additional-resource-tags healthcheck-healthy-threshold healthcheck-unhealthy-threshold healthcheck-timeout healthcheck-interval healthcheck-protocol healthcheck-port healthcheck-path healthcheck-success-codes target-group-attributes subnets target-node-labels attributes security-groups manage-backend-security-group-rules security-group-prefix-lists multi-cluster-target-group minimum-load-balancer-capacity';
    for (const name of names.split(' ')) {
      const suffix = nearMiss(`service.beta.kubernetes.io/aws-load-balancer-${name}`)?.suffix;
      expect([name, suffix === undefined ? undefined : lookUp(suffix)?.suffix]).toEqual([name, suffix]);
    }
  });
});

describe('closest', () => {
  const words = ['scheme', 'target-type', 'listen-ports', 'wafv2-acl-arn', 'tags'];
  test.each([
    ['schema', 'scheme'],
    ['targetType', 'target-type'],
    ['LISTEN_PORTS', 'listen-ports'],
    ['waf-acl-arn', 'wafv2-acl-arn'],
    ['tag', 'tags'],
    ['rewrite-target', undefined],
    ['', undefined],
  ])('%s', (word, expected) => {
    expect(closest(word, words)).toBe(expected);
  });
});
