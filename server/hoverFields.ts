/** Hover over the fields of resources whose fields are known. */
import type { Span } from '../src/annotations/kinds';
import type { Chunk } from './text/manifest';

export interface HoverText {
  readonly span: Span;
  readonly markdown: string;
}

export function hoverField(_chunk: Chunk, _offset: number): HoverText | undefined {
  return undefined;
}
