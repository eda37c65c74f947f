/** What exists in an account and region and may be written into a manifest, with words that tell which is which. */
import type { AwsSource, LiveValue } from '../../protocol';
import type { Aws } from '../clients';
import { certificateAuthorities, certificates } from './certificates';
import { buckets, sslPolicies, targetGroups, trustStores, webAcls } from './edge';
import { elasticIps, ipamPools, prefixLists, securityGroups, subnets } from './network';

type Lister = (aws: Aws, vpcId: string | undefined) => Promise<LiveValue[]>;

const LISTERS: Readonly<Record<AwsSource, Lister>> = {
  subnets,
  securityGroups,
  certificates,
  certificateAuthorities,
  prefixLists,
  elasticIps,
  ipamPools,
  sslPolicies,
  buckets,
  trustStores,
  webAcls: (aws) => webAcls(aws, 'ARN'),
  webAclNames: (aws) => webAcls(aws, 'Name'),
  targetGroups: (aws) => targetGroups(aws, 'TargetGroupArn'),
  targetGroupNames: (aws) => targetGroups(aws, 'TargetGroupName'),
};

/** All values of a source; subnets and security groups are those of the VPC. Throws what AWS refuses. */
export async function liveValuesOf(aws: Aws, source: AwsSource, vpcId?: string): Promise<LiveValue[]> {
  const values = await LISTERS[source](aws, vpcId);
  return values.sort((a, b) => (a.label < b.label ? -1 : a.label > b.label ? 1 : 0));
}
