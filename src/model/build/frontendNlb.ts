import { rawAnnotation, readAnnotation, type Suffix } from '../../annotations/read';
import { BuildError, goList, goSet } from '../errors';
import type { Member } from '../group';
import { frontendTargetGroupName } from '../names';
import {
  FRONTEND_NLB_ID,
  type FrontendTarget,
  LISTENER,
  LOAD_BALANCER,
  LOAD_BALANCER_ID,
  refTo,
  type SubnetMapping,
  TARGET_GROUP,
  type Tags,
  type Token,
} from '../stack';
import { annotationsOf, type Build, type LoadBalancerFacts } from './context';
import { asAttributes, compact, exclusive, given, inConflict } from './exclusive';
import { type FrontendListener, frontendListeners } from './frontendListeners';
import type { PortPlan } from './listenPorts';
import { groupTags } from './tags';

/**
 * Adds the Network Load Balancer in front of the Application Load Balancer, where a member asks for one: listeners
 * that forward to target groups whose one target is the Application Load Balancer. Gives these targets by the name of
 * their target group. Source: lbc:pkg/ingress/model_build_frontend_nlb.go.
 */
export function buildFrontendNlb(
  build: Build,
  facts: LoadBalancerFacts,
  ports: PortPlan,
): Record<string, FrontendTarget> {
  const { members } = build.group;
  if (!isEnabled(members)) return {};
  const scheme = schemeOf(build);
  const securityGroups = securityGroupsOf(build) ?? facts.securityGroups;
  const subnetMapping = subnetMappings(build, scheme, facts.ipAddressType);
  const tags = tagsOf(build);
  const name = `${facts.name.slice(0, 28)}-nlb`;
  const { ipAddressType } = facts;
  const spec = { name, type: 'network', scheme, ipAddressType, subnetMapping, securityGroups } as const;
  const loadBalancerAttributes = asAttributes(attributesOf(members));
  build.draft.add(LOAD_BALANCER, FRONTEND_NLB_ID, compact({ ...spec, tags, loadBalancerAttributes }));
  const listeners = frontendListeners(members, ports);
  return Object.fromEntries(listeners.map((listener) => addListener(build, listener, tags)));
}

function isEnabled(members: readonly Member[]): boolean {
  const enabled = exclusive(
    'enable-frontend-nlb',
    members,
    (member) => readAnnotation('enable-frontend-nlb', annotationsOf(member)),
    () => 'conflicting enable frontend NLB values',
  );
  return enabled ?? false;
}

/** That of the Application Load Balancer does not matter. */
function schemeOf({ group, settings }: Build): string {
  const scheme = exclusive(
    'frontend-nlb-scheme',
    group.members,
    (member) => rawAnnotation('frontend-nlb-scheme', annotationsOf(member)),
    (values) => `conflicting scheme: ${goSet(values)}`,
  );
  if (scheme === undefined) return settings.defaultScheme;
  if (scheme === 'internal' || scheme === 'internet-facing') return scheme;
  throw new BuildError(`unknown scheme: ${scheme}`);
}

/** The list on which all members agree. */
function listOf(
  { members }: Build['group'],
  about: 'frontend-nlb-security-groups' | 'frontend-nlb-subnets' | 'frontend-nlb-eip-allocations',
  same: (a: readonly string[], b: readonly string[]) => boolean,
  conflict: (a: string, b: string) => string,
): readonly string[] | undefined {
  const lists = given(members, (member) => readAnnotation(about, annotationsOf(member)));
  const first = lists[0];
  const other = lists.find(({ value }) => first !== undefined && !same(first.value, value));
  if (first === undefined || other === undefined) return first?.value;
  throw inConflict(conflict(goList(first.value), goList(other.value)), about, first, other);
}

const inOrder = (a: readonly string[], b: readonly string[]) => a.join() === b.join();
const inAnyOrder = (a: readonly string[], b: readonly string[]) => inOrder([...a].sort(), [...b].sort());

function securityGroupsOf({ group, lookups }: Build): readonly Token[] | undefined {
  const about = 'frontend-nlb-security-groups';
  const names = listOf(group, about, inOrder, (a, b) => `conflicting securityGroups: ${a} | ${b}`);
  return names === undefined || names.length === 0 ? undefined : lookups.securityGroups(names);
}

function subnetMappings(build: Build, scheme: string, ipAddressType: string): SubnetMapping[] {
  const { group, lookups } = build;
  const about = 'frontend-nlb-subnets';
  const namesOrIds = listOf(group, about, inAnyOrder, (a, b) => `conflicting subnets: ${a} | ${b}`);
  const query = { scheme, ipAddressType, network: true } as const;
  const subnets = lookups.subnets(
    namesOrIds === undefined ? { ...query, by: 'discovery' } : { ...query, by: 'names', namesOrIds },
  );
  const addresses = elasticAddresses(build, scheme, subnets);
  return subnets.map((subnetID, at) => compact({ subnetID, allocationID: addresses?.[at] }));
}

