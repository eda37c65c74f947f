/** From a name to the thing it means, and to everything that names it. */
import type { CheckContext } from '../checks/context';
import type { IngressSubject, ServiceSubject, Subject } from '../checks/subject';
import { subjectOf } from '../checks/subject';
import type { Chunk } from '../text/manifest';
import type { Located } from '../workspace/workspace';
import { mayShareNamespace } from '../workspace/workspace';
import { namePlace, type Place, unique } from './places';
import type { Name, Occurrence } from './symbol';
import { occurrencesIn } from './symbols';

/** Where the thing itself is written. */
export function definitionsOf(asked: Occurrence, context: CheckContext): readonly Place[] {
  const { symbol, at } = asked;
  switch (symbol.kind) {
    case 'object':
      return asked.declares ? [asked] : objectsNamed(symbol, at, context).map(namePlace);
    case 'port':
      return portsOf(symbol, asked, context);
    case 'action':
      return occurrencesIn(at).filter((one) => one.declares && isAction(one.symbol, symbol.name));
    case 'group':
      return groupPlaces(symbol.name, at, context);
    case 'pods':
      return context.workloads(subjectOf(at) as ServiceSubject).map(({ located }) => namePlace(located));
  }
}

/** Everything that names it: the nearest files are not told from the others. */
export function referencesTo(asked: Occurrence, context: CheckContext, withDeclaration: boolean): Place[] {
  const names = occurrencesTo(asked, context).filter(({ declares }) => withDeclaration || !declares);
  return unique<Place>([...names, ...silentReferences(asked, context, withDeclaration)]);
}

/** Every place where the name itself is written. */
export function occurrencesTo(asked: Occurrence, context: CheckContext): Occurrence[] {
  const same = sameAs(asked, context);
  return candidates(asked, context).flatMap((at) =>
    occurrencesIn(at).filter((one) => !one.literal && same(one)),
  );
}

/** Whether another occurrence names the same. */
export function sameAs(asked: Occurrence, context: CheckContext): (other: Occurrence) => boolean {
  const { symbol, at } = asked;
  switch (symbol.kind) {
    case 'object':
      return ({ symbol: other, at: there }) =>
        other.kind === 'object' &&
        other.of === symbol.of &&
        other.name === symbol.name &&
        (isClusterWide(symbol.of) || mayShareNamespace(at.object, there.object));
    case 'port': {
      const names = portNames(symbol, asked, context);
      return ({ symbol: other, at: there }) =>
        other.kind === 'port' &&
        other.service === symbol.service &&
        names.has(other.name) &&
        mayShareNamespace(at.object, there.object);
    }
    case 'action':
      return (other) => other.at === at && isAction(other.symbol, symbol.name);
    case 'group':
      return ({ symbol: other, at: there }) =>
        other.kind === 'group' && other.name === symbol.name && mayJoin(there, context);
    case 'pods':
      return (other) => other.at === at && other.symbol.kind === 'pods';
  }
}

function isAction(symbol: Name, name: string): boolean {
  return symbol.kind === 'action' && symbol.name === name;
}

function isClusterWide(kind: string): boolean {
  return kind === 'IngressClass' || kind === 'IngressClassParams';
}

/** An Ingress of another controller may carry the annotation, which means nothing there. */
function mayJoin(at: Located, context: CheckContext): boolean {
  return at.object.kind !== 'Ingress' || context.ownership(subjectOf(at) as IngressSubject) !== 'foreign';
}

/** Objects of that name which the asking one would meet: those in its very namespace, if there are any. */
export function objectsNamed(
  { of, name }: Extract<Name, { kind: 'object' }>,
  from: Located,
  { workspace }: CheckContext,
): readonly Located[] {
  const found = workspace.findObject(of, name, from);
  const exact = found.filter(({ object }) => object.namespace === from.object.namespace);
  return exact.length > 0 ? exact : found;
}

type Port = Extract<Name, { kind: 'port' }>;

/** The Service whose port is named: that of the name itself, or the one it would meet. */
function servicesOf({ service: name }: Port, asked: Occurrence, context: CheckContext): readonly Located[] {
  return asked.declares
    ? [asked.at]
    : objectsNamed({ kind: 'object', of: 'Service', name }, asked.at, context);
}

