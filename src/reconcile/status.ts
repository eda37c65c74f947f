/** What the status of Ingresses and Services says of their load balancer. */
import { parallel } from '../aws/paging';
import { type Kube, mergePatch } from '../kube/client';
import { RESOURCES } from '../kube/resources';
import type { Ingress, KubeObject, LoadBalancerStatusEntry, Service } from '../kube/types';
import {
  FRONTEND_NLB_ID,
  LISTENER,
  LOAD_BALANCER,
  LOAD_BALANCER_ID,
  refTo,
  type Stack,
} from '../model/stack';
import type { Outputs } from './change';
import type { Owner, StackOwner } from './owner';

/** The DNS name by which the load balancer of a stack is known; undefined where there is none. */
export function dnsNameOf(outputs: Outputs, id = LOAD_BALANCER_ID): string | undefined {
  return outputs.find(refTo(LOAD_BALANCER, id, 'dnsName'))?.toLowerCase();
}

/** Writes the names where they are not yet. Sources: lbc:controllers/ingress/group_controller.go, lbc:controllers/service/service_controller.go. */
export async function writeStatus(
  kube: Kube,
  owner: StackOwner,
  stack: Stack,
  outputs: Outputs,
): Promise<void> {
  const hostname = dnsNameOf(outputs);
  if (hostname === undefined) return;
  const objects: readonly (Ingress | Service)[] = owner.members.map(({ object }) => object);
  await parallel(objects, async (object) => {
    const wanted =
      owner.kind === 'service'
        ? [{ hostname, ports: servicePorts(owner.service) }]
        : ingressStatus(hostname, dnsNameOf(outputs, FRONTEND_NLB_ID), stack);
    if (textOf(object.status?.loadBalancer?.ingress ?? []) === textOf(wanted)) return;
    await patchStatus(kube, owner, object, wanted);
  });
}

/** A Service that keeps on living without its load balancer names none. */
export async function clearStatus(kube: Kube, owner: Owner): Promise<void> {
  if (owner.kind !== 'service') return;
  for (const service of owner.leaving) {
    if ((service.status?.loadBalancer?.ingress ?? []).length > 0)
      await patchStatus(kube, owner, service, null);
  }
}

async function patchStatus(
  kube: Kube,
  owner: Owner,
  { metadata }: KubeObject,
  ingress: readonly LoadBalancerStatusEntry[] | null,
): Promise<void> {
  const resource = resourceOf(owner);
  await mergePatch(
    kube,
    resource,
    { ...metadata, subresource: 'status' },
    { status: { loadBalancer: { ingress } } },
  );
}

const KINDS = {
  ingress: RESOURCES.Ingress,
  service: RESOURCES.Service,
  binding: RESOURCES.TargetGroupBinding,
};

/** Where the cluster keeps the objects of an owner. */
export function resourceOf({ kind }: Pick<Owner, 'kind'>) {
  return KINDS[kind];
}

function ingressStatus(
  hostname: string,
  frontend: string | undefined,
  stack: Stack,
): LoadBalancerStatusEntry[] {
  const ports = portsOf(stack).map((port) => ({ port, protocol: '' }));
  return [{ hostname, ports }, ...(frontend === undefined ? [] : [{ hostname: frontend }])];
}

/** Those of the Application Load Balancer. */
function portsOf(stack: Stack): number[] {
  const { $ref } = refTo(LOAD_BALANCER, LOAD_BALANCER_ID, 'loadBalancerARN');
  return Object.values(stack.resources[LISTENER] ?? {})
    .filter(({ spec: { loadBalancerARN: arn } }) => typeof arn !== 'string' && arn.$ref === $ref)
    .map(({ spec }) => spec.port)
    .sort((a, b) => a - b);
}

function servicePorts({ spec }: Service) {
  return (spec?.ports ?? []).map(({ port, protocol = 'TCP' }) => ({ port, protocol }));
}

/** The cluster may add members that nobody wrote, and turns an empty protocol into TCP. */
function textOf(entries: NonNullable<NonNullable<Ingress['status']>['loadBalancer']>['ingress']): string {
  return JSON.stringify(
    (entries ?? []).map(({ hostname, ports = [] }) => [hostname, ports.map(({ port }) => port)]),
  );
}