function elasticAddresses(
  { group }: Build,
  scheme: string,
  subnets: readonly string[],
): readonly string[] | undefined {
  const about = 'frontend-nlb-eip-allocations';
  const some = given(group.members, (member) => rawAnnotation(about, annotationsOf(member)))[0];
  if (some === undefined) return undefined;
  if (scheme !== 'internet-facing') {
    const message = 'EIP allocations can only be set for internet facing load balancers';
    throw new BuildError(message, some.member);
  }
  const conflict = (a: string, b: string) =>
    `all EIP allocations for the ingress group must be the same: ${a} | ${b}`;
  const ids = listOf(group, about, inAnyOrder, conflict) ?? [];
  if (ids.length === 0) return undefined;
  // Who does not know the subnets, as the editor, cannot count them.
  if (subnets.length > 0 && ids.length !== subnets.length) {
    const message = `count of EIP allocations (${ids.length}) and subnets (${subnets.length}) must match`;
    throw new BuildError(message, some.member);
  }
  return ids;
}

/** Own tags, or those of the Application Load Balancer. */
function tagsOf(build: Build): Tags | undefined {
  const { members } = build.group;
  const own = agreed('frontend-nlb-tags', members, 'conflicting frontend NLB tags');
  if (own === undefined) return groupTags(build, members);
  return Object.keys(own).length === 0 ? undefined : own;
}

/** The map of the first member that has one; members before it need none, members after it the same. */
function agreed(
  about: 'frontend-nlb-tags' | 'frontend-nlb-attributes',
  members: readonly Member[],
  conflict: string,
): Readonly<Record<string, string>> | undefined {
  const maps = given(members, (member) => readAnnotation(about, annotationsOf(member)));
  const first = maps[0];
  const other = maps.find(({ value }) => first !== undefined && goMap(value) !== goMap(first.value));
  if (first === undefined || other === undefined) return first?.value;
  throw inConflict(`${conflict}: ${goMap(first.value)} | ${goMap(other.value)}`, about, first, other);
}

const POLICY = 'dns_record.client_routing_policy';
const POLICIES = [
  'any_availability_zone',
  'partial_availability_zone_affinity',
  'availability_zone_affinity',
];

/** A member after the first one that has attributes must have them, too. */
function attributesOf(members: readonly Member[]): Readonly<Record<string, string>> {
  const about: Suffix = 'frontend-nlb-attributes';
  const conflict = 'conflicting frontend NLB attributes';
  const chosen = agreed(about, members, conflict);
  if (chosen === undefined) return {};
  const has = ({ ingress }: Member) => rawAnnotation(about, annotationsOf(ingress)) !== undefined;
  const first = members.findIndex(has);
  const without = members.find((member, at) => at > first && !has(member));
  if (without !== undefined) {
    const from = { member: members[first]?.key ?? '' };
    throw inConflict(`${conflict}: ${goMap(chosen)} | ${goMap({})}`, about, from, { member: without.key });
  }
  const policy = chosen[POLICY];
  if (policy === undefined || POLICIES.includes(policy)) return chosen;
  const expected = POLICIES.map((one) => `'${one}'`).join(', ');
  throw new BuildError(
    `invalid ${POLICY} set in annotation aws-load-balancer-attributes: got '${policy}' expected one of [${expected}]`,
    members[first]?.key,
  );
}

/** Go's `%v` of a map of strings. */
function goMap(map: Readonly<Record<string, string>>): string {
  const keys = Object.keys(map).sort();
  return `map[${keys.map((key) => `${key}:${map[key]}`).join(' ')}]`;
}

function addListener(
  build: Build,
  { port, targetPort, healthCheck }: FrontendListener,
  tags: Tags | undefined,
): [string, FrontendTarget] {
  const id = `${FRONTEND_NLB_ID}-tg-TCP-${port}`;
  const targetGroupARN = refTo(TARGET_GROUP, id, 'targetGroupARN');
  const { clusterName } = build.settings;
  const name = frontendTargetGroupName(clusterName, build.group.id, port, healthCheck);
  const fixed = { targetType: 'alb', port, protocol: 'TCP', ipAddressType: 'ipv4' } as const;
  build.draft.add(TARGET_GROUP, id, compact({ name, ...fixed, healthCheckConfig: healthCheck, tags }));
  const listener = {
    ...{ loadBalancerARN: refTo(LOAD_BALANCER, FRONTEND_NLB_ID, 'loadBalancerARN'), port, protocol: 'TCP' },
    defaultActions: [{ type: 'forward', forwardConfig: { targetGroups: [{ targetGroupARN }] } }],
  };
  build.draft.add(LISTENER, `${FRONTEND_NLB_ID}-ls-TCP-${port}`, compact({ ...listener, tags }));
  const target = refTo(LOAD_BALANCER, LOAD_BALANCER_ID, 'loadBalancerARN');
  return [name, { Name: name, ARN: targetGroupARN, Port: port, TargetARN: target, TargetPort: targetPort }];
}
