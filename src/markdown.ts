/** Text from outside in Markdown that an editor renders. */
import { oneLine, printable } from './printable';

/** Code in a line, whatever it holds: its fence is longer than any within (CommonMark 6.1). */
export function codeSpan(text: string): string {
  const shown = oneLine(text);
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = shown.startsWith('`') || shown.endsWith('`') || shown.trim() === '' ? ' ' : '';
  return `${fence}${pad}${shown}${pad}${fence}`;
}

/** A block of code, whatever it holds. */
export function codeBlock(text: string, language = ''): string {
  const shown = printable(text);
  const longest = Math.max(2, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${shown}\n${fence}`;
}

/** Plain text: nothing in it is markup, a link, an image or HTML. */
export function plainText(text: string): string {
  return oneLine(text)
    .replace(/[\\`*_{}[\]()!|~>:@]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;');
}

/**
 * A message of the editor, whose links work even where they run commands (vscode: src/vs/base/common/linkedText.ts):
 * text from outside has none. Line ends of ours stay.
 */
export function withoutLinks(message: string): string {
  return printable(message).replaceAll('](', '] (');
}
