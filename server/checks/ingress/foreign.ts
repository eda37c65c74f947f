/** Annotations for another controller on an Ingress that is ours. */
import type { Finding } from '../finding';
import type { IngressSubject } from '../subject';
import { found } from './found';

const NGINX = 'nginx.ingress.kubernetes.io/';

/** What to use instead of an annotation of ingress-nginx. */
function adviceFor(_name: string): string {
  return 'Remove it, or set what it stands for with the annotations of this controller.';
}

/** ingress-nginx's annotations mean nothing to AWS Load Balancer Controller. */
export function nginxAnnotations({ object }: IngressSubject): Finding[] {
  return object.annotations.flatMap(({ key, keySpan }) => {
    if (!key.startsWith(NGINX)) return [];
    const message = `\`${key}\` is an annotation of ingress-nginx.`;
    return [found('nginx-annotation', keySpan, message, adviceFor(key.slice(NGINX.length)))];
  });
}
