import { defaultOf } from '../../annotations/read';
import type { Ingress } from '../../kube/types';
import type { Draft } from '../draft';
import type { Group, Member } from '../group';
import type { Lookups } from '../lookups';
import type { Tags, Token } from '../stack';
import type { RuleOrigin } from './ruleOrigin';

/** What the controller is started with, or its defaults (lbc:pkg/config, lbc:pkg/ingress/model_builder.go). */
export interface BuildSettings {
  readonly clusterName: string;
  readonly vpcId: string;
  readonly defaultTags: Tags;
  readonly externalManagedTags: readonly string[];
  readonly defaultSslPolicy: string;
  readonly defaultTargetType: 'instance' | 'ip';
  readonly defaultScheme: 'internal' | 'internet-facing';
}

export const DEFAULT_SETTINGS = {
  defaultTags: {},
  externalManagedTags: [],
  defaultSslPolicy: defaultOf('ssl-policy'),
  defaultTargetType: 'instance',
  defaultScheme: 'internal',
} as const satisfies Partial<BuildSettings>;

/** One build: what is built (`draft`), from what (`group`, `lookups`), under which settings. */
export interface Build {
  readonly settings: BuildSettings;
  readonly group: Group;
  readonly lookups: Lookups;
  readonly draft: Draft;
  /** Ids of target groups that are in the draft already. */
  readonly targetGroups: Set<string>;
  /** Hears of every rule of every listener, in the order of their priorities. */
  readonly observe?: ((origin: RuleOrigin) => void) | undefined;
}

/** What later parts of the same build need to know of the load balancer. */
export interface LoadBalancerFacts {
  readonly name: string;
  readonly securityGroups: readonly Token[];
  readonly ipAddressType: string;
  /** The group that targets must admit; undefined when their rules are managed by hand. */
  readonly backendSecurityGroup: Token | undefined;
}

export function annotationsOf(member: Member | Ingress): Readonly<Record<string, string>> {
  const ingress = 'ingress' in member ? member.ingress : member;
  return ingress.metadata.annotations ?? {};
}

/** Whether a load balancer of this address type serves IPv6. */
export function servesIpv6(ipAddressType: string): boolean {
  return ipAddressType.startsWith('dualstack');
}
