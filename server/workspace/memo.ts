/**
 * Remembers results together with what they were made from. Inputs have names; whoever reads one inside `cached` is
 * made anew after `touch` of that name, and nobody else is.
 */
export interface Memo {
  /** Notes that the running computation depends on an input. */
  read(input: string): void;
  /** An input changed: everything made from it is forgotten. */
  touch(input: string): void;
  /** The result for `id`, from memory if none of its inputs changed. Computations may use each other's results. */
  cached<T>(id: unknown, compute: () => T): T;
  /** Whether there is a result for `id` that is still right. */
  knows(id: unknown): boolean;
  forget(id: unknown): void;
}

interface Result {
  readonly value: unknown;
  readonly inputs: ReadonlySet<string>;
}

export function createMemo(): Memo {
  const results = new Map<unknown, Result>();
  const users = new Map<string, Set<unknown>>();
  const running: Set<string>[] = [];
  const note = (input: string) => running.at(-1)?.add(input);
  const forget = (id: unknown) => {
    for (const input of results.get(id)?.inputs ?? []) users.get(input)?.delete(id);
    results.delete(id);
  };
  return {
    read: note,
    forget,
    knows: (id) => results.has(id),
    touch(input) {
      for (const id of [...(users.get(input) ?? [])]) forget(id);
      users.delete(input);
    },
    cached<T>(id: unknown, compute: () => T): T {
      const known = results.get(id) ?? run(compute, running);
      if (!results.has(id)) {
        results.set(id, known);
        for (const input of known.inputs) remember(users, input, id);
      }
      // Whoever uses a result depends on what it was made from.
      for (const input of known.inputs) note(input);
      return known.value as T;
    },
  };
}

/** For workspaces that nobody edits: nothing is noted of what results were made from, and none is ever forgotten. */
export function createStillMemo(): Memo {
  const results = new Map<unknown, unknown>();
  const nothing = () => undefined;
  return {
    read: nothing,
    touch: nothing,
    forget: (id) => results.delete(id),
    knows: (id) => results.has(id),
    cached<T>(id: unknown, compute: () => T): T {
      if (!results.has(id)) results.set(id, compute());
      return results.get(id) as T;
    },
  };
}

function run(compute: () => unknown, running: Set<string>[]): Result {
  const inputs = new Set<string>();
  running.push(inputs);
  try {
    return { value: compute(), inputs };
  } finally {
    running.pop();
  }
}

function remember(users: Map<string, Set<unknown>>, input: string, id: unknown): void {
  const known = users.get(input) ?? new Set();
  users.set(input, known);
  known.add(id);
}
