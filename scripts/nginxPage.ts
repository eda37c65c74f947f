/** The page for people who come from ingress-nginx. */
import type { Verdict } from '../server/convert/conversion';
import { type NginxRow, nginxConfigMap, nginxTable } from '../server/convert/nginxTable';
import { NGINX_PREFIX } from '../server/convert/source';

/** Path in the repository -> content. */
export function nginxPage(): Record<string, string> {
  return { 'docs/ingress-nginx.md': page() };
}

const VERDICTS: Readonly<Record<Verdict, string>> = {
  converted: 'Has an equivalent',
  partly: 'Has an equivalent in part',
  default: 'Needs nothing',
  none: 'Has no equivalent',
};

function page(): string {
  const sections = (Object.keys(VERDICTS) as Verdict[]).flatMap((verdict) => section(verdict));
  return `${[
    '# From ingress-nginx to AWS Load Balancer Controller',
    '<!-- Generated from server/convert/nginxTable.ts by `npm run generate`; do not edit. -->',
    `What becomes of each annotation of ingress-nginx. Every key begins with \`${NGINX_PREFIX}/\`; the load balancer controller reads none of them. The verdict is the best case: a value may still have no equivalent, and the conversion of an Ingress says so.`,
    REST,
    ...sections,
    "## Settings of ingress-nginx's ConfigMap",
    table(
      ['Setting', 'Instead'],
      Object.entries(nginxConfigMap).map(([name, instead]) => [`\`${name}\``, instead]),
    ),
  ].join('\n\n')}\n`;
}

const REST = `Besides annotations:

- \`ingressClassName\` becomes \`alb\`, or what your IngressClass of the load balancer is called.
- Certificates come from ACM, not from the Secrets of \`spec.tls\`: found by host name, or named in \`certificate-arn\`.
- \`target-type: ip\` sends straight to the pods, as nginx did.
- Without \`scheme: internet-facing\` the load balancer is internal.
- A path without a known \`pathType\` is a prefix for nginx and the whole path for the load balancer: it becomes \`Prefix\`.
- Expressions in paths of nginx ignore upper and lower case; those of the load balancer do not.
- The load balancer matches in the order exact paths, prefixes from long to short, expressions; beside an expression, prefixes of the same host become expressions too.`;

function section(verdict: Verdict): string[] {
  const rows = Object.entries(nginxTable).filter(([, row]) => row.verdict === verdict);
  return [`## ${VERDICTS[verdict]}`, table(['Annotation', 'Instead', ''], rows.map(cells))];
}

function cells([name, { instead, why }]: [string, NginxRow]): string[] {
  return [`\`${name}\``, instead === 'nothing' ? '' : instead, why];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (texts: readonly string[]) =>
    `| ${texts.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
