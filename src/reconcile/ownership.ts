/** Whether the load balancers that carry the tags of a stack are those of its objects. */
import type { LoadBalancer } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Tagged } from '../aws/elbv2';
import { UserError } from '../errors';
import type { Ingress, Service } from '../kube/types';
import type { Step } from './change';
import type { Consent, Question } from './host';
import type { StackOwner } from './owner';

/** Load balancers that would go although none of the stack's objects ever named any of them. */
export interface Strangers {
  readonly balancers: readonly { readonly name: string; readonly arn: string; readonly dnsName: string }[];
  /** What the objects name instead. */
  readonly hostnames: readonly string[];
}

/**
 * Tags can be those of another cluster of the same name, or written by hand; the status of an Ingress or Service was
 * written for it alone. Where a status names a load balancer, and it is none of those that were found by tags, they are
 * strangers. A status that is empty says nothing: a run may have ended before it was written.
 */
export function strangersOf(
  owner: StackOwner,
  found: readonly Tagged<LoadBalancer>[],
  steps: readonly Step[],
): Strangers | undefined {
  const goes = steps.some(({ changes }) =>
    changes.some(({ kind, what }) => what === 'Load balancer' && (kind === 'delete' || kind === 'replace')),
  );
  if (!goes) return undefined;
  const members: readonly (Ingress | Service)[] = owner.members.map(({ object }) => object);
  const hostnames = [...members, ...owner.leaving].flatMap(({ status }) =>
    (status?.loadBalancer?.ingress ?? []).flatMap(({ hostname }) => hostname?.toLowerCase() ?? []),
  );
  const balancers = found.map(({ value }) => ({
    name: value.LoadBalancerName ?? '',
    arn: value.LoadBalancerArn ?? '',
    dnsName: value.DNSName?.toLowerCase() ?? '',
  }));
  const known = balancers.some(({ dnsName }) => hostnames.includes(dnsName));
  return known || hostnames.length === 0 ? undefined : { balancers, hostnames: [...new Set(hostnames)] };
}

/** What a plan says of them. */
export function strangersNote({ balancers, hostnames }: Strangers): string {
  const names = balancers.map(({ name, dnsName }) => `${name} (${dnsName})`).join(', ');
  return `${names} carries the tags of this stack, but the status names ${hostnames.join(', ')}: it may be of another cluster, and is deleted only after a question of its own`;
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
