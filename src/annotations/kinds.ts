/**
 * Value kinds of annotations. A kind knows how the controller reads a raw string (`parse`), what an editor should
 * say about it (`check`), what it may offer at a position (`suggest`), what it can tell about a part of the value
 * (`explain`) and how a JSON schema describes it (`schema`).
 */

import type { RuleCode } from '../rules';
import { closest } from './closest';
import type { OfferPlace } from './live';
import { parseBool, parseInteger, parseList } from './parse';

/** A span of the raw value in UTF-16 units; `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** One thing an editor should say about a raw value. The rule of `code` says how severe it is and why it matters. */
export interface ValueProblem extends Span {
  readonly code: RuleCode;
  /** What is wrong. */
  readonly message: string;
  /** What to do. */
  readonly advice?: string;
  /** The text that would be right in place of the span, when there is only one. */
  readonly replacement?: string;
}

/** Something that may be put in place of the span. */
export interface ValueSuggestion extends Span {
  readonly text: string;
  readonly label?: string;
  readonly doc?: string;
  /** A few words beside the label, by which it may be found, too. */
  readonly note?: string;
  /** Goes without quotes, whatever YAML takes it for. */
  readonly bare?: boolean;
  /** `text` has tab stops in the notation of TextMate snippets. */
  readonly snippet?: boolean;
  readonly role: 'value' | 'attribute' | 'skeleton';
}

export interface Explanation extends Span {
  readonly markdown: string;
}

export interface Kind<T> {
  readonly name: string;
  /** One phrase for people, e.g. "a whole number from 5 to 300". */
  readonly describe: string;
  /** Reads the raw value as the controller does; throws {@link ValueError} with the controller's wording. */
  parse(raw: string, key: string): T;
  /** Everything an editor should say about the raw value; never throws. Offsets count UTF-16 units in `raw`. */
  check(raw: string): ValueProblem[];
  /** What may stand at offset `at` of the raw value; never throws. */
  readonly suggest?: (raw: string, at: number) => ValueSuggestion[];
  /** Where in the value, around offset `at`, something that exists may be written; never throws. */
  readonly offers?: (raw: string, at: number) => OfferPlace | undefined;
  /** What the part of the value at offset `at` means; never throws. */
  readonly explain?: (raw: string, at: number) => Explanation | undefined;
  /** The value needs quotes in YAML to stay a string. */
  readonly quoted?: boolean;
  readonly schema: Readonly<Record<string, unknown>>;
}

type Check = (raw: string) => ValueProblem[];

export interface TextOptions {
  readonly name?: string;
  readonly describe?: string;
  readonly check?: Check;
  readonly values?: readonly string[];
  readonly quoted?: boolean;
  readonly schema?: Readonly<Record<string, unknown>>;
}

/** Any string; `check` and `values` are for editors only. */
export function text(options: TextOptions = {}): Kind<string> {
  const {
    name = 'string',
    describe = 'text',
    check = nonEmpty,
    values,
    quoted = false,
    schema = {},
  } = options;
  return {
    name,
    describe,
    parse: (raw) => raw,
    check,
    ...(values === undefined ? {} : { suggest: (raw: string) => whole(raw, values) }),
    quoted,
    schema: { type: 'string', ...schema },
  };
}

/** Text of one form. `example` completes the sentence "… is not <describe>, such as <example>". */
export function pattern(
  describe: string,
  regex: RegExp,
  example: string,
  more: { optional?: readonly string[] } = {},
): Kind<string> {
  const others = more.optional ?? [];
  const check: Check = (raw) =>
    regex.test(raw) || others.includes(raw)
      ? []
      : [problem('malformed-value', raw, `\`${raw}\` is not ${describe}.`, `Write it like \`${example}\`.`)];
  const schema = { anyOf: [{ pattern: regex.source }, ...others.map((value) => ({ const: value }))] };
  return text({ describe, check, schema, ...(others.length > 0 ? { values: others } : {}) });
}

/**
 * One of a few words. `parse` returns whatever is written: the controller checks these words later, while it
 * builds its model, each with its own text.
 */
export function oneOf<const V extends string>(...values: readonly V[]): Kind<V | (string & {})> {
  const options = values.map((value) => `\`${value}\``).join(', ');
  return {
    name: 'enumeration',
    describe: `one of ${options}`,
    parse: (raw) => raw,
    check(raw) {
      if ((values as readonly string[]).includes(raw)) return [];
      const near = closest(raw, values);
      return [
        {
          ...problem('not-an-option', raw, `\`${raw}\` is not a valid value.`, `Use one of ${options}.`),
          ...(near === undefined ? {} : { replacement: near }),
        },
      ];
    },
    suggest: (raw) => whole(raw, values),
    schema: { type: 'string', enum: values },
  };
}

