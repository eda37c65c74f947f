import type { Annotation } from '../../src/annotations/annotation';
import type { Family } from '../../src/annotations/families';
import { type Book, booksOf } from '../../src/annotations/keys';
import type { Names } from './names';
import type { Random } from './random';
import { annotationValue, familyName } from './values';

type Annotations = Record<string, string>;

export interface AnnotationSource {
  readonly random: Random;
  readonly names: Names;
  /** Some values are anything. */
  readonly wild: boolean;
}

/** What a family's name may stand for: Services, actions, listeners, ports. */
const PARTS = ['web', 'api', 'files', 'act-1', 'web.80', 'api.http', '80', '443', '5300'];
const LISTENERS = ['HTTP-80', 'HTTPS-443', 'HTTP-8080', 'TCP-80', 'TCP-443', 'TLS-443', 'UDP-5300'];

/** Some annotations of the kind, of all that the catalogue has for it. */
export function annotationsOf(
  kind: 'Ingress' | 'Service',
  most: number,
  source: AnnotationSource,
  wanted: (row: Annotation, suffix: string) => boolean = () => true,
): Annotations {
  const { random } = source;
  const makers = booksOf(kind).flatMap((book) => [
    ...rowsOf(book, source, wanted),
    ...familiesOf(book, source, wanted),
  ]);
  return Object.fromEntries(random.some(makers, most).flatMap((make) => make()));
}

type Maker = () => [string, string][];
type Wanted = (row: Annotation, suffix: string) => boolean;

function rowsOf({ prefix, catalogue }: Book, source: AnnotationSource, wanted: Wanted): Maker[] {
  return Object.entries(catalogue)
    .filter(([suffix, row]) => wanted(row, suffix))
    .map(([suffix, row]) => () => [
      [`${prefix}${suffix}`, annotationValue(row, source.random, source.names, source.wild)],
    ]);
}

function familiesOf({ prefix, families }: Book, source: AnnotationSource, wanted: Wanted): Maker[] {
  return Object.entries(families as Readonly<Record<string, Annotation & Family>>)
    .filter(([family, row]) => wanted(row, family))
    .map(([family, row]) => () => {
      const name = familyName(row, [...PARTS, ...LISTENERS], source.random);
      const value = annotationValue(row, source.random, source.names, source.wild);
      return name === undefined ? [] : [[`${prefix}${family}.${name}`, value]];
    });
}
