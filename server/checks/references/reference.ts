/** Where an Ingress names Services: in its rules, and in the actions that its rules use. */
import type { JsonNode } from '../../../src/annotations/goJson';
import { readJson } from '../../../src/annotations/goJson';
import type { Span } from '../../../src/annotations/kinds';
import type { Edit } from '../../edits';
import { setField, within } from '../../edits';
import type { Entry, ObjectNode } from '../../objects';
import { nodeAt, pairsOf } from '../../yaml/node';
import type { IngressSubject } from '../subject';
import { backends, familyOf, serviceBackends, spanAt, USE_ANNOTATION } from '../subject';

export interface Reference {
  readonly name: string;
  /** Undefined: none, or nothing that a Service could have. */
  readonly port: number | string | undefined;
  /** Places are looked for only when there is something to say of them. */
  nameSpan(): Span;
  portSpan(): Span;
  /** A missing Service answers 503; one in an action with several targets fails the whole build. */
  readonly fatal: boolean;
  rename(name: string): Edit | undefined;
  setPort(port: number | string): Edit | undefined;
}

/** All of them, in the order of the text. */
export function referencesOf(ingress: IngressSubject): readonly Reference[] {
  const known = cache.get(ingress) ?? [...ruleReferences(ingress), ...actionReferences(ingress)];
  cache.set(ingress, known);
  return known;
}

const cache = new WeakMap<IngressSubject, readonly Reference[]>();

/** One per Service: the first place that names it. */
export function distinct(references: readonly Reference[]): Reference[] {
  const first = new Map<string, Reference>();
  for (const reference of references) if (!first.has(reference.name)) first.set(reference.name, reference);
  return [...first.values()];
}

function ruleReferences(ingress: IngressSubject): Reference[] {
  const { object } = ingress;
  return serviceBackends(ingress).map(({ name, port, path }) => ({
    name,
    port: portOf(port),
    nameSpan: () => spanAt(ingress, ...path, 'service', 'name'),
    portSpan: () => spanAt(ingress, ...path, 'service', 'port', port?.name === undefined ? 'number' : 'name'),
    fatal: false,
    rename: (other) => setField(object, [...path, 'service', 'name'], other),
    setPort: (other) => portEdit(object, [...path, 'service', 'port'], other),
  }));
}

function portOf(port: { readonly name?: unknown; readonly number?: unknown } | undefined) {
  if (typeof port?.name === 'string' && port.name !== '') return port.name;
  return typeof port?.number === 'number' ? port.number : undefined;
}

/** `number: 80` in place of `name: http`, or the other way round. */
function portEdit(
  { root }: ObjectNode,
  path: readonly (string | number)[],
  port: number | string,
): Edit | undefined {
  const pairs = pairsOf(nodeAt(root, ...path));
  const [pair] = pairs;
  if (pairs.length !== 1 || pair?.value?.kind !== 'scalar' || pair.value.style === 'block') return undefined;
  const newText = typeof port === 'number' ? `number: ${port}` : `name: ${port}`;
  return { span: { start: pair.key.start, end: pair.value.end }, newText };
}

/** Only actions that a rule uses: the controller does not read the others (lbc:pkg/ingress/enhanced_backend_builder.go). */
function actionReferences(ingress: IngressSubject): Reference[] {
  const used = new Set(
    backends(ingress)
      .filter(({ port }) => port?.name === USE_ANNOTATION)
      .map(({ name }) => name),
  );
  return familyOf(ingress, 'actions')
    .filter(({ name }) => used.has(name))
    .flatMap(({ entry }) => targetsIn(entry));
}

function targetsIn(entry: Entry): Reference[] {
  const root = jsonOf(entry);
  if (root === undefined || stringAt(memberOf(root, 'type')) !== 'forward') return [];
  const groups = memberOf(memberOf(root, 'forwardConfig'), 'targetGroups');
  const items = groups?.type === 'array' ? groups.items : [];
  return items.flatMap((item) => targetOf(item, entry, items.length > 1));
}

function targetOf(item: JsonNode, entry: Entry, fatal: boolean): Reference[] {
  const service = memberOf(item, 'serviceName');
  if (service?.type !== 'string') return [];
  const port = memberOf(item, 'servicePort');
  const inner = { start: service.start + 1, end: service.end - 1 };
  const nameSpan = () => entry.places.span(inner);
  const edit = (span: Span, text: string) => ({ span, newText: within(entry, text) });
  return [
    {
      name: service.value,
      port: jsonPort(port),
      nameSpan,
      portSpan: () => (port === undefined ? nameSpan() : entry.places.span(port)),
      fatal,
      rename: (name) => edit(nameSpan(), name),
      setPort: (other) =>
        port === undefined ? undefined : edit(entry.places.span(port), JSON.stringify(other)),
    },
  ];
}

/** `"80"` means port 80 (lbc: normalizeServicePortForBackwardsCompatibility). */
function jsonPort(node: JsonNode | undefined): number | string | undefined {
  if (node?.type === 'number') return Number(node.literal);
  if (node?.type !== 'string') return undefined;
  return /^[+-]?\d+$/.test(node.value) ? Number(node.value) : node.value;
}

export function jsonOf({ type, value }: Entry): JsonNode | undefined {
  if (type !== 'string') return undefined;
  try {
    return readJson(value);
  } catch {
    return undefined;
  }
}

/** Go takes the name of a field in any case. */
export function memberOf(node: JsonNode | undefined, name: string): JsonNode | undefined {
  if (node?.type !== 'object') return undefined;
  return node.members.findLast((member) => member.name.toLowerCase() === name.toLowerCase())?.value;
}

function stringAt(node: JsonNode | undefined): string | undefined {
  return node?.type === 'string' ? node.value : undefined;
}
