/** Objects of all files by name, kind or host. Looked through only when somebody asks. */
import type { WorkspaceSymbol } from 'vscode-languageserver-types';
import { SymbolKind } from 'vscode-languageserver-types';
import type { Steps } from '../turns';
import type { Located, Workspace } from '../workspace/workspace';
import { behind, itemsOf, nodeAt } from '../yaml/node';
import { symbolKindOf } from './documentSymbols';
import { locationsOf, namePlace, type Place } from './places';
import { writtenAt } from './symbol';

const MOST = 500;

export function* workspaceSymbols(workspace: Workspace, query: string): Steps<WorkspaceSymbol[]> {
  const found: WorkspaceSymbol[] = [];
  const fits = matcher(query);
  for (const { located } of workspace.files()) {
    for (const at of located) {
      found.push(...symbolsOf(at, fits));
      if (found.length >= MOST) return found.slice(0, MOST);
      yield;
    }
  }
  return found;
}

type Fits = (text: string) => boolean;

/** As the protocol wants it: the letters of the query in their order, whatever is between them. */
function matcher(query: string): Fits {
  const letters = [...query.toLowerCase().replace(/\s+/g, '')];
  return (text) => {
    let at = 0;
    for (const char of text.toLowerCase()) if (char === letters[at]) at++;
    return at >= letters.length;
  };
}

function symbolsOf(at: Located, fits: Fits): WorkspaceSymbol[] {
  const { kind, name, namespace } = at.object;
  if (name === undefined) return [];
  const title = `${kind} ${name}`;
  const own = fits(title) ? symbol(title, symbolKindOf(kind), namespace, namePlace(at)) : [];
  return kind === 'Ingress' ? [...own, ...hosts(at, title, fits)] : own;
}

function hosts(at: Located, title: string, fits: Fits): WorkspaceSymbol[] {
  return itemsOf(nodeAt(at.object.root, 'spec', 'rules')).flatMap((rule, index) => {
    const host = behind(nodeAt(rule, 'host'));
    const written = writtenAt(at, ['spec', 'rules', index, 'host']);
    if (host?.kind !== 'scalar' || written === undefined || !fits(host.value)) return [];
    return symbol(host.value, SymbolKind.Namespace, title, { at, span: written.span });
  });
}

function symbol(
  name: string,
  kind: SymbolKind,
  container: string | undefined,
  place: Place,
): WorkspaceSymbol[] {
  return locationsOf([place]).map((location) => ({
    name,
    kind,
    location,
    ...(container === undefined ? {} : { containerName: container }),
  }));
}
