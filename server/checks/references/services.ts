/** Services that an Ingress names and that are not there. */
import type { CheckContext } from '../context';
import type { Finding } from '../finding';
import { offer } from '../finding';
import type { IngressSubject, Subject } from '../subject';
import { nameSpan } from '../subject';
import { type Missing, missing } from './names';
import type { Reference } from './reference';
import { referencesOf } from './reference';

export function checkServices(ingress: IngressSubject, context: CheckContext): Finding[] {
  const references = referencesOf(ingress).filter(({ name }) => !context.mayExist('Service', name, ingress));
  // Looked for once per name, of which there may be many rules.
  const names = new Set(references.map(({ name }) => name));
  const absent = new Map([...names].map((name) => [name, missing('Service', name, ingress, context)]));
  return references.flatMap((one) => checkReference(one, absent.get(one.name), ingress, context));
}

function checkReference(
  reference: Reference,
  found: Missing | undefined,
  ingress: IngressSubject,
  context: CheckContext,
): Finding[] {
  const { name } = reference;
  const form = qualified(name);
  if (form !== undefined) return [otherNamespace(reference, form.service, form.namespace)];
  const stranger = context.elsewhere('Service', name, ingress)[0];
  if (stranger !== undefined && (found !== undefined || besides(stranger, ingress, context)))
    return [inOtherNamespace(reference, stranger, ingress)];
  return found === undefined ? [] : [notFound(reference, found.near, ingress)];
}

/** `shop/web`, `web.shop`, `web.shop.svc.cluster.local`: names with a namespace, which Kubernetes refuses. */
function qualified(name: string): { service: string; namespace: string } | undefined {
  const slash = /^([a-z0-9-]+)\/([a-z0-9-]+)$/.exec(name);
  if (slash !== null) return { namespace: slash[1] ?? '', service: slash[2] ?? '' };
  const dots = /^([a-z0-9-]+)\.([a-z0-9-]+)(\.svc(\.[a-z0-9.-]+)?)?$/.exec(name);
  return dots === null ? undefined : { service: dots[1] ?? '', namespace: dots[2] ?? '' };
}

function besides(stranger: Subject, ingress: IngressSubject, context: CheckContext): boolean {
  if (context.assembled(ingress)) return false;
  return context.workspace.beside(ingress.located).includes(stranger.located);
}

function otherNamespace(reference: Reference, service: string, namespace: string): Finding {
  const { name } = reference;
  return {
    code: 'cross-namespace-backend',
    span: reference.nameSpan(),
    message: `\`${name}\` names a Service together with its namespace.`,
    advice: `Write \`${service}\` if the Ingress is in \`${namespace}\`; else write an Ingress in \`${namespace}\` and give both the same \`group.name\`.`,
    ...offer(`Change to \`${service}\``, reference.rename(service)),
  };
}

function inOtherNamespace(reference: Reference, stranger: Subject, ingress: IngressSubject): Finding {
  const { name } = reference;
  const { namespace } = stranger.object;
  return {
    code: 'cross-namespace-backend',
    span: reference.nameSpan(),
    message: `Service \`${name}\` is in namespace \`${namespace}\`, the Ingress is in \`${ingress.object.namespace}\`.`,
    advice: `Write an Ingress in \`${namespace}\` for it and give both the same \`group.name\`: they then share one load balancer.`,
    related: [{ at: stranger.located, span: nameSpan(stranger), message: `The Service \`${name}\`` }],
  };
}

function notFound(reference: Reference, near: Subject | undefined, ingress: IngressSubject): Finding {
  const { name, fatal } = reference;
  const other = near?.object.name;
  const where = ingress.object.namespace === undefined ? '' : ` in namespace \`${ingress.object.namespace}\``;
  const related =
    near === undefined
      ? []
      : [{ at: near.located, span: nameSpan(near), message: `The Service \`${other}\`` }];
  return {
    code: fatal ? 'weighted-service-not-found' : 'service-not-found',
    span: reference.nameSpan(),
    message: `There is no Service \`${name}\`${where}.`,
    advice: other === undefined ? 'Check the name, or add the Service.' : `Did you mean \`${other}\`?`,
    ...(other === undefined ? {} : offer(`Change to \`${other}\``, reference.rename(other))),
    ...(related.length === 0 ? {} : { related }),
  };
}
