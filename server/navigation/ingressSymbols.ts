/** The names that an Ingress writes: Services, ports, actions, its class and group, a Secret. */
import type { Span } from '../../src/annotations/kinds';
import { annotationKey, PREFIX } from '../../src/annotations/read';
import { LEGACY_CLASS } from '../checks/context';
import { USE_ANNOTATION } from '../checks/subject';
import { bareKey } from '../edits';
import type { Entry } from '../objects';
import { type BackendPlace, backendsOf } from '../workspace/keys';
import type { Located } from '../workspace/workspace';
import { type JsonText, jsonTexts } from './jsonTexts';
import { groupNamed, type Name, named, type Occurrence, objectNamed, occurrence, portOf } from './symbol';

const service = objectNamed('Service');
const action = (name: string): Name => ({ kind: 'action', name });

export function ingressSymbols(at: Located): Occurrence[] {
  const backends = backendsOf(at.object.value);
  const actions = actionNames(at, backends);
  const annotation = (key: string) => ['metadata', 'annotations', key];
  return [
    ...backends.flatMap((backend) => backendSymbols(at, backend)),
    ...at.object.annotations.flatMap((entry) => entrySymbols(at, entry, actions)),
    ...named(at, ['spec', 'ingressClassName'], objectNamed('IngressClass')),
    ...named(at, annotation(LEGACY_CLASS), objectNamed('IngressClass')),
    ...named(at, annotation(annotationKey('group.name')), groupNamed),
  ];
}

/** Names that mean an action here, whether it is there or not. */
function actionNames({ object }: Located, backends: readonly BackendPlace[]): ReadonlySet<string> {
  const start = annotationKey('actions.');
  const written = object.annotations.flatMap(({ key }) =>
    key.startsWith(start) ? [key.slice(start.length)] : [],
  );
  const used = backends.flatMap(({ name, port }) => (port?.name === USE_ANNOTATION ? [name] : []));
  return new Set([...written, ...used]);
}

function backendSymbols(at: Located, { name, port, path }: BackendPlace): Occurrence[] {
  const [namePath, portPath] = [
    [...path, 'service', 'name'],
    [...path, 'service', 'port'],
  ];
  if (port?.name === USE_ANNOTATION) {
    return [
      ...named(at, namePath, action),
      ...named(at, [...portPath, 'name'], () => action(name), { literal: true }),
    ];
  }
  return [
    ...named(at, namePath, service),
    ...named(at, [...portPath, 'name'], portOf(name)),
    ...named(at, [...portPath, 'number'], portOf(name)),
  ];
}

function entrySymbols(at: Located, entry: Entry, actions: ReadonlySet<string>): Occurrence[] {
  if (!entry.key.startsWith(`${PREFIX}/`)) return [];
  const suffix = entry.key.slice(PREFIX.length + 1);
  const dot = suffix.indexOf('.');
  const [family, name] = [suffix.slice(0, dot), suffix.slice(dot + 1)];
  switch (family) {
    case 'actions':
      return [...keySymbol(at, entry, name, action(name), true), ...forwardSymbols(at, entry)];
    case 'conditions':
    case 'transforms':
      return keySymbol(at, entry, name, actions.has(name) ? action(name) : service(name));
    case 'target-control-port': {
      const owner = name.split('.')[0] ?? '';
      return keySymbol(at, entry, name, service(owner), false, owner.length);
    }
    default:
      return suffix === 'auth-idp-oidc' ? secretSymbols(at, entry) : [];
  }
}

/** The name at the end of a key. */
function keySymbol(
  at: Located,
  entry: Entry,
  rest: string,
  symbol: Name,
  declares = false,
  length = rest.length,
): Occurrence[] {
  const key = bareKey(entry);
  // A key that is written with escapes has no place for its parts.
  if (key.end - key.start !== entry.key.length || length === 0) return [];
  const start = key.end - rest.length;
  return [occurrence(at, { span: { start, end: start + length }, aliased: false }, symbol, { declares })];
}

function forwardSymbols(at: Located, entry: Entry): Occurrence[] {
  if (entry.type !== 'string') return [];
  return jsonTexts(entry.value, ['forwardConfig', 'targetGroups', '*']).flatMap((group) => {
    const { servicename, serviceport } = group;
    if (servicename === undefined) return [];
    const name = inside(at, entry, servicename, service(servicename.text));
    const port =
      serviceport === undefined
        ? []
        : [inside(at, entry, serviceport, portOf(servicename.text)(serviceport.text))];
    return [name, ...port];
  });
}

function secretSymbols(at: Located, entry: Entry): Occurrence[] {
  if (entry.type !== 'string') return [];
  return jsonTexts(entry.value, []).flatMap(({ secretname }) =>
    secretname === undefined ? [] : [inside(at, entry, secretname, objectNamed('Secret')(secretname.text))],
  );
}

function inside(at: Located, { places }: Entry, { span }: JsonText, symbol: Name): Occurrence {
  const source: Span = places.span(span);
  return occurrence(at, { span: source, aliased: false }, symbol);
}
