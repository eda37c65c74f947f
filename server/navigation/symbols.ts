/** Which names an object writes and where, and what stands at a position. */
import type { Position } from 'vscode-languageserver-types';
import type { Located, SourceFile } from '../workspace/workspace';
import { itemsOf, nodeAt, pairsOf } from '../yaml/node';
import { ingressSymbols } from './ingressSymbols';
import { around, holds } from './places';
import { groupNamed, type Name, named, type Occurrence, objectNamed, portOf } from './symbol';

const known = new WeakMap<Located, readonly Occurrence[]>();

/** All names that an object writes. An object never changes, so they are looked for once. */
export function occurrencesIn(at: Located): readonly Occurrence[] {
  const found = known.get(at) ?? symbolsOf(at);
  known.set(at, found);
  return found;
}

/** The name at a position; of several the shortest, which is the most exact. */
export function occurrenceAt(file: SourceFile, position: Position): Occurrence | undefined {
  const { here, offset } = around(file, position);
  const found = here.flatMap((at) => occurrencesIn(at).filter(({ span }) => holds(span, offset)));
  return found.sort((a, b) => lengthOf(a) - lengthOf(b))[0];
}

function lengthOf({ span }: Occurrence): number {
  return span.end - span.start;
}

function symbolsOf(at: Located): Occurrence[] {
  switch (at.object.kind) {
    case 'Ingress':
      return ingressSymbols(at);
    case 'Service':
      return [...ownName(at), ...serviceSymbols(at)];
    case 'IngressClass':
      return [
        ...ownName(at),
        ...named(at, ['spec', 'parameters', 'name'], objectNamed('IngressClassParams')),
      ];
    case 'IngressClassParams':
      return [...ownName(at), ...named(at, ['spec', 'group', 'name'], groupNamed, { declares: true })];
    case 'TargetGroupBinding':
      return bindingSymbols(at);
    default:
      return ownName(at);
  }
}

function ownName(at: Located): Occurrence[] {
  return named(at, ['metadata', 'name'], objectNamed(at.object.kind), { declares: true });
}

function serviceSymbols(at: Located): Occurrence[] {
  const { name, root } = at.object;
  if (name === undefined) return [];
  const ports = itemsOf(nodeAt(root, 'spec', 'ports')).flatMap((_, index) =>
    ['name', 'port'].flatMap((field) =>
      named(at, ['spec', 'ports', index, field], portOf(name), { declares: true }),
    ),
  );
  const pods: Name = { kind: 'pods', name };
  const selector = pairsOf(nodeAt(root, 'spec', 'selector')).flatMap(({ key, value }) => {
    const span = { start: key.start, end: value?.end ?? key.end };
    return named(at, ['spec', 'selector', key.value], () => pods).map((one) => ({ ...one, span }));
  });
  return [...ports, ...selector];
}

function bindingSymbols(at: Located): Occurrence[] {
  const reference = ['spec', 'serviceRef'];
  const service = named(at, [...reference, 'name'], objectNamed('Service'));
  const name = service[0]?.symbol.name;
  return name === undefined ? [] : [...service, ...named(at, [...reference, 'port'], portOf(name))];
}
