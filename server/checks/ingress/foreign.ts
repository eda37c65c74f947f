/** Annotations for another controller on an Ingress that is ours. */
import { nginxTable } from '../../convert/nginxTable';
import { NGINX_PREFIX } from '../../convert/source';
import { CONVERT } from '../../convert/titles';
import type { Finding } from '../finding';
import type { IngressSubject } from '../subject';
import { found } from './found';

const NGINX = `${NGINX_PREFIX}/`;

/** What to use instead of an annotation of ingress-nginx. */
function adviceFor(name: string): string {
  const row = Object.hasOwn(nginxTable, name) ? nginxTable[name] : undefined;
  if (row === undefined) return 'Remove it.';
  return `${row.instead} The action "${CONVERT}" rewrites the Ingress.`;
}

/** ingress-nginx's annotations mean nothing to AWS Load Balancer Controller. */
export function nginxAnnotations({ object }: IngressSubject): Finding[] {
  return object.annotations.flatMap(({ key, keySpan }) => {
    if (!key.startsWith(NGINX)) return [];
    const message = `\`${key}\` is an annotation of ingress-nginx.`;
    return [found('nginx-annotation', keySpan, message, adviceFor(key.slice(NGINX.length)))];
  });
}
