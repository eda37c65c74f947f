/** Any YAML at all, through a complete parser, as the tree of `node.ts`. */
import type { CST, Document, Node as LibraryNode, ParsedNode, Scalar } from 'yaml';
import { Composer, isAlias, isMap, isScalar, isSeq, Lexer, Parser } from 'yaml';
import type { Span } from '../../src/annotations/kinds';
import { atOnce, type Steps } from '../turns';
import { type AliasNode, type Node, type Pair, plainType, type ScalarNode, type YamlDocument } from './node';

/** All documents of a text; what cannot be read is left out. Never throws. */
export function readFull(text: string): YamlDocument[] {
  return atOnce(readFullInSteps(text));
}

/** The same in steps. One is longer than the others: what the parser makes of a whole document. */
export function* readFullInSteps(text: string): Steps<YamlDocument[]> {
  try {
    const tokens = yield* tokensOf(text);
    const composer = new Composer({
      strict: false,
      uniqueKeys: false,
      logLevel: 'silent',
      stringKeys: false,
    });
    const documents = [...composer.compose(tokens)];
    yield;
    return documents.map((document) => toDocument(document, text));
  } catch {
    // Nesting beyond the parser's stack and the like: the YAML extension tells of it.
    return [];
  }
}

const LEXEMES_IN_STEP = 1_000;

function* tokensOf(text: string): Steps<CST.Token[]> {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let count = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (++count % LEXEMES_IN_STEP === 0) yield;
  }
  return [...tokens, ...parser.end()];
}

function toDocument(document: Document.Parsed<ParsedNode>, text: string): YamlDocument {
  const known = new Map<LibraryNode, Node | undefined>();
  const convert: Convert = (node) => {
    if (known.has(node)) return known.get(node);
    const converted = toNode(node, document, text, convert);
    known.set(node, converted);
    return converted;
  };
  const errors = document.errors.map(({ pos }) => ({ start: pos[0], end: pos[1] }));
  return { root: document.contents === null ? undefined : convert(document.contents), errors };
}

type Convert = (node: LibraryNode) => Node | undefined;

function toNode(
  node: LibraryNode,
  document: Document.Parsed<ParsedNode>,
  text: string,
  convert: Convert,
): Node | undefined {
  const span = spanOf(node);
  if (span === undefined) return undefined;
  if (isScalar(node)) return toScalar(node, span);
  if (isAlias(node)) return toAlias(node.resolve(document), span, convert);
  if (isSeq(node)) return { kind: 'seq', ...span, items: node.items.map((item) => child(item, convert)) };
  if (isMap(node))
    return {
      kind: 'map',
      ...span,
      pairs: node.items.flatMap((pair) => toPair(pair.key, pair.value, text, convert)),
    };
  return undefined;
}

function child(item: unknown, convert: Convert): Node | undefined {
  const node = isScalar(item) || isMap(item) || isSeq(item) || isAlias(item) ? convert(item) : undefined;
  return node?.kind === 'scalar' && node.end <= node.start ? undefined : node;
}

/** The target is converted when it is asked for: an alias may stand within its own anchor. */
function toAlias(target: LibraryNode | undefined, span: Span, convert: Convert): AliasNode {
  return {
    kind: 'alias',
    ...span,
    get target() {
      return target === undefined ? undefined : convert(target);
    },
  };
}

function toPair(key: unknown, value: unknown, text: string, convert: Convert): Pair[] {
  const span = isScalar(key) ? spanOf(key) : undefined;
  if (!isScalar(key) || span === undefined) return [];
  // A key over several lines is two lines of which the first is still being typed.
  if (text.slice(span.start, span.end).includes('\n')) return [];
  return [{ key: toScalar(key, span), value: child(value, convert) }];
}

const STYLES: Readonly<Record<string, ScalarNode['style']>> = {
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'block',
  BLOCK_FOLDED: 'block',
};

function toScalar(node: Scalar, span: Span): ScalarNode {
  const style = STYLES[node.type ?? ''] ?? 'plain';
  const source = node.source ?? '';
  const isString = style !== 'plain' || node.tag === 'tag:yaml.org,2002:str';
  const type = isString ? 'string' : plainType(source);
  const value = typeof node.value === 'string' ? node.value : source;
  return { kind: 'scalar', ...span, style, type, value };
}

function spanOf(node: { range?: readonly [number, number, number] | null | undefined }): Span | undefined {
  return node.range == null ? undefined : { start: node.range[0], end: node.range[1] };
}
