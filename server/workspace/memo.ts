/**
 * Remembers results together with what they were made from. Inputs have names; whoever reads one inside `cached` is
 * made anew after `touch` of that name, and nobody else is.
 */
import type { Steps } from '../turns';

export interface Memo {
  /** Notes that the running computation depends on an input. */
  read(input: string): void;
  /** An input changed: everything made from it is forgotten. */
  touch(input: string): void;
  /** The result for `id`, from memory if none of its inputs changed. Computations may use each other's results. */
  cached<T>(id: unknown, compute: () => T): T;
  /** The same for one that is made in steps. One whose inputs change between two of them is not remembered. */
  cachedInSteps<T>(id: unknown, compute: () => Steps<T>): Steps<T>;
  /** Whether there is a result for `id` that is still right. */
  knows(id: unknown): boolean;
  forget(id: unknown): void;
}

interface Result {
  readonly value: unknown;
  readonly inputs: ReadonlySet<string>;
}

interface Computation {
  readonly id: unknown;
  readonly inputs: Set<string>;
  /** Something that it was made from has changed since it was begun. */
  stale: boolean;
}

export function createMemo(): Memo {
  const results = new Map<unknown, Result>();
  const users = new Map<string, Set<unknown>>();
  const running: Computation[] = [];
  /** Those in steps; others may run, and inputs change, between two of them. */
  const begun = new Set<Computation>();
  const note = (input: string) => running.at(-1)?.inputs.add(input);
  const forgetResult = (id: unknown) => {
    for (const input of results.get(id)?.inputs ?? []) users.get(input)?.delete(id);
    results.delete(id);
  };
  const outdate = (which: (computation: Computation) => boolean) => {
    for (const one of begun) if (which(one)) one.stale = true;
  };
  const keep = (id: unknown, result: Result) => {
    results.set(id, result);
    for (const input of result.inputs) remember(users, input, id);
  };
  /** Whoever uses a result depends on what it was made from. */
  const use = <T>({ value, inputs }: Result): T => {
    for (const input of inputs) note(input);
    return value as T;
  };
  return {
    read: note,
    forget(id) {
      forgetResult(id);
      outdate((one) => one.id === id);
    },
    knows: (id) => results.has(id),
    touch(input) {
      for (const id of [...(users.get(input) ?? [])]) forgetResult(id);
      users.delete(input);
      outdate(({ inputs }) => inputs.has(input));
    },
    cached<T>(id: unknown, compute: () => T): T {
      const known = results.get(id) ?? run(id, compute, running);
      if (!results.has(id)) keep(id, known);
      return use(known);
    },
    *cachedInSteps<T>(id: unknown, compute: () => Steps<T>): Steps<T> {
      const known = results.get(id);
      if (known !== undefined) return use(known);
      const computation: Computation = { id, inputs: new Set(), stale: false };
      begun.add(computation);
      try {
        const { inputs } = computation;
        const result = { value: yield* resumed(whole(compute), computation, running), inputs };
        const outer = running.at(-1);
        if (computation.stale && outer !== undefined) outer.stale = true;
        // Somebody who could not wait may have made it meanwhile.
        if (!computation.stale && !results.has(id)) keep(id, result);
        return use(result);
      } finally {
        begun.delete(computation);
      }
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
    *cachedInSteps<T>(id: unknown, compute: () => Steps<T>): Steps<T> {
      if (!results.has(id)) results.set(id, yield* compute());
      return results.get(id) as T;
    },
  };
}

function run(id: unknown, compute: () => unknown, running: Computation[]): Result {
  const inputs = new Set<string>();
  running.push({ id, inputs, stale: false });
  try {
    return { value: compute(), inputs };
  } finally {
    running.pop();
  }
}

/** What is read before the first step counts, too. */
function* whole<T>(compute: () => Steps<T>): Steps<T> {
  return yield* compute();
}

/** Between two steps it is not the one that runs. */
function* resumed<T>(steps: Steps<T>, computation: Computation, running: Computation[]): Steps<T> {
  try {
    for (;;) {
      const step = resume(steps, computation, running);
      if (step.done === true) return step.value;
      yield;
    }
  } finally {
    steps.return(undefined as T);
  }
}

function resume<T>(
  steps: Steps<T>,
  computation: Computation,
  running: Computation[],
): IteratorResult<void, T> {
  running.push(computation);
  try {
    return steps.next();
  } finally {
    running.pop();
  }
}

function remember(users: Map<string, Set<unknown>>, input: string, id: unknown): void {
  const known = users.get(input) ?? new Set();
  users.set(input, known);
  known.add(id);
}
