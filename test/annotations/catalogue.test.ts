import { describe, expect, test } from 'vitest';
import type { Annotation } from '../../src/annotations/annotation';
import { catalogue, families } from '../../src/annotations/catalogue';
import { documentationOf, lookUp } from '../../src/annotations/read';
import { rules } from '../../src/rules';

/** The names of the controller, v3.5.0: pkg/annotations/constants.go, `IngressSuffix*` and `IngressLBSuffix*`. */
const NAMES = `
  load-balancer-name group.name group.order tags ip-address-type scheme subnets customer-owned-ipv4-pool
  load-balancer-attributes wafv2-acl-arn wafv2-acl-name waf-acl-id web-acl-id shield-advanced-protection security-groups
  listen-ports ssl-redirect inbound-cidrs certificate-arn ssl-policy target-type backend-protocol
  backend-protocol-version target-group-attributes healthcheck-port healthcheck-protocol healthcheck-path
  healthcheck-interval-seconds healthcheck-timeout-seconds healthy-threshold-count unhealthy-threshold-count
  success-codes auth-type auth-idp-cognito auth-idp-oidc auth-on-unauthenticated-request auth-scope auth-session-cookie
  auth-session-timeout jwt-validation target-node-labels manage-backend-security-group-rules mutual-authentication
  security-group-prefix-lists listener-attributes multi-cluster-target-group minimum-load-balancer-capacity
  ipam-ipv4-pool-id enable-frontend-nlb frontend-nlb-scheme frontend-nlb-subnets frontend-nlb-security-groups
  frontend-nlb-listener-port-mapping frontend-nlb-eip-allocations frontend-nlb-healthcheck-port
  frontend-nlb-healthcheck-protocol frontend-nlb-healthcheck-path frontend-nlb-healthcheck-interval-seconds
  frontend-nlb-healthcheck-timeout-seconds frontend-nlb-healthcheck-healthy-threshold-count
  frontend-nlb-healthcheck-unhealthy-threshold-count frontend-nlb-healthcheck-success-codes frontend-nlb-attributes
  frontend-nlb-tags use-regex-path-match target-control-port create-acm-cert acm-pca-arn dry-run-plan
`
  .trim()
  .split(/\s+/);

const rows: [string, Annotation][] = [...Object.entries(catalogue), ...Object.entries(families)];

describe('catalogue', () => {
  test('has the 69 names of the controller and the three families of its back-end builder, and nothing else', () => {
    expect(NAMES).toHaveLength(69);
    expect(rows.map(([name]) => name).sort()).toEqual(
      [...NAMES, 'actions', 'conditions', 'transforms'].sort(),
    );
  });

  test.each(rows)('%s: the example is right, and so is the default', (name, row) => {
    expect(row.kind.check(row.example)).toEqual([]);
    expect(() => row.kind.parse(row.example, name)).not.toThrow();
    if (row.fallback === undefined) return;
    const serious = row.kind.check(row.fallback).filter(({ code }) => rules[code].severity === 'error');
    expect(serious).toEqual([]);
  });

  test.each(rows)('%s: is described', (name, row) => {
    expect(row.doc).toMatch(/^[A-Z`].*\.$/);
    expect(row.since).toMatch(/^[1-3]\.\d+\.\d+$/);
    expect(documentationOf({ row, suffix: name })).toMatch(/^https:/);
  });

  test('names it knows, and names it does not', () => {
    expect(lookUp('scheme')).toMatchObject({ suffix: 'scheme' });
    expect(lookUp('actions.redirect.old')).toMatchObject({
      suffix: 'actions',
      family: 'actions',
      name: 'redirect.old',
    });
    for (const unknown of ['actions', 'actions.', 'schema', 'toString', 'constructor.x', ''])
      expect(lookUp(unknown)).toBeUndefined();
  });
});
