import { wildcardMatch } from '../../wildcards';

/** Policy and trust documents of IAM, as far as setup reads and writes them (IAM: "Grammar of the IAM JSON policy language"). */

export type OneOrMany<T> = T | readonly T[];

/** Operator, then key, then values: `{ StringEquals: { 'aws:RequestTag/x': 'y' } }`. */
export type Condition = Readonly<Record<string, Readonly<Record<string, OneOrMany<string>>>>>;

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Principal?: string | Readonly<Record<string, OneOrMany<string>>>;
  readonly Action?: OneOrMany<string>;
  readonly NotAction?: OneOrMany<string>;
  readonly Resource?: OneOrMany<string>;
  readonly NotResource?: OneOrMany<string>;
  readonly Condition?: Condition;
}

export interface PolicyDocument {
  readonly Version: string;
  readonly Statement: OneOrMany<PolicyStatement>;
}

const LANGUAGE = '2012-10-17';

export function documentOf(statements: readonly PolicyStatement[]): PolicyDocument {
  return { Version: LANGUAGE, Statement: statements };
}

/** A document as IAM answers it, URL-encoded (API GetPolicyVersion, GetRole); one that cannot be read has no statements. */
export function parseDocument(text: string | undefined): PolicyDocument {
  try {
    const raw = text?.trimStart().startsWith('{') === true ? text : decodeURIComponent(text ?? '');
    return JSON.parse(raw) as PolicyDocument;
  } catch {
    return documentOf([]);
  }
}

export function statementsOf({ Statement }: PolicyDocument): readonly PolicyStatement[] {
  return listOf(Statement);
}

export function listOf<T>(value: OneOrMany<T> | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}

/** IAM's wildcards: `*` for any text, `?` for a character. Names of actions do not know upper and lower case. */
export function globMatches(pattern: string, text: string, flags: '' | 'i' = ''): boolean {
  if (flags === 'i') return globMatches(pattern.toLowerCase(), text.toLowerCase());
  const isStar = (sign: string) => sign === '*';
  return wildcardMatch([...pattern], [...text], isStar, (sign, one) => sign === '?' || sign === one);
}

/** Whether a statement is about an action, wildcards and `NotAction` included. */
export function concerns({ Action, NotAction }: PolicyStatement, action: string): boolean {
  const hit = (patterns: OneOrMany<string> | undefined) =>
    listOf(patterns).some((pattern) => globMatches(pattern, action, 'i'));
  return NotAction === undefined ? hit(Action) : !hit(NotAction);
}

/** Each operator, key and its values of a condition. */
export function clausesOf(condition: Condition | undefined): [string, string, readonly string[]][] {
  return Object.entries(condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]): [string, string, readonly string[]] => [
      operator,
      key,
      listOf(values).map(String),
    ]),
  );
}

/** Characters that IAM counts: all but white space; a managed policy may have 6,144 (IAM: "IAM and AWS STS quotas"). */
export function sizeOf(document: PolicyDocument): number {
  return JSON.stringify(document).replace(/\s/g, '').length;
}
