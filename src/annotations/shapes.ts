/**
 * The shapes of JSON annotations: which fields there are, how Go reads them, and what an editor should know besides.
 * `go` is the controller's name of the type; it appears in its error messages.
 */
import type { Offer } from './live';

export interface StringShape {
  readonly type: 'string';
  readonly go?: string;
  readonly options?: readonly string[];
  /** The words may also be lower or upper case, or something the controller does not check: say nothing of others. */
  readonly open?: boolean;
  readonly doc?: string;
  readonly form?: { readonly regex: RegExp; readonly describe: string };
  /** What exists and may be written here. */
  readonly live?: Offer;
}

export interface NumberShape {
  readonly type: 'int32';
  readonly min: number;
  readonly max: number;
  readonly doc?: string;
}

export interface BoolShape {
  readonly type: 'bool';
  readonly doc?: string;
}

/** Kubernetes' IntOrString. */
export interface IntOrStringShape {
  readonly type: 'intOrString';
  readonly live?: Offer;
  readonly doc?: string;
}

export interface ArrayShape {
  readonly type: 'array';
  readonly go: string;
  readonly of: Shape;
  readonly nonEmpty?: boolean;
  readonly doc?: string;
}

export interface ObjectShape {
  readonly type: 'object';
  /** Go's type with its package, e.g. `ingress.Action`. */
  readonly go: string;
  readonly fields: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  /** A field is needed when another has a certain value. */
  readonly requiredWhen?: readonly {
    readonly field: string;
    readonly is: string;
    readonly need: readonly string[];
  }[];
  readonly doc?: string;
}

/** A map with free keys, or with one of a few. */
export interface MapShape {
  readonly type: 'map';
  readonly go: string;
  readonly keys?: readonly string[];
  readonly of: Shape;
  readonly doc?: string;
}

export type Shape =
  | StringShape
  | NumberShape
  | BoolShape
  | IntOrStringShape
  | ArrayShape
  | ObjectShape
  | MapShape;

/** A JSON schema (draft 7) of the shape. */
export function schemaOf(shape: Shape): Record<string, unknown> {
  switch (shape.type) {
    case 'string':
      return {
        type: 'string',
        ...(shape.options === undefined || shape.open === true ? {} : { enum: shape.options }),
      };
    case 'int32':
      return { type: 'integer', minimum: shape.min, maximum: shape.max };
    case 'bool':
      return { type: 'boolean' };
    case 'intOrString':
      return { type: ['integer', 'string'] };
    case 'array':
      return {
        type: 'array',
        items: schemaOf(shape.of),
        ...(shape.nonEmpty === true ? { minItems: 1 } : {}),
      };
    case 'map':
      return {
        type: 'object',
        additionalProperties: schemaOf(shape.of),
        ...(shape.keys === undefined ? {} : { propertyNames: { enum: shape.keys } }),
      };
    case 'object':
      return {
        type: 'object',
        properties: Object.fromEntries(
          Object.entries(shape.fields).map(([name, field]) => [name, schemaOf(field)]),
        ),
        ...(shape.required === undefined ? {} : { required: shape.required }),
      };
  }
}
