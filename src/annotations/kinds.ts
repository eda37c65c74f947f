/**
 * Value kinds of annotations. A kind knows how the controller reads a raw string (`parse`), what an editor should
 * say about it (`check`), what it may offer (`suggest`) and how a JSON schema describes it (`schema`).
 */
export interface Kind<T> {
  readonly name: string;
  /** One phrase for people, e.g. "a whole number from 5 to 300". */
  readonly describe: string;
  /** Reads the raw value as the controller does; throws {@link ValueError} with the controller's wording. */
  parse(raw: string, key: string): T;
  /** Everything an editor should say about the raw value; never throws. Offsets count UTF-16 units in `raw`. */
  check(raw: string): ValueProblem[];
  readonly suggest?: (raw: string) => ValueSuggestion[];
  readonly schema: Readonly<Record<string, unknown>>;
}