function portsOf(symbol: Port, asked: Occurrence, context: CheckContext): Occurrence[] {
  return servicesOf(symbol, asked, context).flatMap((at) =>
    occurrencesIn(at).filter(
      ({ symbol: other, declares }) => declares && other.kind === 'port' && other.name === symbol.name,
    ),
  );
}

interface WithPorts {
  readonly spec?: { readonly ports?: unknown };
}

/** Name and number of one port. */
function portNames(symbol: Port, asked: Occurrence, context: CheckContext): ReadonlySet<string> {
  const ports = servicesOf(symbol, asked, context).flatMap(({ object }) => {
    const list = (object.value as WithPorts).spec?.ports;
    return Array.isArray(list) ? (list as readonly unknown[]) : [];
  });
  const pairs = ports.map((port) => {
    const { name, port: number } = (port ?? {}) as { readonly name?: unknown; readonly port?: unknown };
    return [name, number].flatMap((part) => (part === undefined || part === null ? [] : [String(part)]));
  });
  return new Set([symbol.name, ...pairs.filter((pair) => pair.includes(symbol.name)).flat()]);
}

/** The parameters that say it of their class; without them the annotations of the members say it together. */
function groupPlaces(name: string, at: Located, context: CheckContext): Place[] {
  const every = candidates({ symbol: { kind: 'group', name }, at }, context)
    .flatMap(occurrencesIn)
    .filter(
      ({ symbol, at: there }) => symbol.kind === 'group' && symbol.name === name && mayJoin(there, context),
    );
  const said = every.filter(({ declares }) => declares);
  return said.length > 0 ? said : every;
}

/**
 * Objects whose text may hold the name. All files are looked at, which is why this is only done for somebody who asks.
 */
export function candidates(
  { symbol, at }: Pick<Occurrence, 'symbol' | 'at'>,
  { workspace }: CheckContext,
): readonly Located[] {
  if (symbol.kind === 'action' || symbol.kind === 'pods') return [at];
  const name = symbol.kind === 'port' ? symbol.service : symbol.name;
  const holds = chunksWith(name);
  return [...workspace.files()].flatMap(({ located }) =>
    located.filter((one) => holds(one.object.chunk) && workspace.sees(at, one)),
  );
}

/** The objects of a List share one chunk, which is searched once. */
function chunksWith(name: string): (chunk: Chunk) => boolean {
  const known = new Map<Chunk, boolean>();
  return (chunk) => {
    const holds = known.get(chunk) ?? chunk.text.includes(name);
    known.set(chunk, holds);
    return holds;
  };
}

/** Those that mean it without writing its name. */
function silentReferences(asked: Occurrence, context: CheckContext, withDeclaration: boolean): Place[] {
  const { symbol, at } = asked;
  if (symbol.kind === 'group') return throughClass(symbol.name, at, context);
  if (symbol.kind === 'pods') return withDeclaration ? [...definitionsOf(asked, context)] : [];
  return symbol.kind === 'object' && asked.declares ? selectors(at, context) : [];
}

/** Ingresses that are in the group because their class is. */
function throughClass(name: string, at: Located, context: CheckContext): Place[] {
  const members = context.members(subjectOf(at) as IngressSubject, name);
  return members.flatMap(({ located }) => {
    const written = occurrencesIn(located).some(
      ({ symbol }) => symbol.kind === 'group' && symbol.name === name,
    );
    return written ? [] : [namePlace(located)];
  });
}

/** Services that select the Pods of a workload. */
function selectors(workload: Located, context: CheckContext): Place[] {
  const { workspace } = context;
  if (isClusterWide(workload.object.kind) || workload.object.kind === 'Service') return [];
  const services = [...workspace.files()].flatMap(({ located }) =>
    located.filter((one) => one.object.kind === 'Service' && workspace.sees(workload, one)),
  );
  return services
    .filter((one) => selects(subjectOf(one) as ServiceSubject, workload, context))
    .flatMap((one) => occurrencesIn(one).filter(({ symbol }) => symbol.kind === 'pods'));
}

function selects(service: ServiceSubject, workload: Located, context: CheckContext): boolean {
  return context.workloads(service).some(({ located }: Subject) => located === workload);
}
