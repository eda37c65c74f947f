/** What is to be said of an Ingress beyond its annotations of nginx. */
import { annotationKey } from '../../src/annotations/read';
import type { Note } from './conversion';
import { classOf, type Source } from './source';

export function restNotes(source: Source): Note[] {
  if (source.moved) return [];
  return [...classNotes(source), ...tlsNotes(source), ...targetNotes(source), ...schemeNotes(source)];
}

function classNotes({ ingress }: Source): Note[] {
  const key = 'spec.ingressClassName';
  const name = classOf(ingress);
  if (name === undefined || name.includes('nginx')) {
    const text = 'The class is `alb` now. Use the name of your own class if the cluster calls it otherwise.';
    return [{ key, verdict: 'converted', text }];
  }
  const text = `The class \`${name}\` was left: if it is one of nginx, write that of the load balancer.`;
  return [{ key, verdict: 'none', text }];
}

function tlsNotes({ secrets, secure, alb }: Source): Note[] {
  if (!secure || alb('certificate-arn') !== undefined) return [];
  const read =
    secrets.length === 0
      ? ''
      : ` The controller does not read ${secrets.map((name) => `\`${name}\``).join(', ')}.`;
  const text = `Certificates come from ACM.${read} One that fits the hosts is found there by itself; else name it in \`certificate-arn\`.`;
  return [{ key: 'spec.tls', verdict: 'partly', text }];
}

function targetNotes({ alb, services }: Source): Note[] {
  if (alb('target-type') !== undefined) return [];
  const cluster = services.filter(({ spec }) => (spec?.type ?? 'ClusterIP') === 'ClusterIP');
  const why =
    cluster.length === 0
      ? 'as nginx did, and works with any type of Service.'
      : `as nginx did; \`instance\` would not work with ${cluster.map(({ metadata }) => `\`${metadata.name}\``).join(', ')} of type ClusterIP.`;
  return [
    {
      key: annotationKey('target-type'),
      verdict: 'converted',
      text: `\`ip\` sends straight to the pods, ${why}`,
    },
  ];
}

function schemeNotes({ alb }: Source): Note[] {
  if (alb('scheme') !== undefined) return [];
  const text =
    'Without `scheme` the load balancer is internal. Write `internet-facing` if the Service of nginx was reached from the internet. DNS must point to the new load balancer.';
  return [{ key: annotationKey('scheme'), verdict: 'none', text }];
}
