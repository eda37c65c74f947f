/** What the name at a position stands for: the Service, the action, the class, the port. */
import type { Hover, Position } from 'vscode-languageserver-types';
import { MarkupKind } from 'vscode-languageserver-types';
import { annotationKey } from '../../src/annotations/read';
import type { IngressClass, IngressClassParams, Service, ServicePort } from '../../src/kube/types';
import { codeBlock, codeSpan, plainText } from '../../src/markdown';
import type { CheckContext } from '../checks/context';
import { entryOf, subjectOf } from '../checks/subject';
import { listOf } from '../workspace/keys';
import type { Located, SourceFile } from '../workspace/workspace';
import { lineOf } from '../workspace/workspace';
import { namePlace, rangesOf } from './places';
import { definitionsOf, objectsNamed } from './resolve';
import type { Occurrence } from './symbol';
import { occurrenceAt } from './symbols';

export function hoverObject(context: CheckContext, file: SourceFile, position: Position): Hover | null {
  const asked = occurrenceAt(file, position);
  const value = asked === undefined ? undefined : describe(asked, context);
  const range = asked === undefined ? undefined : rangesOf(asked)[0];
  if (value === undefined || range === undefined) return null;
  return { contents: { kind: MarkupKind.Markdown, value }, range };
}

function describe(asked: Occurrence, context: CheckContext): string | undefined {
  const { symbol, at } = asked;
  if (symbol.kind === 'action') return describeAction(symbol.name, at);
  if (symbol.kind === 'port') return describePort(asked, context);
  if (symbol.kind !== 'object' || asked.declares) return undefined;
  const [found] = objectsNamed(symbol, at, context);
  if (found === undefined) return undefined;
  if (symbol.of === 'Service') return describeService(found);
  if (symbol.of === 'IngressClass') return describeClass(found, context);
  return symbol.of === 'IngressClassParams' ? describeParams(found) : title(found);
}

/** Kind and name, and where it is written. */
function title(at: Located): string {
  const { kind, name, namespace } = at.object;
  const label = namespace === undefined ? (name ?? '') : `${namespace}/${name ?? ''}`;
  const [range] = rangesOf(namePlace(at));
  const line = (range?.start.line ?? lineOf(at.file, at.object.chunk) ?? 0) + 1;
  return `**${kind} ${codeSpan(label)}** in [${plainText(shortName(at.file.uri))}](${linkTarget(`${at.file.uri}#L${line}`)})`;
}

/** Names of files may hold anything; a link ends at a blank or a bracket (CommonMark 6.3). */
function linkTarget(uri: string): string {
  const hex = (char: string) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
  return uri.replace(/[\s\p{Cc}\p{Cf}<>\\]/gu, encodeURIComponent).replace(/[()]/g, hex);
}

function shortName(uri: string): string {
  const path = uri.split('/').slice(-2).join('/');
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function describeService(at: Located): string {
  const { spec } = subjectOf<Service>(at).value;
  const ports = listOf(spec?.ports).flatMap((port) => (port ? [`- ${portText(port)}`] : []));
  const type = `Type: ${codeSpan(spec?.type ?? 'ClusterIP')}`;
  return [title(at), type, ports.length === 0 ? 'No ports.' : `Ports:\n${ports.join('\n')}`].join('\n\n');
}

function portText({ name, port, targetPort, nodePort }: ServicePort): string {
  const label = [...(name === undefined ? [] : [name]), String(port)].map(codeSpan).join(' ');
  const node = nodePort === undefined ? '' : `, node port ${codeSpan(String(nodePort))}`;
  return `${label} to port ${codeSpan(String(targetPort ?? port))} of the pods${node}`;
}

function describePort(asked: Occurrence, context: CheckContext): string | undefined {
  if (asked.symbol.kind !== 'port' || asked.declares) return undefined;
  const { name } = asked.symbol;
  const [place] = definitionsOf(asked, context);
  const service = place === undefined ? undefined : subjectOf<Service>(place.at).value;
  const port = listOf(service?.spec?.ports).find((one) => one?.name === name || String(one?.port) === name);
  if (place === undefined || !port) return undefined;
  return `Port ${portText(port)}\n\nof ${title(place.at)}`;
}

const HARMLESS =
  '`kubectl describe` shows `endpoints "…" not found` for such a backend. That is harmless: there is no Service behind the name, and none is needed.';

function describeAction(name: string, at: Located): string {
  const key = annotationKey(`actions.${name}`);
  const entry = entryOf(subjectOf(at), `actions.${name}`);
  const body =
    entry === undefined
      ? `There is no annotation ${codeSpan(key)}: the load balancer answers with 503.`
      : codeBlock(pretty(entry.value), 'json');
  return [`**Action ${codeSpan(name)}** from the annotation ${codeSpan(key)}`, body, HARMLESS].join('\n\n');
}

function pretty(raw: string): string {
  try {
    return JSON.stringify(JSON.parse(raw), undefined, 2);
  } catch {
    return raw;
  }
}

function describeClass(at: Located, context: CheckContext): string {
  const { spec } = subjectOf<IngressClass>(at).value;
  const name: unknown = spec?.parameters?.name;
  const params =
    typeof name === 'string'
      ? objectsNamed({ kind: 'object', of: 'IngressClassParams', name }, at, context)[0]
      : undefined;
  const parameters =
    typeof name !== 'string' ? 'No parameters.' : `Parameters: IngressClassParams ${codeSpan(name)}`;
  const controller = `Controller: ${codeSpan(spec?.controller ?? '?')}`;
  return [title(at), `${controller}\n\n${parameters}`, params === undefined ? undefined : fieldsOf(params)]
    .filter((part) => part !== undefined)
    .join('\n\n');
}

function describeParams(at: Located): string {
  return [title(at), fieldsOf(at)].join('\n\n');
}

/** What the parameters say: it wins over the annotations. */
function fieldsOf(at: Located): string {
  const { spec } = subjectOf<IngressClassParams>(at).value;
  const entries = typeof spec === 'object' && spec !== null ? Object.entries(spec) : [];
  if (entries.length === 0) return 'The parameters set nothing.';
  return entries
    .map(([field, value]) => `- ${codeSpan(field)}: ${codeSpan(JSON.stringify(value))}`)
    .join('\n');
}
