import { mergeTexts } from '../src/annotations/annotation';
import type { KnownKey } from '../src/annotations/keys';
import { lookUpKey } from '../src/annotations/keys';
import { documentationOf } from '../src/annotations/read';
import { entryAt } from './cursor';
import { type HoverText, hoverField } from './hoverFields';
import type { Chunk } from './text/manifest';

/** What the key or the part of the value at the offset means. */
export function hover(chunk: Chunk, offset: number): HoverText | undefined {
  const found = entryAt(chunk, offset);
  if (found === undefined) return hoverField(chunk, offset);
  const { entry, part } = found;
  const known = lookUpKey(entry.key);
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
export function describeAnnotation(known: Omit<KnownKey, 'name'>): string {
  const { row, prefix, suffix } = known;
  const name = row.placeholder === undefined ? suffix : `${suffix}.<${row.placeholder.label}>`;
  const facts = [
    `- Value: ${row.kind.describe}`,
    row.fallback === undefined ? undefined : `- Default: \`${row.fallback}\``,
    row.on.includes('Ingress') ? groupFact(row) : undefined,
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
    `**\`${prefix}${name}\`**`,
    row.doc,
    ...deprecated,
    facts.join('\n'),
    `Example: \`${row.example}\``,
    links.join(' · '),
  ].join('\n\n');
}

/** A Service is in no group. */
function groupFact({ merge, mergeNote }: KnownKey['row']): string {
  return `- In a group: ${mergeTexts[merge]}${mergeNote === undefined ? '' : ` ${mergeNote}`}`;
}
