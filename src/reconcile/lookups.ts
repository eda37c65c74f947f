import type { LoadBalancer } from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Certificate, certificatesFor, listCertificates } from '../aws/certificates';
import type { Aws } from '../aws/clients';
import { targetGroupByName, trustStoreByName } from '../aws/elbv2';
import { type Inventory, ofStack } from '../aws/inventory';
import { subnetRanges, vpcRanges } from '../aws/ranges';
import { resolveSecurityGroups } from '../aws/securityGroups';
import { resolveSubnets } from '../aws/subnets';
import { webAclByName } from '../aws/waf';
import { getObject, type Kube } from '../kube/client';
import { RESOURCES } from '../kube/resources';
import type { ClusterView, Secret } from '../kube/types';
import { type BuildSettings, buildStack } from '../model/build';
import type { RuleOrigin } from '../model/build/ruleOrigin';
import { BuildError } from '../model/errors';
import { groupIdText } from '../model/groupId';
import type { CurrentLoadBalancer, CurrentNetworkLoadBalancer, ServiceLookups } from '../model/lookups';
import {
  BACKEND_SG_RESOURCE,
  backendSecurityGroupName,
  type StackIdentity,
  TAG_CLUSTER,
  TAG_RESOURCE_SHARED,
} from '../model/names';
import { buildServiceStack } from '../model/service';
import type { Stack } from '../model/stack';
import type { StackOwner } from './owner';

interface Sources {
  readonly aws: Aws;
  readonly kube: Kube | undefined;
  readonly inventory: Inventory;
  readonly view: ClusterView;
  readonly settings: BuildSettings;
  /** Of manifests that are yet to be applied, by `namespace/name`. */
  readonly secrets?: ReadonlyMap<string, Secret> | undefined;
}

/** Questions are asked once per run; groups share the answers. */
export interface Builder {
  /** Builds the stack of an owner, asking AWS for what the build wants to know. Throws BuildError. */
  build(owner: StackOwner): Promise<Built>;
  /** Whether some build needed the shared back-end security group, also one that failed later. */
  wantsBackendGroup(): boolean;
}

/** A stack, and the paths from which its rules come. */
export interface Built {
  readonly stack: Stack;
  readonly origins: readonly RuleOrigin[];
}

/** One run of a pure build. */
type Make = (lookups: ServiceLookups) => Built;
type Answer = { readonly value: unknown } | { readonly error: Error };

/**
 * Runs the pure build again and again until it has no open question: every run notes what it did not know, all of
 * that is asked side by side, and the next run knows it. Most groups need two runs.
 */
export function openBuilder(sources: Sources): Builder {
  const answers = new Map<string, Promise<Answer>>();
  const known = new Map<string, Answer>();
  let wantsBackend = false;
  const runOnce = async (make: Make): Promise<{ built: Built } | { error: Error } | undefined> => {
    const open = new Map<string, () => Promise<unknown>>();
    const ask = <T>(key: string, fetch: () => Promise<T>, placeholder: T): T => {
      const answer = known.get(key);
      if (answer === undefined) {
        open.set(key, fetch);
        return placeholder;
      }
      if ('error' in answer) throw answer.error;
      return answer.value as T;
    };
    let asksBackend = false;
    const noteBackend = () => {
      asksBackend = true;
    };
    const result = attempt(() => make(lookupsFrom(sources, ask, noteBackend)));
    if (open.size === 0) {
      // Only the last run counts: the earlier ones went on with placeholders where the real build stops.
      wantsBackend ||= asksBackend;
      return result;
    }
    await Promise.all([...open].map(([key, fetch]) => settle(key, fetch, answers, known)));
    return undefined;
  };
  const run = async (make: Make): Promise<Built> => {
    for (;;) {
      const result = await runOnce(make);
      if (result === undefined) continue;
      if ('error' in result) throw result.error;
      return result.built;
    }
  };
  return {
    wantsBackendGroup: () => wantsBackend,
    build: (owner) => run((lookups) => buildOwner(owner, lookups, sources.settings)),
  };
}

function buildOwner(owner: StackOwner, lookups: ServiceLookups, settings: BuildSettings): Built {
  const origins: RuleOrigin[] = [];
  const stack =
    owner.kind === 'service'
      ? buildServiceStack(owner.service, lookups, settings)
      : buildStack(owner.ingresses, lookups, settings, (origin) => origins.push(origin));
  return { stack, origins };
}

function attempt(build: () => Built): { built: Built } | { error: Error } {
  try {
    return { built: build() };
  } catch (error) {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }
}

/** Refusals are answers and are kept; anything else (network, credentials) fails the run. */
async function settle(
  key: string,
  fetch: () => Promise<unknown>,
  answers: Map<string, Promise<Answer>>,
  known: Map<string, Answer>,
): Promise<void> {
  const asked = answers.get(key) ?? fetch().then((value) => ({ value }), keepRefusal);
  answers.set(key, asked);
  known.set(key, await asked);
}

function keepRefusal(error: unknown): Answer {
  if (error instanceof BuildError) return { error };
  throw error;
}

const UNKNOWN = Symbol('unknown');

type Ask = <T>(key: string, fetch: () => Promise<T>, placeholder: T) => T;

