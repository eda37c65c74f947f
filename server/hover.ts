import { mergeTexts } from '../src/annotations/annotation';
import { families } from '../src/annotations/catalogue';
import type { Span } from '../src/annotations/kinds';
import type { Known } from '../src/annotations/read';
import { annotationKey, documentationOf, lookUp, PREFIX } from '../src/annotations/read';
import { entryAt } from './cursor';
import type { Chunk } from './text/manifest';

export interface HoverText {
  readonly span: Span;
  readonly markdown: string;
}

/** What the key or the part of the value at the offset means. */
export function hover(chunk: Chunk, offset: number): HoverText | undefined {
  const found = entryAt(chunk, offset);
  if (found === undefined || !found.entry.key.startsWith(`${PREFIX}/`)) return undefined;
  const { entry, part } = found;
  const known = lookUp(entry.key.slice(PREFIX.length + 1));
  if (known === undefined) return undefined;
  const whole = {
    span: part === 'key' ? entry.keySpan : entry.valueSpan,
    markdown: describeAnnotation(known),
  };
  if (part === 'key') return whole;
  const detail = known.row.kind.explain?.(entry.value, entry.places.toValue(offset));
  if (detail === undefined) return whole;
  return { span: entry.places.span(detail), markdown: detail.markdown };
}

/** The row of an annotation as Markdown; completion and hover show the same. */
export function describeAnnotation(known: Pick<Known, 'row' | 'suffix' | 'family'>): string {
  const { row, suffix, family } = known;
  const name = family === undefined ? suffix : `${suffix}.<${families[family].placeholder.label}>`;
  const facts = [
    `- Value: ${row.kind.describe}`,
    row.fallback === undefined ? undefined : `- Default: \`${row.fallback}\``,
    `- In a group: ${mergeTexts[row.merge]}${row.mergeNote === undefined ? '' : ` ${row.mergeNote}`}`,
    `- Stands on: ${row.on.join(' and ')}${row.on.length > 1 ? '; the Service wins' : ''}`,
    row.classParams === undefined ? undefined : `- \`${row.classParams}\` of IngressClassParams wins over it`,
    `- Since: controller ${row.since}`,
    row.autoMode === undefined ? undefined : `- EKS Auto Mode: ${row.autoMode}`,
  ].filter((fact) => fact !== undefined);
  const links = [
    `[Controller documentation](${documentationOf(known)})`,
    ...(row.aws === undefined ? [] : [`[AWS documentation](${row.aws})`]),
  ];
  const deprecated = row.deprecated === undefined ? [] : [`**Deprecated.** ${row.deprecated}`];
  return [
    `**\`${annotationKey(name)}\`**`,
    row.doc,
    ...deprecated,
    facts.join('\n'),
    `Example: \`${row.example}\``,
    links.join(' · '),
  ].join('\n\n');
}
