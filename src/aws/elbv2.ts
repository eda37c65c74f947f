import {
  DescribeCapacityReservationCommand,
  DescribeListenerAttributesCommand,
  DescribeListenerCertificatesCommand,
  DescribeListenersCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTagsCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  DescribeTrustStoresCommand,
  type Listener,
  type LoadBalancer,
  type Rule,
  type TargetGroup,
  type TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Aws } from './clients';
import { awsCode } from './errors';
import { allOf, allPages, inBatches } from './paging';

export type Tags = Readonly<Record<string, string>>;

export interface Tagged<T> {
  readonly value: T;
  readonly tags: Tags;
}

/** DescribeTags takes 20 resources (API DescribeTags, ResourceArns). */
const TAG_BATCH = 20;

/** Tags of resources by ARN; what has vanished meanwhile is left out. */
export async function describeTags(aws: Aws, arns: readonly string[]): Promise<Map<string, Tags>> {
  const found = await inBatches(arns, TAG_BATCH, async (batch) => {
    try {
      const { TagDescriptions } = await aws.elbv2.send(new DescribeTagsCommand({ ResourceArns: batch }));
      return allOf(batch, TagDescriptions, (one) => one.ResourceArn);
    } catch (error) {
      if (!isGone(error)) throw error;
      return (await Promise.all(batch.map((arn) => tagsOfOne(aws, arn)))).flat();
    }
  });
  return new Map(
    found.map(({ ResourceArn = '', Tags: tags = [] }) => [
      ResourceArn,
      Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value])),
    ]),
  );
}

async function tagsOfOne(aws: Aws, arn: string) {
  try {
    return (await aws.elbv2.send(new DescribeTagsCommand({ ResourceArns: [arn] }))).TagDescriptions ?? [];
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

/** The resource that a call names does not exist (any more). */
export function isGone(error: unknown): boolean {
  return /NotFound$/.test(awsCode(error));
}

export async function listLoadBalancers(aws: Aws): Promise<LoadBalancer[]> {
  return allPages(async (Marker) => {
    const page = await aws.elbv2.send(new DescribeLoadBalancersCommand({ Marker, PageSize: 400 }));
    return { items: page.LoadBalancers, next: page.NextMarker };
  });
}

export async function listTargetGroups(aws: Aws): Promise<TargetGroup[]> {
  return allPages(async (Marker) => {
    const page = await aws.elbv2.send(new DescribeTargetGroupsCommand({ Marker, PageSize: 400 }));
    return { items: page.TargetGroups, next: page.NextMarker };
  });
}

/** Twenty of either are described at once (API DescribeLoadBalancers, DescribeTargetGroups). */
const ARN_BATCH = 20;

/** Throws where one of them is gone. */
export async function loadBalancersByArn(aws: Aws, arns: readonly string[]): Promise<LoadBalancer[]> {
  return inBatches(arns, ARN_BATCH, async (LoadBalancerArns) => {
    const { LoadBalancers } = await aws.elbv2.send(new DescribeLoadBalancersCommand({ LoadBalancerArns }));
    return allOf(LoadBalancerArns, LoadBalancers, (one) => one.LoadBalancerArn);
  });
}

/** Throws where one of them is gone. */
export async function targetGroupsByArn(aws: Aws, arns: readonly string[]): Promise<TargetGroup[]> {
  return inBatches(arns, ARN_BATCH, async (TargetGroupArns) => {
    const { TargetGroups } = await aws.elbv2.send(new DescribeTargetGroupsCommand({ TargetGroupArns }));
    return allOf(TargetGroupArns, TargetGroups, (one) => one.TargetGroupArn);
  });
}

export async function targetGroupByName(aws: Aws, name: string): Promise<TargetGroup | undefined> {
  try {
    return (await aws.elbv2.send(new DescribeTargetGroupsCommand({ Names: [name] }))).TargetGroups?.[0];
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

export async function trustStoreByName(aws: Aws, name: string): Promise<string | undefined> {
  try {
    const { TrustStores } = await aws.elbv2.send(new DescribeTrustStoresCommand({ Names: [name] }));
    return TrustStores?.[0]?.TrustStoreArn;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

export async function withTags<T>(
  aws: Aws,
  values: readonly T[],
  arnOf: (value: T) => string | undefined,
): Promise<Tagged<T>[]> {
  const arns = values.map((value) => arnOf(value) ?? '');
  const tags = await describeTags(aws, arns);
  return values.map((value, at) => ({ value, tags: tags.get(arns[at] ?? '') ?? {} }));
}

export async function listListeners(aws: Aws, LoadBalancerArn: string): Promise<Listener[]> {
  return allPages(async (Marker) => {
    const page = await aws.elbv2.send(
      new DescribeListenersCommand({ LoadBalancerArn, Marker, PageSize: 400 }),
    );
    return { items: page.Listeners, next: page.NextMarker };
  });
}

/** Rules of a listener besides its default rule. */
export async function listRules(aws: Aws, ListenerArn: string): Promise<Rule[]> {
  const rules = await allPages(async (Marker) => {
    const page = await aws.elbv2.send(new DescribeRulesCommand({ ListenerArn, Marker, PageSize: 400 }));
    return { items: page.Rules, next: page.NextMarker };
  });
  return rules.filter(({ IsDefault }) => IsDefault !== true);
}

/** Certificates of a listener besides the default one. */
export async function listExtraCertificates(aws: Aws, ListenerArn: string): Promise<string[]> {
  const all = await allPages(async (Marker) => {
    const page = await aws.elbv2.send(new DescribeListenerCertificatesCommand({ ListenerArn, Marker }));
    return { items: page.Certificates, next: page.NextMarker };
  });
  return all.filter(({ IsDefault }) => IsDefault !== true).map(({ CertificateArn = '' }) => CertificateArn);
}

type Attributes = Readonly<Record<string, string>>;

function asRecord(
  pairs: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined,
): Attributes {
  return Object.fromEntries((pairs ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
}

export async function loadBalancerAttributes(aws: Aws, LoadBalancerArn: string): Promise<Attributes> {
  return asRecord(
    (await aws.elbv2.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn }))).Attributes,
  );
}

export async function targetGroupAttributes(aws: Aws, TargetGroupArn: string): Promise<Attributes> {
  return asRecord(
    (await aws.elbv2.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn }))).Attributes,
  );
}

export async function listenerAttributes(aws: Aws, ListenerArn: string): Promise<Attributes> {
  return asRecord((await aws.elbv2.send(new DescribeListenerAttributesCommand({ ListenerArn }))).Attributes);
}

/** Capacity units that are reserved for a load balancer; 0 for none. */
export async function reservedCapacity(aws: Aws, LoadBalancerArn: string): Promise<number> {
  const answer = await aws.elbv2.send(new DescribeCapacityReservationCommand({ LoadBalancerArn }));
  return answer.MinimumLoadBalancerCapacity?.CapacityUnits ?? 0;
}

export async function targetHealth(aws: Aws, TargetGroupArn: string): Promise<TargetHealthDescription[]> {
  const answer = await aws.elbv2.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
  return answer.TargetHealthDescriptions ?? [];
}
