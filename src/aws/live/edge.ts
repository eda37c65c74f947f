import {
  DescribeSSLPoliciesCommand,
  DescribeTrustStoresCommand,
  type SslPolicy,
  type TargetGroup,
  type TrustStore,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { LiveValue } from '../../protocol';
import type { Aws } from '../clients';
import { listTargetGroups } from '../elbv2';
import { allPages } from '../paging';
import { listWebAcls } from '../waf';
import { label } from './label';

/** Target groups of the account, those of Kubernetes included (ELBv2 DescribeTargetGroups). */
export async function targetGroups(aws: Aws, by: 'TargetGroupArn' | 'TargetGroupName'): Promise<LiveValue[]> {
  return (await listTargetGroups(aws)).map((group) => ({
    value: group[by] ?? '',
    label: targetGroupLabel(group),
  }));
}

function targetGroupLabel({ TargetGroupName, Protocol, Port, TargetType, LoadBalancerArns }: TargetGroup) {
  const used = (LoadBalancerArns ?? []).map((arn) => arn.split('/').at(-2)).join(' ');
  return label(
    TargetGroupName,
    label(Protocol, Port?.toString()).replace(', ', ' '),
    TargetType,
    used !== '' && `used by ${used}`,
  );
}

/** ELBv2 DescribeSSLPolicies. */
export async function sslPolicies(aws: Aws): Promise<LiveValue[]> {
  const policies = await allPages<SslPolicy>(async (Marker) => {
    const page = await aws.elbv2.send(new DescribeSSLPoliciesCommand({ Marker, PageSize: 400 }));
    return { items: page.SslPolicies, next: page.NextMarker };
  });
  return policies.map(({ Name = '', SslProtocols = [], SupportedLoadBalancerTypes: types = [] }) => ({
    value: Name,
    label: label(
      [...SslProtocols].sort().join(' '),
      types.length === 1 && `only for ${types[0]} load balancers`,
    ),
  }));
}

/** Trust stores by name, which the controller takes like their ARNs (ELBv2 DescribeTrustStores). */
export async function trustStores(aws: Aws): Promise<LiveValue[]> {
  const stores = await allPages<TrustStore>(async (Marker) => {
    const page = await aws.elbv2.send(new DescribeTrustStoresCommand({ Marker, PageSize: 400 }));
    return { items: page.TrustStores, next: page.NextMarker };
  });
  return stores.map(({ Name = '', Status, NumberOfCaCertificates: count = 0 }) => ({
    value: Name,
    label: label(Status?.toLowerCase(), count === 1 ? '1 certificate' : `${count} certificates`),
  }));
}

/** Regional web ACLs (WAFv2 ListWebACLs): those of CloudFront cannot be given to a load balancer. */
export async function webAcls(aws: Aws, by: 'ARN' | 'Name'): Promise<LiveValue[]> {
  const acls = await listWebAcls(aws);
  return acls.map((acl) => ({ value: acl[by] ?? '', label: label(acl.Name, acl.Description, aws.region) }));
}

/** Buckets of the region: a load balancer writes its logs into no other (S3 ListBuckets). */
export async function buckets(aws: Aws): Promise<LiveValue[]> {
  const { S3Client, ListBucketsCommand } = await import('@aws-sdk/client-s3');
  const s3 = aws.client(S3Client);
  const found = await allPages(async (ContinuationToken) => {
    const page = await s3.send(new ListBucketsCommand({ BucketRegion: aws.region, ContinuationToken }));
    return { items: page.Buckets, next: page.ContinuationToken };
  });
  return found.map(({ Name = '', CreationDate }) => ({
    value: Name,
    label: label(
      `bucket in ${aws.region}`,
      CreationDate && `made ${CreationDate.toISOString().slice(0, 10)}`,
    ),
  }));
}
