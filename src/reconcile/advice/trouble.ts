/** What went wrong, and what an explanation may look at. */

import { PREFIX, SERVICE_PREFIX } from '../../annotations/read';
import type { Aws } from '../../aws/clients';
import { type KubeObject, keyOf } from '../../kube/types';
import type { BuildSettings } from '../../model/build';
import type { BuildError } from '../../model/errors';
import type { Stack } from '../../model/stack';
import type { Owner } from '../owner';

export type Stage = 'build' | 'deploy';

export interface Trouble {
  readonly aws: Aws;
  readonly settings: BuildSettings;
  readonly owner: Owner;
  readonly stack: Stack | undefined;
  readonly stage: Stage;
  /** The code of AWS; empty where it is not AWS that refuses. */
  readonly code: string;
  /** The message without the controller's `Failed ... due to`. */
  readonly message: string;
  readonly refusal: BuildError | undefined;
}

export interface Explanation {
  readonly what: string;
  readonly advice: string;
  readonly details?: readonly string[];
  /** In place of the row's. */
  readonly why?: string;
  /** Members that say what is wrong, as `namespace/name`. */
  readonly blame?: readonly string[];
}

/** One kind of trouble: by what it is known, and how it is explained. */
export interface Row {
  readonly code: string;
  /** Matched against `CODE: message`, or the message alone where it is not of AWS. */
  readonly matches: RegExp;
  /** Only refusals of the build: words that mean something else in a message of AWS. */
  readonly stage?: Stage;
  readonly why: string;
  readonly explain: (trouble: Trouble, match: RegExpExecArray) => Explanation | Promise<Explanation>;
}

/** A place in the manifests: an object, and an annotation of it or the parameters of its class. */
export interface Place {
  readonly key: string;
  /** "annotation alb.ingress.kubernetes.io/subnets" */
  readonly where: string;
}

/** Where a text (an ARN, an id, a name) stands in the annotations and class parameters of the group. */
export function placesOf({ owner }: Pick<Trouble, 'owner'>, text: string): Place[] {
  if (text === '') return [];
  const objects: readonly KubeObject[] = [...owner.members.map(({ object }) => object), ...owner.leaving];
  const inAnnotations = objects.flatMap((object) => annotationsWith(object, text));
  return [...inAnnotations, ...paramsWith(owner, text)];
}

function annotationsWith(object: KubeObject, text: string): Place[] {
  return Object.entries(object.metadata.annotations ?? {}).flatMap(([name, value]) =>
    isLoadBalancers(name) && mentions(value, text)
      ? [{ key: keyOf(object), where: `annotation ${name}` }]
      : [],
  );
}

/** As a word of its own: `front` is not in `frontend` or `my-front`. */
function mentions(value: string, text: string): boolean {
  const partOfWord = (char: string | undefined) => char !== undefined && /[\w-]/.test(char);
  for (let at = value.indexOf(text); at >= 0; at = value.indexOf(text, at + 1)) {
    if (!partOfWord(value[at - 1]) && !partOfWord(value[at + text.length])) return true;
  }
  return false;
}

function isLoadBalancers(annotation: string): boolean {
  return annotation.startsWith(`${PREFIX}/`) || annotation.startsWith(SERVICE_PREFIX);
}

function paramsWith(owner: Owner, text: string): Place[] {
  if (owner.kind !== 'ingress') return [];
  return owner.ingresses.members.flatMap(({ key, params, ingressClass }) =>
    mentions(JSON.stringify(params ?? {}), text)
      ? [{ key, where: `the IngressClassParams of its class ${ingressClass?.metadata.name ?? ''}` }]
      : [],
  );
}

/** Where an annotation of this name stands, whatever it says. */
export function placesNamed({ owner }: Pick<Trouble, 'owner'>, suffix: string): Place[] {
  const names = [`${PREFIX}/${suffix}`, `${SERVICE_PREFIX}${suffix}`];
  const objects: readonly KubeObject[] = [...owner.members.map(({ object }) => object), ...owner.leaving];
  return objects.flatMap((object) =>
    names
      .filter((name) => object.metadata.annotations?.[name] !== undefined)
      .map((name) => ({ key: keyOf(object), where: `annotation ${name}` })),
  );
}

/** " (demo/web, annotation ...)", or nothing. */
export function placeText(places: readonly Place[]): string {
  const texts = places.slice(0, 3).map(({ key, where }) => `${key}, ${where}`);
  const more = places.length > 3 ? [`and ${places.length - 3} more`] : [];
  return places.length === 0 ? '' : ` (${[...texts, ...more].join('; ')})`;
}

export function keysOf(places: readonly Place[]): string[] {
  return [...new Set(places.map(({ key }) => key))];
}

/** Columns of a table under each other, two blanks apart. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows.map((row) => `  ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd());
}
