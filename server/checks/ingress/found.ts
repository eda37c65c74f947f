/** Short ways to write findings and their fixes. */
import type { Span } from '../../../src/annotations/kinds';
import type { RuleCode } from '../../../src/rules';
import type { Edit } from '../../edits';
import { setAnnotation } from '../../edits';
import type { Finding, Fix } from '../finding';
import type { Subject } from '../subject';

/** A finding; fixes that are not possible here are left out. */
export function found(
  code: RuleCode,
  span: Span,
  message: string,
  advice: string,
  ...fixes: readonly (Fix | undefined)[]
): Finding {
  const possible = fixes.filter((fix) => fix !== undefined);
  return { code, span, message, advice, ...(possible.length === 0 ? {} : { fixes: possible }) };
}

/** A fix of several edits, unless one of them finds no room. */
export function fixOf(
  title: string,
  edits: readonly (Edit | undefined)[],
  { safe = false }: { readonly safe?: boolean } = {},
): Fix | undefined {
  const possible = edits.filter((edit) => edit !== undefined);
  return possible.length === edits.length ? { title, edits: possible, safe } : undefined;
}

/** A fix that writes an annotation of the controller, in place of its value or as a new line. */
export function setTo({ object }: Subject, suffix: string, value: string): Fix | undefined {
  const title = `Set \`${suffix}\` to \`${value}\``;
  return fixOf(title, [setAnnotation(object, suffix, value)]);
}

/** `a`, `b` and `c`. */
export function inWords(words: readonly (string | number)[], joint = 'and'): string {
  const quoted = words.map((word) => `\`${word}\``);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} ${joint} ${quoted.at(-1)}`;
}
