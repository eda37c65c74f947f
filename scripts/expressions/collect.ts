/** The regular expressions of the sources, found by a parser. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type Expression as Code, parseSync, type Span, type TemplateLiteral, Visitor } from 'oxc-parser';

export interface Found {
  /** `file:line` */
  readonly place: string;
  readonly source: string;
  readonly flags: string;
}

export interface Collected {
  readonly found: readonly Found[];
  /** Places where an expression is made of a text that only a run knows. */
  readonly unknown: readonly string[];
}

/** Compiled to see whether it can be, and never run. */
const NEVER_RUN: ReadonlySet<string> = new Set(['server/convert/regex.ts']);

/** All expressions below the folders. */
export function collect(root: string, folders: readonly string[]): Collected {
  const files = folders.flatMap((folder) => sourcesBelow(join(root, folder)));
  const all = files.map((file) => expressionsIn(relative(root, file), readFileSync(file, 'utf8')));
  return { found: all.flatMap(({ found }) => found), unknown: all.flatMap(({ unknown }) => unknown) };
}

function sourcesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourcesBelow(path);
    return entry.name.endsWith('.ts') ? [path] : [];
  });
}

/** The expressions of one file. */
export function expressionsIn(file: string, text: string): Collected {
  const found: Found[] = [];
  const unknown: string[] = [];
  const place = ({ start }: Span) => `${file}:${text.slice(0, start).split('\n').length}`;
  const { program } = parseSync(file, text);
  const constants = new Map<string, Code>();
  const made = (node: Span & { callee: Code; arguments: readonly unknown[] }) => {
    if (node.callee.type !== 'Identifier' || node.callee.name !== 'RegExp' || NEVER_RUN.has(file)) return;
    const source = sourceOf(node.arguments[0] as Code, constants);
    if (source === undefined) unknown.push(place(node));
    else found.push({ place: place(node), source, flags: flagsOf(node.arguments[1] as Code | undefined) });
  };
  new Visitor({
    VariableDeclarator({ id, init }) {
      if (id.type === 'Identifier' && init !== null) constants.set(id.name, init);
    },
  }).visit(program);
  new Visitor({
    Literal(node) {
      if ('regex' in node)
        found.push({ place: place(node), source: node.regex.pattern, flags: node.regex.flags });
    },
    NewExpression: made,
    CallExpression: made,
  }).visit(program);
  return { found, unknown };
}

function flagsOf(node: Code | undefined): string {
  return node?.type === 'Literal' && typeof node.value === 'string' ? node.value : '';
}

/** The source of `new RegExp(…)`, with a letter for what is put into it. */
function sourceOf(node: Code, constants: ReadonlyMap<string, Code>): string | undefined {
  if (node.type === 'TemplateLiteral') return templateOf(node, constants);
  if (node.type === 'Literal') {
    if ('regex' in node) return node.regex.pattern;
    return typeof node.value === 'string' ? node.value : undefined;
  }
  if (node.type === 'MemberExpression' && 'name' in node.property && node.property.name === 'source')
    return sourceOf(node.object, constants);
  const known = node.type === 'Identifier' ? constants.get(node.name) : undefined;
  return known === undefined ? undefined : sourceOf(known, constants);
}

function templateOf({ quasis, expressions }: TemplateLiteral, constants: ReadonlyMap<string, Code>): string {
  return quasis
    .map(({ value }, at) => {
      const put = expressions[at];
      return `${value.cooked ?? ''}${put === undefined ? '' : (sourceOf(put, constants) ?? 'x')}`;
    })
    .join('');
}
