/** Text from outside (manifests, the cluster, AWS, names of files), made harmless where people read it. */

/**
 * What a terminal or an editor would obey instead of show: control characters, and those that change the direction of
 * the text around them (Unicode TR 9; CVE-2021-42574). JSON escapes those below a blank by itself.
 */
const ABOVE = '\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069\\ufeff';
const OBEYED = new RegExp(`[\\u0000-\\u0009\\u000b-\\u001f${ABOVE}]`, 'g');
const OBEYED_IN_JSON = new RegExp(`[${ABOVE}]`, 'g');

/** The text with a symbol for each of them; line ends stay. */
export function printable(text: string): string {
  return text.replace(OBEYED, symbolOf);
}

/** The same in one line: what looks like a line of ours, is one. */
export function oneLine(text: string): string {
  return printable(text).replace(/\n/g, '␊');
}

/** Lines of ours, each with whatever text from outside it holds. */
export function inLines(lines: readonly string[]): string {
  return lines.map(oneLine).join('\n');
}

/** `␛` for ESC (Unicode has pictures of the first 32), `‹U+202E›` for what has none. */
function symbolOf(char: string): string {
  const code = char.charCodeAt(0);
  if (code === 0x09) return ' ';
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '␡' : `‹U+${code.toString(16).toUpperCase().padStart(4, '0')}›`;
}

/** JSON of exactly the value, in which nothing can be obeyed: JSON has escapes for that. */
export function printableJson(value: unknown, indent = 2): string {
  // GitHub takes `##[` for a command, wherever it stands.
  const text = JSON.stringify(value, null, indent).replaceAll('##[', '#\\u0023[');
  return text.replace(OBEYED_IN_JSON, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
