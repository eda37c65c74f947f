import type { SecurityGroup } from '@aws-sdk/client-ec2';
import type {
  Listener,
  LoadBalancer,
  Rule,
  TargetGroup,
  TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Aws } from '../aws/clients';
import {
  describeTags,
  listExtraCertificates,
  listenerAttributes,
  listListeners,
  listRules,
  loadBalancerAttributes,
  reservedCapacity,
  type Tagged,
  targetGroupAttributes,
  targetHealth,
} from '../aws/elbv2';
import { type Inventory, ofStack } from '../aws/inventory';
import { parallel } from '../aws/paging';
import type { Kube } from '../kube/client';
import type { ClusterSnapshot } from '../kube/snapshot';
import type { TargetGroupBinding } from '../kube/types';
import type { BuildSettings } from '../model/build';
import { resourceTag } from '../model/names';
import { BINDING, LOAD_BALANCER, type Stack, TARGET_GROUP } from '../model/stack';
import { canonical } from './change';
import { holdsCheckpoint, type Trust } from './checkpoint';
import { type ObservedAddOns, observeAddOns } from './observeAddOns';
import { bindingOf, bindingsOfStack } from './resources/binding';
import { isFrontend } from './resources/frontendTargets';
import { type ListenerDetails, listenerSpec } from './resources/listener';
import { matchLoadBalancers } from './resources/loadBalancer';
import type { LoadBalancerDetails } from './resources/loadBalancerSettings';
import { readTracked, type Tracked } from './resources/trackedTargets';

type Attributes = Readonly<Record<string, string>>;

/** What exists of a stack, as far as its plan needs to know. */
export interface Observed {
  readonly loadBalancers: readonly Tagged<LoadBalancer>[];
  readonly loadBalancerDetails: ReadonlyMap<string, LoadBalancerDetails>;
  readonly listeners: readonly Tagged<Listener>[];
  readonly listenerDetails: ReadonlyMap<string, ListenerDetails>;
  /** By listener ARN. */
  readonly rules: ReadonlyMap<string, readonly Tagged<Rule>[]>;
  readonly targetGroups: readonly Tagged<TargetGroup>[];
  readonly targetGroupAttributes: ReadonlyMap<string, Attributes>;
  /** By target group ARN. */
  readonly targets: ReadonlyMap<string, readonly TargetHealthDescription[]>;
  readonly securityGroups: readonly Tagged<SecurityGroup>[];
  readonly bindings: readonly TargetGroupBinding[];
  /** Ids of target groups whose targets are known to be right without asking. */
  readonly trusted: ReadonlySet<string>;
  /** By id of bindings whose target groups other clusters use, too. */
  readonly tracked: ReadonlyMap<string, Tracked>;
  readonly addOns: ObservedAddOns;
}

interface Sources {
  readonly aws: Aws;
  readonly kube: Kube | undefined;
  readonly inventory: Inventory;
  readonly cluster: ClusterSnapshot;
  readonly trust: Trust;
  readonly settings: BuildSettings;
}

/** Reads what exists of a stack. Attributes are asked for only where the stack wants any: AWS has no call for many at once. */
export async function observe(sources: Sources, stack: Stack): Promise<Observed> {
  const { aws, inventory, settings } = sources;
  const mine = <T>(all: readonly Tagged<T>[]) => ofStack(all, settings.clusterName, stack);
  const [loadBalancers, targetGroups, securityGroups] = await Promise.all([
    inventory.loadBalancers().then(mine),
    inventory.targetGroups().then(mine),
    inventory.securityGroups().then(mine),
  ]);
  const bindings = bindingsOfStack(sources.cluster.bindings ?? [], stack);
  const known = bindingsById(stack, bindings, targetGroups);
  const trusted = trustedIds(sources, stack, known);
  const kept = keptBalancers(stack, loadBalancers);
  const arns = [...kept.keys()];
  const [front, back, addOns, tracked] = await Promise.all([
    observeFront(aws, stack, kept),
    observeBack(aws, stack, targetGroups, trusted),
    observeAddOns(aws, stack, arns),
    observeTracked(sources.kube, stack, known),
  ]);
  return {
    loadBalancers,
    targetGroups,
    securityGroups,
    bindings,
    trusted,
    ...front,
    ...back,
    addOns,
    tracked,
  };
}

