/** What controllers left behind: load balancers, target groups and security groups whose cluster or Ingress is gone. */
import type { SecurityGroup } from '@aws-sdk/client-ec2';
import { describeSecurityGroups } from '../../aws/ec2';
import type { Tagged, Tags } from '../../aws/elbv2';
import { ec2Tags, openInventory } from '../../aws/inventory';
import { parallel } from '../../aws/paging';
import { readCluster } from '../../kube/snapshot';
import { groupIdText } from '../../model/groupId';
import { BACKEND_SG_RESOURCE, stackTag, TAG_CLUSTER, TAG_RESOURCE_SHARED } from '../../model/names';
import { isStack, loadOwners } from '../../reconcile/owner';
import type { Action } from '../action';
import { callIfThere } from '../awsCall';
import { kubeIfThere, type Setup } from '../setup';
import { deleteBalancer, deleteGroup, deleteTargetGroup } from './actions';

export const ORPHAN_WORDS = {
  'load-balancer': 'load balancer',
  'target-group': 'target group',
  'security-group': 'security group',
} as const;

export type OrphanKind = keyof typeof ORPHAN_WORDS;

/** A resource that nobody looks after any more. */
export interface Orphan {
  readonly kind: OrphanKind;
  /** ARN, or the id of a security group. */
  readonly id: string;
  readonly name: string;
  readonly clusterName: string;
  readonly why: string;
  /** Its cluster could not be asked: EKS does not know it, and others may. */
  readonly byTagAlone: boolean;
  /** They delete it; those of load balancers come before those of target groups and security groups. */
  readonly actions: readonly Action[];
}

export interface OrphanReport {
  readonly orphans: readonly Orphan[];
  /** What could not be told, a line each. */
  readonly untold: readonly string[];
}

interface Found {
  readonly kind: OrphanKind;
  readonly id: string;
  readonly name: string;
  readonly tags: Tags;
  remove(): Promise<readonly Action[]>;
}

/** Looks at everything in the region that carries a controller's cluster tag. */
export async function findOrphans(setup: Setup): Promise<OrphanReport> {
  const found = await tagged(setup);
  const stacks = await stacksOf(setup);
  const names = [...new Set(found.map(({ tags }) => tags[TAG_CLUSTER] ?? ''))].sort();
  const gone = await goneClusters(setup, names, stacks !== undefined);
  const judged = found.map((one) => ({ one, why: whyOrphan(one, gone, setup.clusterName, stacks) }));
  const orphans = await parallel(judged, async ({ one, why }): Promise<Orphan[]> => {
    const { kind, id, name, tags } = one;
    if (why === undefined) return [];
    const clusterName = tags[TAG_CLUSTER] ?? '';
    const byTagAlone = gone.has(clusterName);
    return [{ kind, id, name, clusterName, why, byTagAlone, actions: await one.remove() }];
  });
  return { orphans: orphans.flat(), untold: untold(setup, found, gone, stacks) };
}

async function tagged(setup: Setup): Promise<Found[]> {
  const inventory = openInventory(setup.aws, '', setup.clusterName);
  const [balancers, targetGroups, groups] = await Promise.all([
    inventory.loadBalancers(),
    inventory.targetGroups(),
    securityGroups(setup),
  ]);
  return [
    ...balancers.map(({ value, tags }): Found => {
      const { LoadBalancerArn: id = '', LoadBalancerName: name = '' } = value;
      return { kind: 'load-balancer', id, name, tags, remove: async () => [deleteBalancer(id, name)] };
    }),
    ...targetGroups.map(({ value, tags }): Found => {
      const { TargetGroupArn: id = '', TargetGroupName: name = '' } = value;
      return { kind: 'target-group', id, name, tags, remove: async () => [deleteTargetGroup(id, name)] };
    }),
    ...groups.map(({ value, tags }): Found => {
      const { GroupId: id = '', GroupName: name = '' } = value;
      return { kind: 'security-group', id, name, tags, remove: () => deleteGroup(setup.aws, id, name) };
    }),
  ].filter(({ tags }) => tags[TAG_CLUSTER] !== undefined);
}

/** Of all VPCs: clusters that are gone may have had their own. */
async function securityGroups({ aws }: Setup): Promise<Tagged<SecurityGroup>[]> {
  const filters = [{ Name: 'tag-key', Values: [TAG_CLUSTER] }];
  return (await describeSecurityGroups(aws, { filters })).map((value) => ({ value, tags: ec2Tags(value) }));
}

/** Stacks that the cluster has objects for, `KIND ID` each; undefined when the cluster cannot be asked. */
async function stacksOf(setup: Setup): Promise<ReadonlySet<string> | undefined> {
  const kube = await kubeIfThere(setup);
  if (kube === undefined) return undefined;
  const owners = loadOwners(await readCluster(kube)).filter(isStack);
  return new Set(owners.map(({ kind, group }) => `${kind} ${groupIdText(group)}`));
}

/** Names of which EKS knows no cluster here. One that answers is there, whoever runs it. */
async function goneClusters(
  { aws, clusterName }: Setup,
  names: readonly string[],
  answers: boolean,
): Promise<ReadonlySet<string>> {
  const gone = await parallel(names, async (name) => {
    if (name === clusterName && answers) return [];
    return (await callIfThere(aws, 'eks', 'DescribeCluster', { name })) === undefined ? [name] : [];
  });
  return new Set(gone.flat());
}

/** Why nobody looks after it; undefined where somebody does, or where it cannot be told. */
function whyOrphan(
  { tags }: Found,
  gone: ReadonlySet<string>,
  ownCluster: string,
  stacks: ReadonlySet<string> | undefined,
): string | undefined {
  const cluster = tags[TAG_CLUSTER] ?? '';
  if (gone.has(cluster)) {
    return `There is no EKS cluster ${cluster} in this account and region; one that is not of EKS, or of another account, would not be seen.`;
  }
  if (cluster !== ownCluster || stacks === undefined) return undefined;
  if (tags[TAG_RESOURCE_SHARED] === BACKEND_SG_RESOURCE) {
    return stacks.size === 0
      ? `The cluster ${cluster} has nothing with a load balancer any more.`
      : undefined;
  }
  const stack = stackOf(tags);
  if (stack === undefined || stacks.has(stack.key)) return undefined;
  return `The cluster ${cluster} has no ${stack.text} any more.`;
}

function stackOf(tags: Tags): { key: string; text: string } | undefined {
  const ingress = tags[stackTag('ingress')];
  const service = tags[stackTag('service')];
  if (ingress !== undefined) {
    const text = ingress.includes('/') ? `Ingress ${ingress}` : `IngressGroup ${ingress}`;
    return { key: `ingress ${ingress}`, text };
  }
  return service === undefined ? undefined : { key: `service ${service}`, text: `Service ${service}` };
}

function untold(
  { clusterName }: Setup,
  found: readonly Found[],
  gone: ReadonlySet<string>,
  stacks: ReadonlySet<string> | undefined,
): string[] {
  const own = found.filter(({ tags }) => tags[TAG_CLUSTER] === clusterName);
  if (stacks !== undefined || own.length === 0 || gone.has(clusterName)) return [];
  return [
    `Could not tell of ${own.length} resources of ${clusterName} whether they are still needed: the cluster cannot be reached.`,
  ];
}
