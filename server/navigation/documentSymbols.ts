/** The outline of a file: objects with what a person looks for in them. */
import type { DocumentSymbol } from 'vscode-languageserver-types';
import { SymbolKind } from 'vscode-languageserver-types';
import type { Span } from '../../src/annotations/kinds';
import { nameSpan } from '../checks/subject';
import { flatMapInSteps, type Steps } from '../turns';
import type { Located, SourceFile } from '../workspace/workspace';
import { behind, itemsOf, type Node, nodeAt } from '../yaml/node';
import { rangesOf, scalarSpan } from './places';

export const KIND_SYMBOLS: Readonly<Record<string, SymbolKind>> = {
  Ingress: SymbolKind.Module,
  Service: SymbolKind.Class,
  IngressClass: SymbolKind.Interface,
  IngressClassParams: SymbolKind.Struct,
  TargetGroupBinding: SymbolKind.Event,
  Secret: SymbolKind.Key,
  Namespace: SymbolKind.Namespace,
};

export function symbolKindOf(kind: string): SymbolKind {
  return KIND_SYMBOLS[kind] ?? SymbolKind.Object;
}

export function* documentSymbols(file: SourceFile): Steps<DocumentSymbol[]> {
  const found: DocumentSymbol[] = [];
  for (const at of file.located) {
    const { kind, name, namespace, root } = at.object;
    const detail = namespace === undefined ? kind : `${kind} in ${namespace}`;
    const head = { name: name ?? '(no name)', detail, kind: symbolKindOf(kind) };
    found.push(...symbol(at, head, root, nameSpan(at), yield* partsOf(at)));
    yield;
  }
  return found;
}

type Head = Pick<DocumentSymbol, 'name' | 'detail' | 'kind'>;

/** Editors refuse a symbol whose name stands outside of it, as it does behind an alias. */
function symbol(
  at: Located,
  head: Head,
  whole: Span,
  selected: Span,
  children: DocumentSymbol[] = [],
): DocumentSymbol[] {
  const inside = selected.start >= whole.start && selected.end <= whole.end;
  const [range] = rangesOf({ at, span: whole });
  const [selectionRange] = rangesOf({
    at,
    span: inside ? selected : { start: whole.start, end: whole.start },
  });
  if (range === undefined || selectionRange === undefined) return [];
  return [{ ...head, range, selectionRange, ...(children.length === 0 ? {} : { children }) }];
}

function* partsOf(at: Located): Steps<DocumentSymbol[]> {
  const { kind, root } = at.object;
  if (kind === 'Ingress')
    return yield* flatMapInSteps(itemsOf(nodeAt(root, 'spec', 'rules')), (rule) => ruleSymbol(at, rule));
  if (kind === 'Service')
    return itemsOf(nodeAt(root, 'spec', 'ports')).flatMap((port) => portSymbol(at, port));
  return [];
}

function* ruleSymbol(at: Located, rule: Node | undefined): Steps<DocumentSymbol[]> {
  if (rule === undefined) return [];
  const host = nodeAt(rule, 'host');
  const paths = yield* flatMapInSteps(itemsOf(nodeAt(rule, 'http', 'paths')), (path) => pathSymbol(at, path));
  const head = { name: textOf(host) ?? '*', kind: SymbolKind.Namespace };
  return symbol(at, head, rule, spanIn(at, host, rule), paths);
}

function* pathSymbol(at: Located, path: Node | undefined): Steps<DocumentSymbol[]> {
  if (path === undefined) return [];
  yield;
  const written = nodeAt(path, 'path');
  const service = nodeAt(path, 'backend', 'service');
  const port = textOf(nodeAt(service, 'port', 'name')) ?? textOf(nodeAt(service, 'port', 'number'));
  const target = [textOf(nodeAt(service, 'name')), port].filter((part) => part !== undefined).join(':');
  const detail = [textOf(nodeAt(path, 'pathType')), target === '' ? undefined : `to ${target}`];
  const head = {
    name: textOf(written) ?? '/',
    detail: detail.filter((part) => part !== undefined).join(' '),
    kind: SymbolKind.Function,
  };
  return symbol(at, head, path, spanIn(at, written, path));
}

function portSymbol(at: Located, port: Node | undefined): DocumentSymbol[] {
  if (port === undefined) return [];
  const number = nodeAt(port, 'port');
  const target = textOf(nodeAt(port, 'targetPort'));
  const named = [textOf(nodeAt(port, 'name')), textOf(number)].filter((part) => part !== undefined);
  const head = {
    name: named.length === 0 ? '(no port)' : named.join(' '),
    kind: SymbolKind.Property,
    ...(target === undefined ? {} : { detail: `to ${target}` }),
  };
  return symbol(at, head, port, spanIn(at, number, port));
}

/** Undefined for what has no text; editors refuse symbols without a name. */
function textOf(node: Node | undefined): string | undefined {
  const scalar = behind(node);
  return scalar?.kind === 'scalar' && scalar.value.trim() !== '' ? scalar.value : undefined;
}

function spanIn(at: Located, node: Node | undefined, whole: Span): Span {
  if (node?.kind === 'scalar') return scalarSpan(node, at.object.chunk.text);
  return { start: whole.start, end: whole.start };
}
