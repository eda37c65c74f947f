/** The fields above a place, by the lines on which they stand: what is being typed often is no YAML yet. */
import { type Line, lineAround } from './cursor';

/** A field and the keys above it. */
export interface LineField {
  readonly key: string;
  /** Where its line begins, and the column of its key. */
  readonly start: number;
  readonly column: number;
  readonly above: LineField | undefined;
}

const KEY = /^(\s*(?:- +)*)(?:["']?([\w./-]+)["']?\s*:)?/;

export function fieldOn(text: string, start: number): LineField | undefined {
  const [, indent = '', key] = KEY.exec(lineAround(text, start).text) ?? [];
  if (key === undefined) return undefined;
  return { key, start, column: indent.length, above: fieldAbove(text, start, indent.length) };
}

/** The key under which a line stands: the nearest above it that is less indented. */
export function fieldAbove(text: string, start: number, column: number): LineField | undefined {
  for (let end = start - 1; end >= 0; ) {
    const line = lineAround(text, end);
    if (isDivider(line.text)) return undefined;
    if (!isBlank(line.text) && columnOf(line.text) < column) return fieldOn(text, line.start);
    end = line.start - 1;
  }
  return undefined;
}

/** The names from the top to the field; the positions in lists are left out. */
export function namesOf({ key, above }: LineField): string[] {
  return above === undefined ? [key] : [...namesOf(above), key];
}

/** The text of a field directly below another, without quotes. */
export function childOf(text: string, { start, column }: LineField, key: string): string | undefined {
  let depth: number | undefined;
  for (let next = text.indexOf('\n', start) + 1; next > 0; next = text.indexOf('\n', next) + 1) {
    const line = lineAround(text, next);
    if (isBlank(line.text)) continue;
    const [, indent = '', name] = KEY.exec(line.text) ?? [];
    if (indent.length <= column) return undefined;
    depth ??= indent.length;
    if (name === key && indent.length === depth) return valueOn(line.text);
  }
  return undefined;
}

/** A field beside another one, in the same map. */
export interface Sibling {
  readonly key: string;
  readonly value: string | undefined;
}

/** The fields that stand beside a line in one map; an element of a list ends where the next one begins. */
export function siblingsOf(text: string, start: number, column: number): Sibling[] {
  return [...siblings(text, start, column, 'up'), ...siblings(text, start, column, 'down')];
}

function siblings(text: string, start: number, column: number, way: 'up' | 'down'): Sibling[] {
  const found: Sibling[] = [];
  let line = lineAround(text, start);
  if (way === 'up' && isElement(line.text, column)) return found;
  for (;;) {
    const next = way === 'up' ? lineBefore(text, line) : lineBehind(text, line);
    if (next === undefined || isDivider(next.text)) return found;
    line = next;
    if (isBlank(line.text)) continue;
    const here = columnOf(line.text);
    const begins = isElement(line.text, column);
    if (here < column || (way === 'down' && begins)) return found;
    const key = here === column ? KEY.exec(line.text)?.[2] : undefined;
    if (key !== undefined) found.push({ key, value: valueOn(line.text) });
    if (begins) return found;
  }
}

/** Whether a line begins an element of a list whose fields stand in that column, or farther left. */
function isElement(line: string, column: number): boolean {
  const dash = /^(\s*)- /.exec(line)?.[1];
  return dash !== undefined && dash.length < column;
}

function lineBefore(text: string, { start }: Line): Line | undefined {
  return start === 0 ? undefined : lineAround(text, start - 1);
}

function lineBehind(text: string, { start }: Line): Line | undefined {
  const end = text.indexOf('\n', start);
  return end < 0 ? undefined : lineAround(text, end + 1);
}

/** The column of what stands on a line, behind the dashes. */
export function columnOf(line: string): number {
  return KEY.exec(line)?.[1]?.length ?? 0;
}

function valueOn(line: string): string | undefined {
  return /:\s+["']?([^\s"'#]+)/.exec(line)?.[1];
}

function isDivider(line: string): boolean {
  return /^(---|\.\.\.)(\s|$)/.test(line);
}

function isBlank(line: string): boolean {
  return /^\s*(#|$)/.test(line);
}

/** Whether a line without a dash belongs to an element of a list that begins above it. */
export function isInElement(text: string, start: number, column: number): boolean {
  for (
    let line = lineBefore(text, lineAround(text, start));
    line !== undefined;
    line = lineBefore(text, line)
  ) {
    if (isBlank(line.text)) continue;
    if (isDivider(line.text) || columnOf(line.text) < column) return false;
    if (columnOf(line.text) === column && isElement(line.text, column)) return true;
  }
  return false;
}
