import type { SecurityGroup } from '@aws-sdk/client-ec2';
import type { LoadBalancer, TargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  clusterTag,
  legacyTagKeys,
  type StackIdentity,
  stackTag,
  stackTags,
  TAG_CLUSTER,
  TAG_CLUSTER_LEGACY,
} from '../model/names';
import type { Aws } from './clients';
import { describeSecurityGroups } from './ec2';
import { describeTags, listLoadBalancers, listTargetGroups, type Tagged, type Tags } from './elbv2';

/** What a region holds that may be ours, read once per run: each list is asked for when it is first needed. */
export interface Inventory {
  loadBalancers(): Promise<readonly Tagged<LoadBalancer>[]>;
  targetGroups(): Promise<readonly Tagged<TargetGroup>[]>;
  /** Groups that carry a tag of the controller or of the cluster. */
  securityGroups(): Promise<readonly Tagged<SecurityGroup>[]>;
}

export function openInventory(aws: Aws, vpcId: string, clusterName: string): Inventory {
  const elb = once(() => taggedResources(aws));
  return {
    loadBalancers: async () => (await elb()).loadBalancers,
    targetGroups: async () => (await elb()).targetGroups,
    securityGroups: once(() => ownedSecurityGroups(aws, vpcId, clusterName)),
  };
}

/** Load balancers and target groups, with the tags of both asked for at once: twenty a call. */
async function taggedResources(aws: Aws) {
  const [loadBalancers, targetGroups] = await Promise.all([listLoadBalancers(aws), listTargetGroups(aws)]);
  const arns = [
    ...loadBalancers.map(({ LoadBalancerArn = '' }) => LoadBalancerArn),
    ...targetGroups.map(({ TargetGroupArn = '' }) => TargetGroupArn),
  ];
  const tags = await describeTags(aws, arns);
  const tagged = <T>(value: T, arn = '') => ({ value, tags: tags.get(arn) ?? {} });
  return {
    loadBalancers: loadBalancers.map((one) => tagged(one, one.LoadBalancerArn)),
    targetGroups: targetGroups.map((one) => tagged(one, one.TargetGroupArn)),
  };
}

function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () => {
    loaded ??= load();
    return loaded;
  };
}

async function ownedSecurityGroups(
  aws: Aws,
  vpcId: string,
  clusterName: string,
): Promise<Tagged<SecurityGroup>[]> {
  const filters = [
    { Name: 'vpc-id', Values: [vpcId] },
    { Name: 'tag-key', Values: [TAG_CLUSTER, TAG_CLUSTER_LEGACY, clusterTag(clusterName)] },
  ];
  const groups = await describeSecurityGroups(aws, { filters });
  return groups.map((value) => ({ value, tags: ec2Tags(value) }));
}

/** Whether EKS, or who set the cluster up, says that a group is the cluster's. */
export function isOfCluster({ tags }: Tagged<SecurityGroup>, clusterName: string): boolean {
  return ['owned', 'shared'].includes(tags[clusterTag(clusterName)] ?? '');
}

/** What EC2 returns of anything that carries tags. */
type Ec2Tagged = Pick<SecurityGroup, 'Tags'>;

export function ec2Tags(of: Ec2Tagged): Tags {
  return Object.fromEntries((of.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
}

/** Those that carry the tags of a stack, in today's spelling or in that of the v1 controller. */
export function ofStack<T>(
  all: readonly Tagged<T>[],
  clusterName: string,
  stack: StackIdentity,
): Tagged<T>[] {
  const key = stackTag(stack.kind);
  const id = stackTags(clusterName, stack)[key];
  return all.filter(
    ({ tags }) =>
      tags[key] === id && (tags[TAG_CLUSTER] === clusterName || tags[TAG_CLUSTER_LEGACY] === clusterName),
  );
}

/** Tags to write and keys to remove so that a resource carries what is wanted; others' tags stay where they must. */
export function diffTags(
  wanted: Tags,
  current: Tags,
  clusterName: string,
  externalManaged: readonly string[],
): { set: Tags; remove: string[] } {
  const kept = new Set([...legacyTagKeys(clusterName), ...externalManaged]);
  const foreign = (key: string) => kept.has(key) || key.startsWith('aws:');
  const set = Object.entries(wanted).filter(([key, value]) => current[key] !== value && !foreign(key));
  const remove = Object.keys(current).filter((key) => wanted[key] === undefined && !foreign(key));
  return { set: Object.fromEntries(set), remove: remove.sort() };
}
