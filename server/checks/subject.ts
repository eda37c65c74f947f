/** An Ingress, or a Service, as the checks look at it: its values as the controller reads them, and where they stand. */
import type { Span } from '../../src/annotations/kinds';
import type { Annotations, FamilyName, FamilyValueOf, Suffix, ValueOf } from '../../src/annotations/read';
import { annotationKey, readAnnotation, readFamily } from '../../src/annotations/read';
import type { Ingress, KubeObject, Service } from '../../src/kube/types';
import type { Entry, ObjectNode } from '../objects';
import { annotationsOf, type BackendPlace, backendsOf } from '../workspace/keys';
import type { Located } from '../workspace/workspace';
import { behind, nodeAt, pairOf } from '../yaml/node';
import { remembered } from './remembered';

export interface Subject<O extends KubeObject = KubeObject> {
  readonly located: Located;
  readonly object: ObjectNode;
  readonly value: O;
  /** Annotations whose values are strings. */
  readonly annotations: NonNullable<Annotations>;
  /** `namespace/name`, as people and the controller call it; without a namespace the bare name. */
  readonly label: string;
}

/** Anything whose annotations are read: an object, or an Ingress and a Service together. */
export type Annotated = Pick<Subject, 'annotations'>;

export type IngressSubject = Subject<Ingress>;
export type ServiceSubject = Subject<Service>;

const subjects = new WeakMap<Located, Subject>();

export function subjectOf<O extends KubeObject>(located: Located): Subject<O> {
  const known = subjects.get(located) ?? makeSubject(located);
  // The kind was looked at by whoever asks for the type.
  return known as Subject<O>;
}

function makeSubject(located: Located): Subject {
  const subject = new SubjectOfObject(located);
  subjects.set(located, subject);
  return subject;
}

/** A class, like the object itself: most objects are only found, never looked into. */
class SubjectOfObject implements Subject {
  readonly object: ObjectNode;
  readonly label: string;
  #annotations: Subject['annotations'] | undefined = undefined;

  constructor(readonly located: Located) {
    const { object } = located;
    const { name = '?', namespace } = object;
    this.object = object;
    this.label = namespace === undefined ? name : `${namespace}/${name}`;
  }

  get value(): KubeObject {
    return this.object.value;
  }

  get annotations(): Subject['annotations'] {
    this.#annotations ??= annotationsOf(this.object);
    return this.#annotations;
  }
}

/** Makes what others of its group ask of an Ingress, before they ask it of all. */
export function prepare(subject: IngressSubject): void {
  for (const suffix of ['group.name', 'group.order'] as const) readValue(subject, suffix);
  entryOf(subject, 'group.name');
  backends(subject);
}

/** The annotation of that suffix as it stands in the text. */
export function entryOf({ object }: Subject, suffix: string): Entry | undefined {
  // Of a key that stands twice the first counts, as for whoever looks for it from the top.
  const byKey = entries(
    object,
    'byKey',
    () => new Map([...object.annotations].reverse().map((one) => [one.key, one])),
  );
  return byKey.get(annotationKey(suffix));
}

/** All annotations of a family (`actions`), with the name behind the dot. */
export function familyOf({ object }: Subject, family: FamilyName): readonly FamilyEntry[] {
  return familyEntries(object, family, () => {
    const start = annotationKey(`${family}.`);
    return object.annotations.flatMap((entry) =>
      entry.key.startsWith(start) ? [{ entry, name: entry.key.slice(start.length) }] : [],
    );
  });
}

export interface FamilyEntry {
  readonly entry: Entry;
  readonly name: string;
}

const familyEntries = remembered<ObjectNode, readonly FamilyEntry[]>();
const entries = remembered<ObjectNode, ReadonlyMap<string, Entry>>();
const values = remembered<NonNullable<Annotations>, unknown>();
const backendPlaces = remembered<ObjectNode, readonly BackendPlace[]>();

/** The value as the controller reads it; undefined when it is absent or cannot be read (another check says so). */
export function readValue<S extends Suffix>({ annotations }: Annotated, suffix: S): ValueOf<S> | undefined {
  return values(annotations, suffix, () => orNothing(() => readAnnotation(suffix, annotations))) as
    | ValueOf<S>
    | undefined;
}

function orNothing(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** The value of `family.name`, read as {@link readValue}. */
export function familyValue<F extends FamilyName>(
  { annotations }: Annotated,
  family: F,
  name: string,
): FamilyValueOf<F> | undefined {
  const read = () => orNothing(() => readFamily(family, name, annotations));
  return values(annotations, `${family}.${name}`, read) as FamilyValueOf<F> | undefined;
}

/** Where the value of an annotation stands; where the object's name stands, if it has no such annotation. */
export function spanOfAnnotation(subject: Subject, suffix: string): Span {
  const entry = entryOf(subject, suffix);
  if (entry === undefined) return nameSpan(subject);
  return entry.valueSpan.end > entry.valueSpan.start ? entry.valueSpan : entry.keySpan;
}

/** Where the object's name stands, or its kind. */
export function nameSpan({ object }: { readonly object: ObjectNode }): Span {
  const node = behind(nodeAt(object.root, 'metadata', 'name')) ?? behind(nodeAt(object.root, 'kind'));
  return node === undefined ? { start: object.root.start, end: object.root.start } : spanOf(node);
}

/** Where the value at a path stands; the nearest thing above it that is there, if it is not. */
export function spanAt(
  { object }: { readonly object: ObjectNode },
  ...path: readonly (string | number)[]
): Span {
  for (let length = path.length; length > 0; length--) {
    const node = nodeAt(object.root, ...path.slice(0, length));
    if (node !== undefined && node.kind === 'scalar') return spanOf(node);
    const key = path[length - 1];
    const pair =
      typeof key === 'string' ? pairOf(nodeAt(object.root, ...path.slice(0, length - 1)), key) : undefined;
    if (pair !== undefined) return spanOf(pair.key);
    if (node !== undefined) return { start: node.start, end: Math.min(node.end, node.start + 1) };
  }
  return nameSpan({ object });
}

function spanOf({ start, end }: Span): Span {
  return { start, end };
}

/** The Services that an Ingress names, with the paths of its rules. */
export function backends({ value, object }: IngressSubject): readonly BackendPlace[] {
  return backendPlaces(object, 'backends', () => backendsOf(value));
}

/** The port name with which a rule says: the action is in an annotation (lbc:pkg/ingress/enhanced_backend_builder.go). */
export const USE_ANNOTATION = 'use-annotation';

/** Backends that are Services, not names of actions. */
export function serviceBackends(subject: IngressSubject): readonly BackendPlace[] {
  return backends(subject).filter(({ port }) => port?.name !== USE_ANNOTATION);
}

/** Without a spec it is a patch for an object that stands elsewhere: what it lacks may be there, or where a merge key (`<<`) leads. */
export function isPatch({ value, object }: Subject): boolean {
  if (object.annotations.some(({ key }) => key === '<<')) return true;
  return (value as { spec?: unknown }).spec === undefined || (value as { spec?: unknown }).spec === null;
}
