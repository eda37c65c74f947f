/**
 * Everything is compared exactly, apart from the order of keys and these tolerances (the only ones):
 *
 * model
 *  1. Stacks without resources may be printed or not; so may stacks of groups that the recorded step did not
 *     touch, but if they are printed they equal the last recording of that group.
 *  2. Names of target groups, and of load balancers and security groups of Services, hash the random UID of a
 *     Service: any name of the form k8s-...-<10 hex digits> is accepted, as long as it is unique in its stack.
 *  3. A security group that is still to be created has no id: "new:NAME" stands for it.
 *  4. An Ingress and a Service of the same namespace/name share a stack id, and only one of the two was
 *     recorded: one of the printed stacks has to equal it.
 *  5. The table FrontendNLBTargetGroup is left out where it is empty.
 * model and state
 *  6. Where the subnets are discovered (no manifest lists any), elastic addresses are handed out in the order
 *     of subnet ids, which are random: which zone gets which address is not compared.
 *  7. Where the certificates are discovered (no manifest names any), the default is the first in order of
 *     random ids: default and further certificates are compared as one set.
 *  8. Lists ordered by ids, and the rules of security groups, are sorted (json.ts, inOrder).
 * state
 *  9. The IpAddress of an elastic address is left out: it is random.
 * errors (compare.ts)
 * 10. Of AWS's own errors, worded differently by every SDK, the code and the message count.
 * 11. The engine may, but need not, fail where the recording failed with one of OPTIONAL_ERRORS.
 */
import { content, inOrder, isObject, type JsonObject, sortedBy } from './json';
import { HASHED } from './names';
import {
  FRONTEND_TABLE,
  LISTENER,
  LOAD_BALANCER,
  type Resource,
  SECURITY_GROUP,
  type Stack,
  TARGET_GROUP,
} from './stack';
import type { ListenerState, LoadBalancerState, State } from './state';

/** A printed stack with placeholders for names that hash a UID and for ids that do not exist yet. */
export function withPlaceholders(stack: Stack): Stack {
  let text = JSON.stringify(stack);
  for (const [name, placeholders] of hashedNames(stack)) {
    const [placeholder, ...more] = placeholders;
    if (placeholder !== undefined && more.length === 0) text = text.replaceAll(name, () => placeholder);
  }
  return JSON.parse(text.replace(/"new:([^"]+)"/g, (_all, name) => `"\${sg:${name}}"`)) as Stack;
}

function hashedNames({ id, resources }: Stack): Map<string, string[]> {
  const named = new Map<string, string[]>();
  const add = (name: unknown, placeholder: string) => {
    if (typeof name !== 'string' || !HASHED.test(name)) return;
    named.set(name, [...(named.get(name) ?? []), placeholder]);
  };
  for (const [resource, { spec }] of items(resources[TARGET_GROUP]))
    add(spec['name'], `\${tgname:${resource}}`);
  // The load balancer of a Service; a front-end NLB has another key.
  const balancer = resources[LOAD_BALANCER]?.['LoadBalancer']?.spec;
  if (balancer?.['type'] !== 'network') return named;
  add(balancer['name'], `\${lbname:${id}}`);
  for (const [, { spec }] of items(resources[SECURITY_GROUP])) add(spec['groupName'], `\${sgname:${id}}`);
  return named;
}

function items(resources: Readonly<Record<string, Resource>> | undefined): [string, Resource][] {
  return Object.entries(resources ?? {});
}

/** What one case leaves open. */
export interface Tolerance {
  readonly subnetsDiscovered: boolean;
  readonly certificatesDiscovered: boolean;
}

/** @param text all manifests of the case */
export function toleranceOf(text: string): Tolerance {
  return {
    subnetsDiscovered: !/\bsubnets:/.test(text),
    certificatesDiscovered: !/certificate-?arn:|ssl-cert:/i.test(text),
  };
}

/** A stack as it is compared; undefined for one without resources. */
export function comparableStack(stack: Stack, tolerance: Tolerance): Stack | undefined {
  const copy = JSON.parse(JSON.stringify(stack).replace(/(\$\{tgname:[^}]*?)#\d+\}/g, '$1}')) as Stack;
  const filled = Object.entries(copy.resources ?? {}).filter(
    ([kind, entries]) =>
      Object.keys(entries).length > 0 && !(kind === FRONTEND_TABLE && isEmptyTable(entries)),
  );
  if (filled.length === 0) return undefined;
  const resources = Object.fromEntries(filled);
  for (const [, { spec }] of items(resources[LOAD_BALANCER])) {
    if (Array.isArray(spec['subnetMapping'])) {
      spec['subnetMapping'] = withAddressesApart(spec['subnetMapping'], 'allocationID', tolerance);
    }
  }
  for (const [, { spec }] of items(resources[LISTENER])) {
    const { certificates } = spec;
    if (tolerance.certificatesDiscovered && Array.isArray(certificates)) {
      spec['certificates'] = sortedBy(certificates, content);
    }
  }
  return inOrder({ ...copy, resources });
}

function isEmptyTable(entries: Readonly<Record<string, Resource>>): boolean {
  const groups = entries[FRONTEND_TABLE]?.['TargetGroups'];
  if (Array.isArray(groups)) return groups.length === 0;
  return !isObject(groups) || Object.keys(groups).length === 0;
}

/** Elastic addresses taken from zones whose order is random, into an entry of their own. */
function withAddressesApart(zones: readonly JsonObject[], key: string, tolerance: Tolerance): JsonObject[] {
  const found = zones.flatMap((zone) => (key in zone ? [String(zone[key])] : []));
  if (!tolerance.subnetsDiscovered || found.length === 0) return [...zones];
  return [...zones.map(({ [key]: _address, ...rest }) => rest), { [key]: found.sort() }];
}

export function comparableState(state: State, tolerance: Tolerance): State {
  const balancers = Object.entries(state.loadBalancers).map(([name, lb]) => [
    name,
    comparableBalancer(lb, tolerance),
  ]);
  return inOrder({ ...state, loadBalancers: Object.fromEntries(balancers) });
}

function comparableBalancer(lb: LoadBalancerState, tolerance: Tolerance): LoadBalancerState {
  const zones = lb.zones.map(({ LoadBalancerAddresses = [], ...zone }): JsonObject => {
    const addresses = LoadBalancerAddresses.map(({ IpAddress: _random, ...address }) => address);
    return Object.assign({}, zone, ...addresses) as JsonObject;
  });
  const listeners = Object.entries(lb.listeners).map(([port, listener]) => [
    port,
    tolerance.certificatesDiscovered ? certificatesTogether(listener) : listener,
  ]);
  return {
    ...lb,
    zones: withAddressesApart(zones, 'AllocationId', tolerance),
    listeners: Object.fromEntries(listeners),
  };
}

function certificatesTogether(listener: ListenerState): ListenerState {
  const { defaultCertificate, extraCertificates = [], ...rest } = listener;
  if (defaultCertificate === undefined) return listener;
  return { ...rest, rules: listener.rules, extraCertificates: [...extraCertificates, defaultCertificate] };
}
