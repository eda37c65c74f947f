import { isDeepStrictEqual } from 'node:util';
import { type Case, type Recorded, recordedOf } from './case';
import { differences } from './differences';
import { inOrder, type JsonObject } from './json';
import type { Stack } from './stack';
import type { State } from './state';
import { comparableStack, comparableState, type Tolerance, toleranceOf } from './tolerance';

export const ASPECTS = ['model', 'state', 'objects', 'error'] as const;
export type Aspect = (typeof ASPECTS)[number];

/** What an engine did in one step; everything with placeholders instead of ids. */
export interface Run {
  readonly stacks: readonly Stack[];
  readonly modelExit: number | null;
  readonly modelOutput: string;
  /** What is wrong with what `model` printed; empty if nothing. */
  readonly modelProblem: string;
  /** Calls of `model` that change AWS. */
  readonly modelWrites: number;
  readonly exit: number | null;
  readonly output: string;
  readonly state: State;
  readonly objects: Readonly<Record<string, JsonObject>>;
  /** AWS calls of `sync`, and those of them that change something. */
  readonly calls: number;
  readonly writes: number;
}

export type Problems = Readonly<Record<Aspect, readonly string[]>>;

/** The differences between a run and its recording, aspect by aspect. */
export function compareStep(testCase: Case, step: number, run: Run): Problems {
  const recorded = recordedOf(testCase, step);
  const tolerance = toleranceOf(testCase.text);
  const model = modelViews(testCase, step, run.stacks, tolerance);
  return {
    model: [
      ...(run.modelWrites > 0 ? [`${run.modelWrites} calls that change AWS`] : []),
      ...(run.modelProblem === '' ? [] : [run.modelProblem]),
      ...wrongEnd(run.modelExit, [buildFails(recorded) ? 1 : 0], run.modelOutput),
      ...differences(model.expected, model.found),
    ],
    state: differences(comparableState(recorded.state, tolerance), comparableState(run.state, tolerance)),
    objects: differences(inOrder(recorded.objects), inOrder(run.objects)),
    error: errorProblems(recorded, run),
  };
}

type Stacks = Record<string, Stack>;

function modelViews(
  testCase: Case,
  step: number,
  printed: readonly Stack[],
  tolerance: Tolerance,
): { expected: Stacks; found: Stacks } {
  const last = new Map<string, Stack | undefined>();
  for (const { stack } of testCase.recorded.slice(0, step)) {
    for (const [id, model] of Object.entries(stack)) last.set(id, comparableStack(model, tolerance));
  }
  const expected: Stacks = {};
  const expect = (id: string) => {
    const model = last.get(id);
    if (model !== undefined) expected[id] = model;
  };
  for (const id of Object.keys(recordedOf(testCase, step).stack)) expect(id);
  const found: Stacks = {};
  for (const stack of printed.map((one) => comparableStack(one, tolerance))) {
    if (stack === undefined) continue;
    expect(stack.id);
    if (!(stack.id in found) || isDeepStrictEqual(stack, expected[stack.id])) found[stack.id] = stack;
  }
  return { expected, found };
}

const OPTIONAL_ERRORS = ['failed to update service status'];
const BUILD_FAILURES = ['FailedBuildModel', 'FailedLoadGroupID'];

/** Texts that the engine has to print, and whether it may fail although nothing is demanded. */
export function expectedErrors({ errors, events }: Recorded): { demanded: string[]; mayFail: boolean } {
  const failed = events.filter(({ type, reason }) => type === 'Warning' && reason.startsWith('Failed'));
  const texts = new Set([
    ...errors.map(({ error }) => error),
    ...failed.map(({ message }) => cut(message, ' due to ')[1] ?? message),
  ]);
  const demanded = [...texts].filter((text) => !OPTIONAL_ERRORS.some((start) => text.startsWith(start)));
  return { demanded, mayFail: demanded.length < texts.size };
}

/** Whether the recorded failure came while a model was built, so that `model` has to fail as well. */
export function buildFails({ events }: Recorded): boolean {
  return events.some(({ reason }) => BUILD_FAILURES.includes(reason));
}

/** Whether the output holds a recorded reason; of an error of AWS the code and the message. */
export function says(output: string, text: string): boolean {
  const said = squeezed(output);
  const wanted = squeezed(text);
  if (said.includes(wanted)) return true;
  const [own = '', ofAws] = cut(wanted, 'operation error ');
  const found = /RequestID: [^,]*, (?:api error )?([\w.]+): (.*)/.exec(ofAws ?? '');
  return found !== null && [own.trim(), ...found.slice(1)].every((part) => said.includes(part));
}

function cut(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

function squeezed(text: string): string {
  return text.split(/\s+/).filter(Boolean).join(' ');
}

function errorProblems(recorded: Recorded, { exit, output }: Run): string[] {
  const { demanded, mayFail } = expectedErrors(recorded);
  const allowed = demanded.length > 0 ? [1] : mayFail ? [0, 1] : [0];
  const unsaid = demanded.filter((text) => !says(output, text)).map((text) => `not said: ${text}`);
  return [...wrongEnd(exit, allowed, output), ...unsaid];
}

function wrongEnd(exit: number | null, allowed: readonly number[], output: string): string[] {
  if (exit !== null && allowed.includes(exit)) return [];
  const ended = exit === null ? 'stopped by the runner' : `exit code ${exit}`;
  const last = output.trim().split('\n').at(-1) || '(no output)';
  return [`${ended}, ${allowed.join(' or ')} expected: ${last.slice(0, 200)}`];
}
