import { readService } from '../../annotations/readService';
import type { Service, ServicePort } from '../../kube/types';
import type { BuildSettings } from '../build';
import type { Draft } from '../draft';
import { BuildError } from '../errors';
import type { ServiceLookups } from '../lookups';
import type { Tags, TargetGroupSpec, Token } from '../stack';

/** One build: the resources of a Service's own load balancer (`draft`), from what, under which settings. */
export interface ServiceBuild {
  readonly settings: BuildSettings;
  readonly service: Service;
  /** `namespace/name`, which is the id of the stack too. */
  readonly key: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly lookups: ServiceLookups;
  readonly draft: Draft;
  /** Ids of target groups that are in the draft already. */
  readonly targetGroups: Set<string>;
}

/** What later parts of the same build need to know of the load balancer. */
export interface NetworkFacts {
  readonly scheme: string;
  readonly ipAddressType: string;
  readonly subnetIds: readonly string[];
  readonly hasSecurityGroups: boolean;
  /** The group that targets must admit; undefined when their rules are managed by hand. */
  readonly backendSecurityGroup: Token | undefined;
}

/** Whose pods a target group is for; not always those of the Service that owns the load balancer. */
export interface Backend {
  readonly service: Service;
  readonly port: ServicePort;
  readonly protocol: string;
}

/** What the binding of a target group is made from. */
export interface BindingRequest {
  readonly build: ServiceBuild;
  readonly facts: NetworkFacts;
  readonly backend: Backend;
  readonly id: string;
  readonly spec: TargetGroupSpec;
  /** Whether targets see the addresses of clients. */
  readonly preservesIp: boolean;
}

export function identityOf({ metadata: { namespace = 'default', name, uid = '' } }: Service) {
  return { namespace, name, uid };
}

/** Tags of all that is made for the Service. Source: lbc:pkg/service/model_build_load_balancer.go buildAdditionalResourceTags. */
export function tagsOf({ annotations, settings }: ServiceBuild): Tags | undefined {
  const own = readService('additional-resource-tags', annotations) ?? {};
  const managed = Object.keys(own).find((key) => settings.externalManagedTags.includes(key));
  if (managed !== undefined) {
    throw new BuildError(`external managed tag key ${managed} cannot be specified on Service`);
  }
  const tags = { ...own, ...settings.defaultTags };
  return Object.keys(tags).length === 0 ? undefined : tags;
}
