import type { Terminal } from '../../src/cli/terminal';

export interface TestTerminal extends Terminal {
  readonly printed: { readonly out: string[]; readonly err: string[] };
}

/** A terminal at which nobody sits, and what was printed there. */
export function testTerminal(): TestTerminal {
  const printed = { out: [] as string[], err: [] as string[] };
  return {
    printed,
    interactive: false,
    out: (text) => void printed.out.push(text),
    exact: (text) => void printed.out.push(text),
    err: (text) => void printed.err.push(text),
  };
}
