import { goBool } from '../../annotations/parse';
import { readService } from '../../annotations/readService';
import type { Service } from '../../kube/types';
import type { BuildSettings } from '../build';
import { newDraft } from '../draft';
import { BuildError, inMember } from '../errors';
import type { ServiceLookups } from '../lookups';
import { SERVICE_FINALIZER } from '../names';
import type { Stack } from '../stack';
import { identityOf, type ServiceBuild } from './context';
import { buildListeners } from './listeners';
import { buildLoadBalancer } from './loadBalancer';

/** lbc:pkg/config/controller_config.go, --load-balancer-class */
const LOAD_BALANCER_CLASS = 'service.k8s.aws/nlb';

/**
 * The resources that the controller would make for a Service with a load balancer of its own. Pure, as `buildStack` of
 * Ingresses. Throws {@link BuildError}, worded as the controller's event; a Service that is not (or no
 * longer) ours gives a stack without resources, which means that all it has is to be removed. The id of the stack is
 * `namespace/name`, in other tags than those of an Ingress of that name. Source: lbc:pkg/service/model_builder.go.
 */
export function buildServiceStack(service: Service, lookups: ServiceLookups, settings: BuildSettings): Stack {
  const { namespace, name } = identityOf(service);
  const build: ServiceBuild = {
    ...{ settings, service, lookups },
    key: `${namespace}/${name}`,
    annotations: service.metadata.annotations ?? {},
    draft: newDraft(),
    targetGroups: new Set(),
  };
  inMember(build.key, undefined, () => {
    if (isOurs(service)) buildListeners(build, buildLoadBalancer(build));
    else refuseProtected(service);
  });
  return { kind: 'service', id: build.key, group: { namespace, name }, resources: build.draft.done() };
}

/** Whether the controller makes a load balancer for the Service. Source: lbc:pkg/service/service_utils.go IsServiceSupported. */
export function isOurs({ metadata, spec }: Service): boolean {
  if (metadata.deletionTimestamp !== undefined) return false;
  const { loadBalancerClass } = spec ?? {};
  if (loadBalancerClass !== undefined) return loadBalancerClass === LOAD_BALANCER_CLASS;
  const type = readService('type', metadata.annotations);
  const target = readService('nlb-target-type', metadata.annotations);
  return type === 'nlb-ip' || (type === 'external' && (target === 'ip' || target === 'instance'));
}

/** A Service whose load balancer is protected is not let go. */
function refuseProtected({ metadata }: Service): void {
  if (metadata.finalizers?.includes(SERVICE_FINALIZER) !== true) return;
  const protection = readService('attributes', metadata.annotations)?.['deletion_protection.enabled'];
  if (protection === undefined) return;
  const isProtected = goBool(protection);
  if (isProtected === undefined) {
    throw new BuildError(`strconv.ParseBool: parsing ${JSON.stringify(protection)}: invalid syntax`);
  }
  if (isProtected)
    throw new BuildError(`deletion_protection is enabled, cannot delete the service: ${metadata.name}`);
}
