/** How the fields of Kubernetes resources are described: a tree that mirrors the YAML. */

import type { Kind } from '../annotations/kinds';
import type { LiveSource } from '../annotations/live';
import type { AttributeTable } from '../annotations/mapKind';

export type Fields = Readonly<Record<string, Field>>;

export interface Field {
  readonly type: 'string' | 'integer' | 'boolean' | 'object' | 'array' | 'map' | 'intOrString';
  readonly doc: string;
  /** The first release of the controller that reads it, where that is not the first of the resource. */
  readonly since?: string;
  readonly required?: true;
  /** Only these words are right. */
  readonly options?: readonly string[];
  /** The words that are known; others may be right. */
  readonly known?: Readonly<Record<string, string>>;
  /** How a value of type string is checked, completed and described, as in annotations. */
  readonly kind?: Kind<unknown>;
  readonly minimum?: number;
  readonly maximum?: number;
  /** An array needs at least this many elements. */
  readonly minItems?: number;
  /** The fields of an object, and the keys of a map that are known. */
  readonly fields?: Fields;
  /** What an array or a map consists of. */
  readonly of?: Field;
  /** An object that has more fields than are listed here. */
  readonly open?: true;
  /** Of these fields of an object exactly one, at most one or at least one must be there. */
  readonly oneOf?: Choice;
  /** The keys that the `key` of the elements may have. */
  readonly attributes?: AttributeTable;
  /** Suffix of the annotation of an Ingress that the field beats. */
  readonly annotation?: string;
  /** The API server or the controller refuses a later change. */
  readonly immutable?: true;
  /** What is different in EKS Auto Mode and what to use there instead. */
  readonly autoMode?: string;
  readonly deprecated?: string;
  readonly live?: LiveSource;
  readonly example?: string;
}

export interface Choice {
  readonly fields: readonly string[];
  readonly min: 0 | 1;
  readonly max?: 1;
}

/** One kind of resource. */
export interface ResourceTable {
  readonly apiVersion: string;
  readonly kind: string;
  readonly scope: 'Cluster' | 'Namespaced';
  readonly doc: string;
  readonly href: string;
  /** The whole object, from `apiVersion` to `spec`. */
  readonly root: Field;
}

type More = Omit<Field, 'type' | 'doc'>;

export const string = (doc: string, more: More = {}): Field => ({ type: 'string', doc, ...more });
export const object = (doc: string, fields: Fields, more: More = {}): Field => ({
  ...{ type: 'object', doc, fields },
  ...more,
});
export const array = (doc: string, of: Field, more: More = {}): Field => ({
  ...{ type: 'array', doc, of },
  ...more,
});
export const map = (doc: string, of: Field, more: More = {}): Field => ({ type: 'map', doc, of, ...more });

interface Head {
  readonly apiVersion: string;
  readonly kind: string;
  readonly scope: 'Cluster' | 'Namespaced';
  readonly doc: string;
  readonly href: string;
  /** Annotations of the resource itself that mean something. */
  readonly annotations?: Fields;
}

/** A resource with this specification. */
export function resource({ annotations = {}, ...head }: Head, spec: Field): ResourceTable {
  const fields = {
    apiVersion: string('Group and version of the resource.', { required: true, options: [head.apiVersion] }),
    kind: string('Kind of the resource.', { required: true, options: [head.kind] }),
    metadata: metadata(head.scope, annotations),
    spec,
  };
  return { ...head, root: object(head.doc, fields, { open: true }) };
}

function metadata(scope: Head['scope'], annotations: Fields): Field {
  const fields: Fields = {
    name: string('Name of the resource.'),
    ...(scope === 'Cluster' ? {} : { namespace: string('Namespace of the resource.') }),
    labels: map('Labels by which the resource can be selected.', string('Value of the label.')),
    annotations: map('Annotations of the resource.', string('Value of the annotation.'), {
      fields: annotations,
    }),
  };
  return object('Name, labels and annotations.', fields, { open: true, required: true });
}

/** The field at a path of names and positions; undefined where the resource has none. */
export function fieldAt(table: ResourceTable, path: readonly (string | number)[]): Field | undefined {
  return path.reduce<Field | undefined>(
    (field, step) => (field === undefined ? field : stepInto(field, step)),
    table.root,
  );
}

function stepInto(field: Field, step: string | number): Field | undefined {
  if (typeof step === 'number') return field.type === 'array' ? field.of : undefined;
  const known =
    field.fields !== undefined && Object.hasOwn(field.fields, step) ? field.fields[step] : undefined;
  return known ?? (field.type === 'map' ? field.of : undefined);
}

/** The field at a path of names only: lists are gone into, and what they consist of is meant. */
export function fieldNamed(table: ResourceTable, names: readonly string[]): Field | undefined {
  return names.reduce<Field | undefined>((field, name) => {
    const inner = field === undefined ? undefined : elementOf(field);
    return inner === undefined ? undefined : stepInto(inner, name);
  }, table.root);
}

/** What a list consists of; anything else is itself. */
export function elementOf(field: Field): Field | undefined {
  return field.type === 'array' ? field.of && elementOf(field.of) : field;
}