/** Target groups that exist, and whose binding is as it is wanted and holds its checkpoint. */
function trustedIds(
  { cluster, trust }: Sources,
  stack: Stack,
  bindings: ReadonlyMap<string, TargetGroupBinding | undefined>,
): Set<string> {
  if (trust === 'nothing') return new Set();
  const found = Object.entries(stack.resources[BINDING] ?? {}).filter(([id, { spec }]) => {
    const actual = bindings.get(id);
    if (actual === undefined) return false;
    return sameTargets(actual.spec, spec.template.spec) && holdsCheckpoint(actual, cluster);
  });
  return new Set(found.map(([id]) => id));
}

/** What decides about targets; where they may be reached from is another matter. */
function sameTargets(a: Targeted, b: Targeted): boolean {
  const [of, wanted] = [a, b].map(({ targetType, serviceRef, nodeSelector, ipAddressType, ...more }) =>
    canonical([targetType, serviceRef, nodeSelector, ipAddressType, more.targetGroupProtocol]),
  );
  return of === wanted;
}

type Targeted = Pick<
  TargetGroupBinding['spec'],
  'targetType' | 'serviceRef' | 'nodeSelector' | 'ipAddressType' | 'targetGroupProtocol'
>;

/** What this cluster noted of the target groups that it shares with others. */
async function observeTracked(
  kube: Kube | undefined,
  stack: Stack,
  bindings: ReadonlyMap<string, TargetGroupBinding | undefined>,
): Promise<Map<string, Tracked>> {
  if (kube === undefined) return new Map();
  const all = Object.entries(stack.resources[BINDING] ?? {});
  const shared = all.filter(([, { spec }]) => spec.template.spec.multiClusterTargetGroup === true);
  const entries = await parallel(shared, async ([id, { spec }]) => {
    const { metadata } = bindings.get(id) ?? spec.template;
    return [id, await readTracked(kube, metadata)] as const;
  });
  return new Map(entries);
}

/** The binding that each binding of the stack has in the cluster, by its id in the stack. */
function bindingsById(
  stack: Stack,
  bindings: readonly TargetGroupBinding[],
  targetGroups: readonly Tagged<TargetGroup>[],
): Map<string, TargetGroupBinding | undefined> {
  const arns = new Map(
    targetGroups.map(({ value, tags }) => [tags[resourceTag(stack.kind)] ?? '', value.TargetGroupArn]),
  );
  return new Map(
    Object.entries(stack.resources[BINDING] ?? {}).map(([id, { spec }]) => {
      const found = bindingOf(bindings, arns.get(id), spec);
      return [id, found?.spec.targetGroupARN === arns.get(id) ? found : undefined];
    }),
  );
}

/** Ids of load balancers that stay by ARN: those that go take their listeners with them. */
function keptBalancers(stack: Stack, loadBalancers: readonly Tagged<LoadBalancer>[]): Map<string, string> {
  const { pairs } = matchLoadBalancers(stack, loadBalancers);
  return new Map(pairs.map(({ id, actual }) => [actual.value.LoadBalancerArn ?? '', id]));
}

