/** Reference to something that exists only after another resource was made: `#/resources/TYPE/ID/status/FIELD`. */
export interface Ref {
  readonly $ref: string;
}
/** A value known now (an id, an ARN, `new:NAME`), or a reference. */
export type Token = string | Ref;
