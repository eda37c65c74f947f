/** Short ways to write the manifests of examples. */
const ALB = 'alb.ingress.kubernetes.io/';

interface Example {
  readonly name?: string;
  readonly namespace?: string;
  /** Lines of labels. */
  readonly labels?: readonly string[];
  /** Lines of annotations; `scheme: internal` means the annotation of the controller. */
  readonly annotations?: readonly string[];
  /** The spec, without its first indentation. */
  readonly spec?: string;
}

/** An Ingress; what is not given is as it should be. */
export function ingress({
  name = 'web',
  namespace,
  annotations = [],
  spec = specOf([{}]),
}: Example = {}): string {
  const lines = annotations.map((line) =>
    /^\S*\//.test(line) || /^["']/.test(line) ? line : `${ALB}${line}`,
  );
  return object('networking.k8s.io/v1', 'Ingress', {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    annotations: lines,
    spec,
  });
}

interface ExamplePath {
  readonly path?: string;
  /** `null` leaves it out. */
  readonly pathType?: string | null;
  readonly backend?: string;
  readonly port?: string;
}

/** The spec of an Ingress with these paths; what is not given is as it should be. */
export function specOf(
  paths: readonly ExamplePath[],
  { hosts = ['shop.example.com'] }: { readonly hosts?: readonly string[] } = {},
): string {
  const list = paths.flatMap(({ path = '/', pathType = 'Prefix', backend = 'web', port = 'number: 80' }) => [
    `      - path: ${path}`,
    ...(pathType === null ? [] : [`        pathType: ${pathType}`]),
    '        backend:',
    '          service:',
    `            name: ${backend}`,
    '            port:',
    `              ${port}`,
  ]);
  const rule = (first: string) => [first, '    http:', '      paths:', ...list.map((line) => `  ${line}`)];
  const rules = hosts.length === 0 ? withoutHost(list) : hosts.flatMap((host) => rule(`  - host: ${host}`));
  return ['ingressClassName: alb', 'rules:', ...rules].join('\n');
}

function withoutHost(list: readonly string[]): string[] {
  return ['  - http:', '      paths:', ...list.map((line) => `  ${line}`)];
}

/** A Service; `annotations` are whole lines. */
export function service({ name = 'web', namespace, annotations = [], spec }: Example = {}): string {
  const usual = `type: NodePort
selector:
  app: ${name}
ports:
  - name: http
    port: 80
    targetPort: 8080`;
  return object('v1', 'Service', {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    annotations,
    spec: spec ?? usual,
  });
}

/** Any object. */
export function object(
  apiVersion: string,
  kind: string,
  { name = 'web', namespace, labels = [], annotations = [], spec }: Example,
): string {
  return [
    `apiVersion: ${apiVersion}`,
    `kind: ${kind}`,
    'metadata:',
    `  name: ${name}`,
    ...(namespace === undefined ? [] : [`  namespace: ${namespace}`]),
    ...(labels.length === 0 ? [] : ['  labels:', ...labels.map((line) => `    ${line}`)]),
    ...(annotations.length === 0 ? [] : ['  annotations:', ...annotations.map((line) => `    ${line}`)]),
    ...(spec === undefined ? [] : ['spec:', indented(spec)]),
    '',
  ].join('\n');
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? '' : `  ${line}`))
    .join('\n');
}

/** Several documents in one file. */
export function file(...documents: readonly string[]): string {
  return documents.join('---\n');
}
