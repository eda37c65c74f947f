import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Service } from '../../../src/kube/types';
import type { CurrentNetworkLoadBalancer } from '../../../src/model/lookups';
import { buildServiceStack } from '../../../src/model/service';
import { LOAD_BALANCER, stackJson } from '../../../src/model/stack';
import { type Case, readCases, recordedOf } from '../../conformance/case';
import type { Stack } from '../../conformance/stack';
import { comparableStack, toleranceOf, withPlaceholders } from '../../conformance/tolerance';
import { CASES, lookupsOf, manifestsOf, SETTINGS } from './world';

/* What the controller really built for Services (test/conformance/cases), and why it refused to. */

/** Cases in which the stack of a Service's own load balancer was recorded; a case that is missing here is not built yet. */
const BUILT = [
  ...['attributes', 'capacity', 'delete', 'eips', 'health-check-http', 'instance-internal'],
  ...[
    'internal-annotation',
    'listener-attributes',
    'loadbalancer-class',
    'local-traffic-policy',
    'one-subnet',
  ],
  ...['prefix-lists-icmp', 'preserve-client-ip', 'private-addresses', 'private-link-on', 'proxy-protocol'],
  ...['quic', 'security-groups', 'source-ranges', 'subnets-by-name', 'target-node-labels'],
  ...['tcp-udp-same-port', 'tls', 'tls-all-ports', 'udp', 'update-ports', 'weighted-targets'],
  ...['without-security-group', 'without-sg-unmanaged'],
].map((name) => `nlb-${name}`);
const REFUSED = ['err-nlb-actions', 'err-nlb-addresses', 'err-nlb-ipv6', 'err-nlb-values'];

const cases = readCases(CASES).filter(({ text }) => /aws-load-balancer-type|loadBalancerClass/.test(text));

test('every case with a load balancer of a Service is compared', () => {
  expect(cases.map(({ name }) => name)).toEqual([...REFUSED, ...BUILT, 'tutorial-nlb-service'].sort());
});

/** The Services of one step; those that a step drops are being deleted. */
function servicesAt({ steps }: Case, step: number): Map<string, Service> {
  const [now, before] = [steps[step - 1], steps[step - 2]].map((file) =>
    file === undefined ? new Map<string, Service>() : manifestsOf(file),
  );
  const dropped = [...(before ?? [])].filter(([key]) => now?.has(key) !== true);
  const deleted = dropped.map(([key, service]): [string, Service] => {
    const metadata = { ...service.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' };
    return [key, { ...service, metadata }];
  });
  return new Map([...(now ?? []), ...deleted]);
}

/** The load balancer that the step before left. */
function currentAt(found: Case, step: number, id: string): CurrentNetworkLoadBalancer | undefined {
  const stack = step === 1 ? undefined : recordedOf(found, step - 1).stack[id];
  const spec = stack?.resources[LOAD_BALANCER]?.['LoadBalancer']?.spec;
  if (spec === undefined) return undefined;
  const mappings = spec['subnetMapping'] as { subnetID: string }[];
  const subnetIds = mappings.map(({ subnetID }) => subnetID);
  return { scheme: String(spec['scheme']), subnetIds, hasSecurityGroups: 'securityGroups' in spec };
}

function builtAt(found: Case, step: number): Record<string, Stack | undefined> {
  const services = servicesAt(found, step);
  const built = [...services].map(([key, service]) => {
    const current = currentAt(found, step, key);
    const lookups = lookupsOf(services, current === undefined ? {} : { current });
    const json = stackJson(buildServiceStack(service, lookups, SETTINGS)) as Stack;
    return [key, comparable(found, withPlaceholders(json))] as const;
  });
  return Object.fromEntries(built.filter(([, stack]) => stack !== undefined));
}

function comparable({ text }: Case, stack: Stack): Stack | undefined {
  return comparableStack(stack, toleranceOf(text));
}

describe('stacks are those of the controller', () => {
  for (const found of cases.filter(({ name }) => !REFUSED.includes(name))) {
    test.each(found.steps.map((_, at) => at + 1))(`${found.name}, step %i`, (step) => {
      const recorded = Object.entries(recordedOf(found, step).stack).map(
        ([id, stack]) => [id, comparable(found, stack)] as const,
      );
      const expected = Object.fromEntries(recorded.filter(([, stack]) => stack !== undefined));
      expect(builtAt(found, step)).toEqual(expected);
    });
  }
});

describe('refusals are those of the controller', () => {
  for (const name of REFUSED) {
    test(name, () => {
      const services = manifestsOf(join(CASES, name, 'manifests.yaml'));
      const messages = [...services.values()].map((service) => {
        try {
          buildServiceStack(service, lookupsOf(services), SETTINGS);
          return 'built';
        } catch (error) {
          return error instanceof Error ? error.message : String(error);
        }
      });
      const found = cases.find((one) => one.name === name);
      const recorded = found === undefined ? [] : recordedOf(found, 1).errors.map(({ error }) => error);
      expect(messages.sort()).toEqual(recorded.sort());
    });
  }
});
