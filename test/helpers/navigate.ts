import type { Location, Position, Range, TextEdit } from 'vscode-languageserver-types';
import type { LanguageService, ServiceOptions } from '../../server/service';
import { applyEdits } from '../../server/text/applyEdits';
import type { Manifest } from '../../server/text/manifest';
import { atOnce } from '../../server/turns';
import { serviceWith } from './workspace';

export type Files = Readonly<Record<string, string>>;

/** Files of which one holds the cursor `¦`. */
export interface Drawn {
  readonly service: LanguageService;
  readonly document: Manifest;
  readonly position: Position;
}

export function navigate(files: Files, options: ServiceOptions = {}): Drawn {
  const [path, marked] = Object.entries(files).find(([, text]) => text.includes('¦')) ?? [];
  if (path === undefined || marked === undefined) throw new Error('no cursor');
  const service = serviceWith({ ...files, [path]: marked.replace('¦', '') }, options);
  const document = documentAt(service, path);
  return { service, document, position: document.positionAt(marked.indexOf('¦')) };
}

export function documentAt(service: LanguageService, path: string): Manifest {
  const file = service.workspace.file(uriOf(path));
  if (file === undefined) throw new Error(`no such file: ${path}`);
  return file.manifest;
}

export function uriOf(path: string): string {
  return `file:///work/${path}`;
}

/** `file:line:column «text»`, in the order of files and lines. */
export function shown(service: LanguageService, locations: readonly Location[]): string[] {
  return locations.map(({ uri, range }) => place(service, uri, range)).sort();
}

function place(service: LanguageService, uri: string, range: Range): string {
  const path = uri.replace('file:///work/', '');
  const { line, character } = range.start;
  return `${path}:${line + 1}:${character + 1} «${documentAt(service, path).getText(range)}»`;
}

export function definitions(files: Files): string[] {
  const { service, document, position } = navigate(files);
  return shown(service, service.definition(document, position));
}

export function usages(files: Files, withDeclaration = false): string[] {
  const { service, document, position } = navigate(files);
  return shown(service, atOnce(service.references(document, position, withDeclaration)));
}

/** The changed files after a rename, or why there was none. */
export function renamed(files: Files, newName: string): Record<string, string> | string {
  const { service, document, position } = navigate(files);
  const answer = service.rename(document, position, newName);
  if ('refused' in answer) return answer.refused;
  const changes: Record<string, TextEdit[]> = answer.changes ?? {};
  return Object.fromEntries(
    Object.entries(changes).map(([uri, edits]) => {
      const path = uri.replace('file:///work/', '');
      return [path, applyEdits(documentAt(service, path), edits)];
    }),
  );
}

export interface IngressParts {
  readonly name?: string;
  readonly namespace?: string;
  readonly className?: string;
  readonly annotations?: readonly string[];
  /** `host path service:port`, each with an own rule. */
  readonly rules?: readonly string[];
}

/** An Ingress in few words. */
export function ingressText({
  name = 'web',
  namespace,
  className = 'alb',
  annotations = [],
  rules = [],
}: IngressParts): string {
  const lines = [
    'apiVersion: networking.k8s.io/v1',
    'kind: Ingress',
    'metadata:',
    `  name: ${name}`,
    ...(namespace === undefined ? [] : [`  namespace: ${namespace}`]),
    ...(annotations.length === 0 ? [] : ['  annotations:']),
    ...annotations.flatMap((entry) => entry.split('\n')).map((line) => `    ${line}`),
    'spec:',
    `  ingressClassName: ${className}`,
    '  rules:',
    ...rules.flatMap(ruleLines),
  ];
  return `${lines.join('\n')}\n`;
}

function ruleLines(rule: string): string[] {
  const [host = '', path = '', target = ''] = rule.split(' ');
  const [service = '', port = ''] = target.split(':');
  const field = /^\d+$/.test(port.replace('¦', '')) ? 'number' : 'name';
  return [
    `  - host: ${host}`,
    '    http:',
    '      paths:',
    `      - path: ${path}`,
    '        pathType: Prefix',
    '        backend:',
    '          service:',
    `            name: ${service}`,
    '            port:',
    `              ${field}: ${port}`,
  ];
}

export function serviceText(name: string, more: readonly string[] = []): string {
  const lines = [
    'apiVersion: v1',
    'kind: Service',
    'metadata:',
    `  name: ${name}`,
    ...more,
    'spec:',
    '  selector:',
    '    app: web',
    '  ports:',
    '  - name: http',
    '    port: 80',
    '    targetPort: 8080',
  ];
  return `${lines.join('\n')}\n`;
}
