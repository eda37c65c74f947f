/** Whether the load balancers that carry the tags of a stack are those of its objects. */
import type { LoadBalancer } from '@aws-sdk/client-elastic-load-balancing-v2';
import { rawAnnotation, rawOf, SERVICE_PREFIX } from '../annotations/read';
import type { Tagged } from '../aws/elbv2';
import { UserError } from '../errors';
import type { Ingress, Service } from '../kube/types';
import { loadBalancerName, serviceLoadBalancerName } from '../model/names';
import type { Step } from './change';
import type { Consent, Question } from './host';
import type { StackOwner } from './owner';

/** Load balancers that would go, and that nothing but tags connects with the stack's objects. */
export interface Strangers {
  readonly balancers: readonly { readonly name: string; readonly arn: string; readonly dnsName: string }[];
  /** What the objects name instead. */
  readonly hostnames: readonly string[];
}

/**
 * Tags can be those of another cluster of the same name, or written by hand; the status of an Ingress or Service was
 * written for it alone. A load balancer that goes has to be named by a status. Where no status names any, because a run
 * ended before it was written, its name has to be the one that the stack gives.
 */
export function strangersOf(
  owner: StackOwner,
  found: readonly Tagged<LoadBalancer>[],
  steps: readonly Step[],
  clusterName: string,
): Strangers | undefined {
  const going = new Set(
    steps.flatMap(({ changes }) =>
      changes.flatMap(({ kind, what, arn }) => (what === 'Load balancer' && kind === 'delete' ? [arn] : [])),
    ),
  );
  const objects = [...owner.members.map(({ object }) => object), ...owner.leaving];
  const hostnames = [...new Set(objects.flatMap(hostnamesOf))];
  const own = [...givenNames(owner, clusterName), ...objects.flatMap(chosenNames)];
  // lbc:pkg/ingress/model_build_frontend_nlb.go
  const names = new Set([...own, ...own.map((name) => `${name.slice(0, 28)}-nlb`)]);
  const strange = found
    .map(({ value }) => value)
    .filter(({ LoadBalancerArn: arn, LoadBalancerName: name = '', DNSName: dnsName = '' }) => {
      if (!going.has(arn) || hostnames.includes(dnsName.toLowerCase())) return false;
      return hostnames.length > 0 || !names.has(name);
    });
  const balancers = strange.map((one) => ({
    name: one.LoadBalancerName ?? '',
    arn: one.LoadBalancerArn ?? '',
    dnsName: one.DNSName?.toLowerCase() ?? '',
  }));
  return balancers.length === 0 ? undefined : { balancers, hostnames };
}

function hostnamesOf({ status }: Ingress | Service): string[] {
  return (status?.loadBalancer?.ingress ?? []).flatMap(({ hostname }) => hostname?.toLowerCase() ?? []);
}

const SCHEMES = ['internal', 'internet-facing'];

/** Names that hold a hash of the cluster and the stack, and its scheme. */
function givenNames(owner: StackOwner, clusterName: string): string[] {
  if (owner.kind === 'ingress')
    return SCHEMES.map((scheme) => loadBalancerName(clusterName, owner.group, scheme));
  const { namespace = 'default', name, uid = '' } = owner.service.metadata;
  return SCHEMES.map((scheme) => serviceLoadBalancerName(clusterName, { namespace, name, uid }, scheme));
}

/** Names that people wrote. */
function chosenNames({ metadata }: Ingress | Service): string[] {
  const { annotations } = metadata;
  return [
    rawAnnotation('load-balancer-name', annotations),
    rawOf(`${SERVICE_PREFIX}name`, annotations),
  ].flatMap((name) => name ?? []);
}

/** What a plan says of them. */
export function strangersNote({ balancers, hostnames }: Strangers): string {
  const names = balancers.map(({ name, dnsName }) => `${name} (${dnsName})`).join(', ');
  const status = hostnames.length === 0 ? 'no status names it' : `the status names ${hostnames.join(', ')}`;
  return `${names} carries the tags of this stack, but ${status}: it may be somebody else's, and is deleted only after a question of its own`;
}

/** The question of its own. */
export function strangersQuestion(owner: string, strangers: Strangers, clusterName: string): Question {
  const consent: Consent = { kind: 'cluster', clusterName };
  const facts = strangers.balancers.map(({ name, arn }) => `! Load balancer ${name} (${arn})`);
  return {
    title: `${owner}: delete a load balancer that only its tags connect with the cluster ${clusterName}?`,
    facts: [...facts, strangersNote(strangers)],
    details: [...facts, strangersNote(strangers)].join('\n'),
    destructive: true,
    consent,
  };
}

/** Why the group was left alone. */
export function strangersError(owner: string, strangers: Strangers, clusterName: string): UserError {
  return new UserError('not-its-load-balancer', `${owner}: ${strangersNote(strangers)}.`, {
    why: `Nothing of ${owner} was changed.`,
    advice: `Check that ${clusterName} is the right --cluster-name. If it is, answer the question in a terminal, or pass --delete-cluster ${clusterName}.`,
  });
}
