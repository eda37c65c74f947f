/** Names of lists of things that exist, in the account or the cluster; what each holds is told in `src/protocol.ts`. */
export type LiveSource = AwsSource | ClusterSource;

export type AwsSource =
  | 'subnets'
  | 'securityGroups'
  | 'certificates'
  | 'webAcls'
  | 'webAclNames'
  | 'sslPolicies'
  | 'prefixLists'
  | 'elasticIps'
  | 'ipamPools'
  | 'certificateAuthorities'
  | 'targetGroups'
  | 'targetGroupNames'
  | 'trustStores'
  | 'buckets';

export type ClusterSource = 'services' | 'secrets' | 'ingressClasses' | 'groupMembers';

/** What may stand at a place of a manifest: something of a list, or a port of one of the Services. */
export type Offer = LiveSource | 'servicePorts';

/** A place in a raw value at which something that exists may be written. `end` is exclusive. */
export interface OfferPlace {
  readonly offer: Offer;
  /** The Service whose ports are meant. */
  readonly of?: string | undefined;
  readonly start: number;
  readonly end: number;
  /** The value as it is written there, e.g. with the quotes of JSON. */
  readonly write: (value: string) => string;
}