function lookupsFrom(sources: Sources, ask: Ask, noteBackend: () => void): ServiceLookups {
  const { aws, inventory, settings, view } = sources;
  /** What stands decides what else is to be asked: the run ends here until it is known. */
  const askFirst = <T>(key: string, fetch: () => Promise<T>): T => {
    const answer = ask<T | typeof UNKNOWN>(key, fetch, UNKNOWN);
    if (answer === UNKNOWN) throw new Error(`not known yet: ${key}`);
    return answer;
  };
  const own = async (stack: StackIdentity, type: LoadBalancer['Type']) =>
    ofStack(await inventory.loadBalancers(), settings.clusterName, stack)
      .map(({ value }) => value)
      .find(({ Type }) => Type === type);
  return {
    subnets: (query) =>
      ask(`subnets ${JSON.stringify(query)}`, () => resolveSubnets(aws, settings, query), []),
    currentLoadBalancer: (group) =>
      askFirst(`load balancer of ${groupIdText(group)}`, async () =>
        asCurrent(await own({ kind: 'ingress', group }, 'application')),
      ),
    securityGroups: (names) =>
      ask(`security groups ${names.join()}`, () => resolveSecurityGroups(aws, settings.vpcId, names), []),
    backendSecurityGroup() {
      noteBackend();
      const name = backendSecurityGroupName(settings.clusterName);
      return ask(
        'backend security group',
        () => backendGroup(inventory, settings.clusterName),
        `new:${name}`,
      );
    },
    certificates: (hosts) =>
      certificatesFor(
        hosts,
        ask('certificates', () => listCertificates(aws), ANY_HOST(hosts)),
      ),
    targetGroupArn: (name) => ask(`target group ${name}`, () => targetGroupArn(aws, name), ''),
    trustStoreArn: (name) => ask(`trust store ${name}`, () => trustStoreArn(aws, name), ''),
    webAclArn: (name) => ask(`web ACL ${name}`, () => webAclArn(aws, name), ''),
    service: (key) => view.services.get(key),
    secret: (key) => ask(`secret ${key}`, () => readSecret(sources, key), { clientID: '', clientSecret: '' }),
    networkLoadBalancer: (service) =>
      askFirst(`load balancer of Service ${groupIdText(service)}`, async () =>
        asNetwork(await own({ kind: 'service', group: service }, 'network')),
      ),
    subnetRanges: (ids) =>
      ids.length === 0 ? [] : ask(`ranges of ${ids.join()}`, () => subnetRanges(aws, ids), []),
    vpcRanges: () => ask('ranges of the VPC', () => vpcRanges(aws, settings.vpcId), { ipv4: [], ipv6: [] }),
  };
}

/** A placeholder that serves whatever is asked. */
const ANY_HOST = (hosts: readonly string[]): Certificate[] => [{ arn: '', domains: hosts }];

function asCurrent(one: LoadBalancer | undefined): CurrentLoadBalancer | undefined {
  if (one === undefined) return undefined;
  const { Scheme = '', AvailabilityZones = [] } = one;
  return { scheme: Scheme, subnetIds: AvailabilityZones.map(({ SubnetId = '' }) => SubnetId) };
}

function asNetwork(one: LoadBalancer | undefined): CurrentNetworkLoadBalancer | undefined {
  const current = asCurrent(one);
  return current && { ...current, hasSecurityGroups: (one?.SecurityGroups ?? []).length > 0 };
}

async function backendGroup(inventory: Inventory, clusterName: string): Promise<string> {
  const found = await findBackendGroup(inventory, clusterName);
  return found ?? `new:${backendSecurityGroupName(clusterName)}`;
}

/** Id of the shared back-end security group of the cluster, by its tags. */
export async function findBackendGroup(
  inventory: Inventory,
  clusterName: string,
): Promise<string | undefined> {
  const found = (await inventory.securityGroups()).find(
    ({ tags }) => tags[TAG_CLUSTER] === clusterName && tags[TAG_RESOURCE_SHARED] === BACKEND_SG_RESOURCE,
  );
  return found?.value.GroupId;
}

async function targetGroupArn(aws: Aws, name: string): Promise<string> {
  const arn = (await targetGroupByName(aws, name))?.TargetGroupArn;
  if (arn !== undefined) return arn;
  throw new BuildError(`searching TargetGroup with name ${name}: no target group of that name exists`);
}

async function trustStoreArn(aws: Aws, name: string): Promise<string> {
  const arn = await trustStoreByName(aws, name);
  if (arn !== undefined) return arn;
  throw new BuildError(`couldn't find TrustStore with names [${name}]`);
}

async function webAclArn(aws: Aws, name: string): Promise<string> {
  const arn = await webAclByName(aws, name);
  if (arn !== undefined) return arn;
  throw new BuildError(`couldn't find WAFv2 WebACL with name: ${name}`);
}

async function readSecret({ kube, secrets }: Sources, key: string): Promise<Record<string, string>> {
  const [namespace = '', name = ''] = key.split('/');
  const live =
    kube === undefined ? undefined : await getObject<Secret>(kube, RESOURCES.Secret, namespace, name);
  const written = secrets?.get(key);
  if (live === undefined && written === undefined) throw new BuildError(`secrets "${name}" not found`);
  const decode = (value: string) => Buffer.from(value, 'base64').toString('utf8');
  const decoded = Object.entries({ ...live?.data, ...written?.data }).map(([field, value]) => [
    field,
    decode(value),
  ]);
  // The API server turns `stringData` into `data`, over what stands there.
  return { ...(Object.fromEntries(decoded) as Record<string, string>), ...written?.stringData };
}
