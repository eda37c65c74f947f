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
  type Tagged,
  targetGroupAttributes,
  targetHealth,
} from '../aws/elbv2';
import { type Inventory, ofStack } from '../aws/inventory';
import { parallel } from '../aws/paging';
import type { Kube } from '../kube/client';
import { keyOf, type TargetGroupBinding } from '../kube/types';
import type { BuildSettings } from '../model/build';
import { TAG_RESOURCE } from '../model/names';
import { BINDING, LISTENER, LOAD_BALANCER, type Stack, TARGET_GROUP } from '../model/stack';
import { type ObservedAddOns, observeAddOns } from './observeAddOns';
import { bindingsOfStack } from './resources/binding';
import type { ListenerDetails } from './resources/listener';
import { type LoadBalancerDetails, matchLoadBalancers } from './resources/loadBalancer';
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
  /** By namespace/name of bindings whose target groups other clusters use, too. */
  readonly tracked: ReadonlyMap<string, Tracked>;
  readonly addOns: ObservedAddOns;
}

interface Sources {
  readonly aws: Aws;
  readonly kube: Kube | undefined;
  readonly inventory: Inventory;
  readonly bindings: readonly TargetGroupBinding[];
  readonly settings: BuildSettings;
}

/** Reads what exists of a stack. Attributes are asked for only where the stack wants any: AWS has no call for many at once. */
export async function observe(sources: Sources, stack: Stack): Promise<Observed> {
  const { aws, inventory, settings } = sources;
  const mine = <T>(all: readonly Tagged<T>[]) => ofStack(all, settings.clusterName, stack.id);
  const [loadBalancers, targetGroups, securityGroups] = await Promise.all([
    inventory.loadBalancers().then(mine),
    inventory.targetGroups().then(mine),
    inventory.securityGroups().then(mine),
  ]);
  const kept = keptArns(stack, loadBalancers);
  const [front, back, addOns, tracked] = await Promise.all([
    observeFront(aws, stack, kept),
    observeBack(aws, stack, targetGroups),
    observeAddOns(aws, stack, kept),
    observeTracked(sources.kube, stack),
  ]);
  const bindings = bindingsOfStack(sources.bindings, stack.group);
  return { loadBalancers, targetGroups, securityGroups, bindings, ...front, ...back, addOns, tracked };
}

/** What this cluster noted of the target groups that it shares with others. */
async function observeTracked(kube: Kube | undefined, stack: Stack): Promise<Map<string, Tracked>> {
  if (kube === undefined) return new Map();
  const templates = Object.values(stack.resources[BINDING] ?? {}).map(({ spec }) => spec.template);
  const shared = templates.filter(({ spec }) => spec.multiClusterTargetGroup === true);
  const found = await parallel(shared, ({ metadata }) => readTracked(kube, metadata));
  return new Map(shared.map((template, at) => [keyOf(template), found[at]]));
}

/** Load balancers that stay: those that go take their listeners with them. */
function keptArns(stack: Stack, loadBalancers: readonly Tagged<LoadBalancer>[]): string[] {
  const { pairs } = matchLoadBalancers(stack, loadBalancers);
  return pairs.map(({ actual }) => actual.value.LoadBalancerArn ?? '');
}

async function observeFront(aws: Aws, stack: Stack, arns: readonly string[]) {
  const [listeners, details] = await Promise.all([
    parallel(arns, (arn) => listListeners(aws, arn)).then((all) => all.flat()),
    byKey(arns, (arn) => detailsOfLoadBalancer(aws, stack, arn)),
  ]);
  const listenerArns = listeners.map(({ ListenerArn = '' }) => ListenerArn);
  const [rules, listenerDetails] = await Promise.all([
    parallel(listenerArns, (arn) => listRules(aws, arn)),
    byKey(listenerArns, (arn) => detailsOfListener(aws, stack, listeners, arn)),
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

async function detailsOfLoadBalancer(aws: Aws, stack: Stack, arn: string): Promise<LoadBalancerDetails> {
  const specs = Object.values(stack.resources[LOAD_BALANCER] ?? {}).map(({ spec }) => spec);
  const wanted = specs.some(({ loadBalancerAttributes: some }) => some !== undefined);
  return { attributes: wanted ? await loadBalancerAttributes(aws, arn) : {}, capacityUnits: undefined };
}

async function detailsOfListener(
  aws: Aws,
  stack: Stack,
  listeners: readonly Listener[],
  arn: string,
): Promise<ListenerDetails> {
  const actual = listeners.find(({ ListenerArn }) => ListenerArn === arn);
  const spec = stack.resources[LISTENER]?.[String(actual?.Port)]?.spec;
  const secure = actual?.SslPolicy !== undefined;
  const [extraCertificates, attributes] = await Promise.all([
    secure && spec !== undefined ? listExtraCertificates(aws, arn) : [],
    spec?.listenerAttributes === undefined ? {} : listenerAttributes(aws, arn),
  ]);
  return { extraCertificates, attributes };
}

async function observeBack(aws: Aws, stack: Stack, targetGroups: readonly Tagged<TargetGroup>[]) {
  const desired = stack.resources[TARGET_GROUP] ?? {};
  const kept = targetGroups.filter(({ tags }) => desired[tags[TAG_RESOURCE] ?? ''] !== undefined);
  const wanting = kept.filter(
    ({ tags }) => desired[tags[TAG_RESOURCE] ?? '']?.spec.targetGroupAttributes !== undefined,
  );
  const arnsOf = (all: readonly Tagged<TargetGroup>[]) => all.map(({ value }) => value.TargetGroupArn ?? '');
  const [attributes, targets] = await Promise.all([
    byKey(arnsOf(wanting), (arn) => targetGroupAttributes(aws, arn)),
    byKey(arnsOf(kept), (arn) => targetHealth(aws, arn)),
  ]);
  return { targetGroupAttributes: attributes, targets };
}

async function byKey<T>(keys: readonly string[], read: (key: string) => Promise<T>): Promise<Map<string, T>> {
  const values = await parallel(keys, async (key) => [key, await read(key)] as const);
  return new Map(values);
}