export interface IntegerOptions {
  readonly min: number;
  readonly max: number;
  readonly bits?: 32 | 64;
  /** What is counted, e.g. "seconds". */
  readonly unit?: string;
  readonly suggest?: readonly number[];
}

/** A whole number as Go's strconv reads it; the range is AWS's and for editors only. */
export function integer({ min, max, bits = 32, unit, suggest = [] }: IntegerOptions): Kind<number> {
  const range = `${min} to ${max}${unit === undefined ? '' : ` ${unit}`}`;
  return {
    name: 'integer',
    describe: `a whole number from ${range}`,
    parse: (raw, key) => parseInteger(raw, key, bits),
    check(raw) {
      if (!/^[+-]?[0-9]+$/.test(raw)) {
        return [
          problem(
            'not-an-integer',
            raw,
            `\`${raw}\` is not a whole number.`,
            `Write digits only, from ${range}.`,
          ),
        ];
      }
      const value = Number(raw);
      if (value >= min && value <= max) return [];
      return [problem('out-of-range', raw, `${raw} is outside ${range}.`, `Use a number from ${range}.`)];
    },
    suggest: (raw) => whole(raw, suggest.map(String)),
    quoted: true,
    schema: { type: 'string', pattern: '^[+-]?[0-9]+$' },
  };
}

/** Go's strconv.ParseBool: `true`, `false` and ten other spellings. */
export function bool(): Kind<boolean> {
  return {
    name: 'boolean',
    describe: "`'true'` or `'false'`",
    parse: parseBool,
    check(raw) {
      try {
        parseBool(raw, '');
        return [];
      } catch {
        return [notABoolean(raw)];
      }
    },
    suggest: (raw) => whole(raw, ['true', 'false']),
    quoted: true,
    schema: {
      type: 'string',
      enum: ['true', 'false', 'True', 'False', 'TRUE', 'FALSE', 't', 'f', 'T', 'F', '1', '0'],
    },
  };
}

function notABoolean(raw: string): ValueProblem {
  const word = raw.trim().toLowerCase();
  const meant = ['yes', 'on', 'true', 'enabled'].includes(word)
    ? 'true'
    : ['no', 'off', 'false', 'disabled'].includes(word)
      ? 'false'
      : undefined;
  return {
    ...problem('not-a-boolean', raw, `\`${raw}\` is not a boolean.`, "Write `'true'` or `'false'`."),
    ...(meant === undefined ? {} : { replacement: meant }),
  };
}

export interface ListOptions {
  /** The kind of one element. */
  readonly of?: Kind<string>;
  /** What the elements are called together, e.g. "subnet IDs or names". */
  readonly describe: string;
  readonly allowEmpty?: boolean;
}

/** Comma-separated values. Each element is checked by itself. */
export function list({ of, describe, allowEmpty = false }: ListOptions): Kind<readonly string[]> {
  return {
    name: 'list',
    describe: `comma-separated ${describe}`,
    parse: (raw) => parseList(raw),
    check(raw) {
      const items = splitList(raw).filter((item) => item.text !== '');
      if (items.length === 0 && !allowEmpty) return nonEmpty(raw);
      return items.flatMap((item) =>
        of === undefined ? [] : of.check(item.text).map((found) => shift(found, item.start)),
      );
    },
    suggest(raw, at) {
      const item = splitList(raw).find((part) => at >= part.from && at <= part.to);
      if (of?.suggest === undefined || item === undefined) return [];
      return of
        .suggest(item.text, at - item.start)
        .map((found) => ({ ...found, start: item.start, end: item.end }));
    },
    schema: { type: 'string' },
  };
}

/** One element of a comma-separated value: its trimmed text and span, and the whole room between the commas. */
export interface ListItem extends Span {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** The elements of a comma-separated value, empty ones included, with where they stand. */
export function splitList(raw: string): ListItem[] {
  let from = 0;
  return raw.split(',').map((part) => {
    const item = {
      text: part.trim(),
      start: from + (part.length - part.trimStart().length),
      from,
      to: from + part.length,
    };
    from += part.length + 1;
    return { ...item, end: item.start + item.text.length };
  });
}

/** A problem that spans the whole raw value. */
export function problem(code: RuleCode, raw: string, message: string, advice?: string): ValueProblem {
  return { code, message, start: 0, end: raw.length, ...(advice === undefined ? {} : { advice }) };
}

/** The same problem, `by` units further on. */
export function shift<S extends Span>(found: S, by: number): S {
  return { ...found, start: found.start + by, end: found.end + by };
}

function nonEmpty(raw: string): ValueProblem[] {
  return raw.trim() === ''
    ? [problem('empty-value', raw, 'The value is empty.', 'Write a value or remove the annotation.')]
    : [];
}

function whole(raw: string, values: readonly string[]): ValueSuggestion[] {
  return values.map((value) => ({ text: value, start: 0, end: raw.length, role: 'value' }));
}
