import type { Service } from '../kube/types';
import type { GroupId } from './groupId';

/** How subnets are to be found (lbc:pkg/networking/subnet_resolver.go). */
export type SubnetQuery = {
  readonly scheme: string;
  readonly ipAddressType: string;
  /** For a Network Load Balancer, which is content with one subnet. */
  readonly network?: true;
} & (
  | { readonly by: 'discovery' }
  | { readonly by: 'names'; readonly namesOrIds: readonly string[] }
  | { readonly by: 'ids'; readonly ids: readonly string[] }
  | { readonly by: 'tags'; readonly tags: Readonly<Record<string, readonly string[]>> }
);

export interface CurrentLoadBalancer {
  readonly scheme: string;
  readonly subnetIds: readonly string[];
}

/**
 * What a build must be told of AWS and the cluster. Answers are ready values, so that a build is a pure function: an
 * implementation that does not know yet answers with a placeholder, notes the question, and the build is run again
 * once it has asked (see reconcile/lookups.ts); the language server answers with placeholders for good.
 * Every method throws BuildError, in the controller's words, where the answer is that there is none.
 */
export interface Lookups {
  /** Subnet ids in the order in which the load balancer gets them. */
  subnets(query: SubnetQuery): readonly string[];
  /** The Application Load Balancer that the group has now. */
  currentLoadBalancer(group: GroupId): CurrentLoadBalancer | undefined;
  /** Security group ids of names (tag Name) or ids: first the ids, then the names, as the controller does. */
  securityGroups(namesOrIds: readonly string[]): readonly string[];
  /** The shared back-end security group: its id, or `new:NAME` while it does not exist. */
  backendSecurityGroup(): string;
  /** ARNs of issued certificates that serve the hosts, sorted. */
  certificates(hosts: readonly string[]): readonly string[];
  targetGroupArn(name: string): string;
  trustStoreArn(name: string): string;
  /** The regional WAFv2 web ACL of that name. */
  webAclArn(name: string): string;
  service(key: string): Service | undefined;
  /** Decoded data of a Secret. */
  secret(key: string): Readonly<Record<string, string>>;
}

/** The NLB that a Service has now. */
export interface CurrentNetworkLoadBalancer extends CurrentLoadBalancer {
  readonly hasSecurityGroups: boolean;
}

/** Address ranges in CIDR notation. */
export interface Ranges {
  readonly ipv4: readonly string[];
  readonly ipv6: readonly string[];
}

/** What the build of a Service must be told besides. */
export interface ServiceLookups extends Lookups {
  /** The load balancer of a Service's own, by the namespace and name of the Service. */
  networkLoadBalancer(service: GroupId): CurrentNetworkLoadBalancer | undefined;
  /** Ranges of subnets, in the order of their ids. */
  subnetRanges(ids: readonly string[]): readonly Ranges[];
  vpcRanges(): Ranges;
}