async function observeFront(aws: Aws, stack: Stack, kept: ReadonlyMap<string, string>) {
  const arns = [...kept.keys()];
  const [listeners, details] = await Promise.all([
    parallel(arns, (arn) => listListeners(aws, arn)).then((all) => all.flat()),
    byKey(arns, (arn) => detailsOfLoadBalancer(aws, stack, kept.get(arn) ?? '', arn)),
  ]);
  const listenerArns = listeners.map(({ ListenerArn = '' }) => ListenerArn);
  const byArn = new Map(listeners.map((one) => [one.ListenerArn ?? '', one]));
  const [rules, listenerDetails] = await Promise.all([
    parallel(listenerArns, async (arn) => (isRouting(byArn.get(arn)) ? listRules(aws, arn) : [])),
    byKey(listenerArns, (arn) => detailsOfListener(aws, stack, kept, byArn.get(arn))),
  ]);
  const ruleArns = rules.flat().map(({ RuleArn = '' }) => RuleArn);
  const tags = await describeTags(aws, [...listenerArns, ...ruleArns]);
  const tagged = <T>(value: T, arn: string | undefined) => ({ value, tags: tags.get(arn ?? '') ?? {} });
  return {
    loadBalancerDetails: details,
    listeners: listeners.map((one) => tagged(one, one.ListenerArn)),
    listenerDetails,
    rules: new Map(
      rules.map((all, at) => [listenerArns[at] ?? '', all.map((one) => tagged(one, one.RuleArn))]),
    ),
  };
}

async function detailsOfLoadBalancer(
  aws: Aws,
  stack: Stack,
  id: string,
  arn: string,
): Promise<LoadBalancerDetails> {
  const spec = stack.resources[LOAD_BALANCER]?.[id]?.spec;
  const [attributes, capacityUnits] = await Promise.all([
    spec?.loadBalancerAttributes === undefined ? {} : loadBalancerAttributes(aws, arn),
    spec?.minimumLoadBalancerCapacity === undefined ? undefined : reservedCapacity(aws, arn),
  ]);
  return { attributes, capacityUnits };
}

/** Listeners of Network Load Balancers have no rules. */
function isRouting(listener: Listener | undefined): boolean {
  return listener?.Protocol === 'HTTP' || listener?.Protocol === 'HTTPS';
}

async function detailsOfListener(
  aws: Aws,
  stack: Stack,
  kept: ReadonlyMap<string, string>,
  actual: Listener | undefined,
): Promise<ListenerDetails> {
  const { ListenerArn: arn = '', LoadBalancerArn: balancer = '', Port } = actual ?? {};
  const spec = listenerSpec(stack, kept.get(balancer) ?? '', Port);
  const secure = actual?.SslPolicy !== undefined;
  const [extraCertificates, attributes] = await Promise.all([
    secure && spec !== undefined ? listExtraCertificates(aws, arn) : [],
    spec?.listenerAttributes === undefined ? {} : listenerAttributes(aws, arn),
  ]);
  return { extraCertificates, attributes };
}

async function observeBack(
  aws: Aws,
  stack: Stack,
  targetGroups: readonly Tagged<TargetGroup>[],
  trusted: ReadonlySet<string>,
) {
  const desired = stack.resources[TARGET_GROUP] ?? {};
  const idOf = ({ tags }: Tagged<TargetGroup>) => tags[resourceTag(stack.kind)] ?? '';
  const kept = targetGroups.filter((one) => desired[idOf(one)] !== undefined);
  const wanting = kept.filter((one) => desired[idOf(one)]?.spec.targetGroupAttributes !== undefined);
  const asked = targetGroups.filter((one) =>
    kept.includes(one) ? !trusted.has(idOf(one)) : isFrontend(one.value),
  );
  const arnsOf = (all: readonly Tagged<TargetGroup>[]) => all.map(({ value }) => value.TargetGroupArn ?? '');
  const [attributes, targets] = await Promise.all([
    byKey(arnsOf(wanting), (arn) => targetGroupAttributes(aws, arn)),
    byKey(arnsOf(asked), (arn) => targetHealth(aws, arn)),
  ]);
  return { targetGroupAttributes: attributes, targets };
}

async function byKey<T>(keys: readonly string[], read: (key: string) => Promise<T>): Promise<Map<string, T>> {
  const values = await parallel(keys, async (key) => [key, await read(key)] as const);
  return new Map(values);
}
