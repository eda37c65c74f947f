/** Small pieces of Markdown. */
export const GENERATED = '<!-- Generated from src/annotations by `npm run generate`; do not edit. -->';
export const GENERATED_FROM_CRDS = '<!-- Generated from src/crds by `npm run generate`; do not edit. -->';

export const GENERATED_FROM_RULES = '<!-- Generated from src/rules by `npm run generate`; do not edit. -->';

export function page(...parts: readonly string[]): string {
  return `${parts.join('\n\n')}\n`;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

export function code(text: string | undefined): string {
  return text === undefined ? '' : `\`${text}\``;
}

/** The anchor that Markdown viewers make of a heading. */
export function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^a-z0-9 _-]/g, '')
    .replaceAll(' ', '-');
}
