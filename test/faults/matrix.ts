import { isDeepStrictEqual } from 'node:util';
import { differences } from '../conformance/differences';
import type { Left } from '../conformance/handover';
import { AWS_KINDS, appliesTo, type FaultKind, KUBE_KINDS } from './kinds';
import { killAt, type Rig } from './rig';
import { PHASES, type Phase, type Scenario, type Stage, stageOf } from './scenario';

/** Who is disturbed. */
export type Side = 'aws' | 'kube';

/** One run that is disturbed at one call in one way. */
export interface Cell {
  readonly scenario: Scenario;
  readonly phase: Phase;
  readonly side: Side;
  /** Counted from 1. */
  readonly nth: number;
  /** The call that an undisturbed run makes there. */
  readonly call: string;
  readonly kind: FaultKind;
}

export interface Result {
  readonly cell: Cell;
  /** Whether the run got as far as that call. */
  readonly reached: boolean;
  /** What is wrong; empty where all is well. */
  readonly problems: readonly string[];
}

/** The end of an undisturbed run, and the calls that lead there. */
interface Undisturbed {
  readonly end: Left;
  readonly calls: Readonly<Record<Side, readonly string[]>>;
}

export type Life = Readonly<Record<Phase, Undisturbed>>;

/** A life without disturbance: what the others are compared with. */
export async function undisturbedLife(rig: Rig, stage: Stage): Promise<Life> {
  const phase = async (one: Phase): Promise<Undisturbed> => {
    await stage.ask(one);
    arm(rig, undefined, undefined);
    const failure = await rig.disturbed();
    if (failure !== undefined) throw new Error(`the undisturbed run fails: ${failure}`);
    const calls = { aws: [...rig.aws.calls()], kube: [...rig.kube.calls()] };
    return { end: await rig.read(), calls };
  };
  const up = await phase('up');
  const change = await phase('change');
  return { up, change, down: await phase('down') };
}

export function cellsOf(scenario: Scenario, life: Life): Cell[] {
  const sides = [
    ['aws', AWS_KINDS],
    ['kube', KUBE_KINDS],
  ] as const;
  return PHASES.flatMap((phase) =>
    sides.flatMap(([side, kinds]) =>
      life[phase].calls[side].flatMap((call, at) =>
        kinds
          .filter((kind) => appliesTo(kind, call))
          .map((kind) => ({ scenario, phase, side, nth: at + 1, call, kind })),
      ),
    ),
  );
}

/** Lives one life after the other, each disturbed once in every phase. */
export async function runCells(
  rig: Rig,
  scenario: Scenario,
  life: Life,
  cells: readonly Cell[],
  tell: (result: Result) => void,
): Promise<void> {
  const waiting = (one: Phase) => cells.filter(({ phase }) => phase === one);
  const lives = Math.max(...PHASES.map((phase) => waiting(phase).length));
  let stage = stageOf(rig, scenario);
  for (let at = 0; at < lives; at++) {
    for (const phase of PHASES) {
      const result = await runCell(rig, stage, life[phase], phase, waiting(phase)[at]);
      if (result.cell !== undefined) tell({ ...result, cell: result.cell });
      if (result.problems.length === 0) continue;
      // What went wrong here is not to be found again in all that follow.
      stage = await begin(rig, scenario);
      await settle(rig, stage, phase);
    }
  }
}

export async function begin(rig: Rig, scenario: Scenario): Promise<Stage> {
  await rig.reset();
  const stage = stageOf(rig, scenario);
  await stage.prepare();
  return stage;
}

/** Lives undisturbed up to the end of a phase. */
async function settle(rig: Rig, stage: Stage, phase: Phase): Promise<void> {
  if (phase === 'down') return;
  for (const one of PHASES.slice(0, PHASES.indexOf(phase) + 1)) {
    await stage.ask(one);
    await rig.sync();
  }
}

/** Without a cell the phase runs undisturbed, which the next one needs. */
async function runCell(
  rig: Rig,
  stage: Stage,
  { end }: Undisturbed,
  phase: Phase,
  cell: Cell | undefined,
): Promise<{ cell: Cell | undefined; reached: boolean; problems: string[] }> {
  await stage.ask(phase);
  const { reached, problem } = cell === undefined ? UNDISTURBED : await disturb(rig, cell);
  const failure = await rig.sync();
  const found = await rig.read();
  const problems = [
    ...(problem === undefined ? [] : [problem]),
    ...(failure === undefined ? [] : [`the next run fails: ${failure}`]),
    ...(isDeepStrictEqual(found, end) ? [] : differences(end, found)),
  ];
  return { cell, reached, problems };
}

const UNDISTURBED = { reached: true, problem: undefined };

interface Disturbed {
  readonly reached: boolean;
  readonly problem: string | undefined;
}

/** Runs with what the cell says, until nothing is on its way. */
export async function disturb(
  rig: Rig,
  { side, nth, kind }: Pick<Cell, 'side' | 'nth' | 'kind'>,
): Promise<Disturbed> {
  arm(rig, side, { ...kind.fault, nth });
  const disturbed = kind.kill === true ? await killed(rig, side) : await survived(rig, side, nth, kind);
  await Promise.all([rig.aws.quiet(), rig.kube.quiet()]);
  arm(rig, undefined, undefined);
  return disturbed;
}

export function arm(rig: Rig, side: Side | undefined, fault: Parameters<Rig['aws']['arm']>[0]): void {
  rig.aws.arm(side === 'aws' ? fault : undefined);
  rig.kube.arm(side === 'kube' ? fault : undefined);
}

async function killed(rig: Rig, side: Side): Promise<Disturbed> {
  return { reached: await killAt(await rig.start(), rig[side]), problem: undefined };
}

/** Long enough for the services here on a busy machine. */
const SILENCE_MS = 1000;

async function survived(rig: Rig, side: Side, nth: number, { run, fault }: FaultKind): Promise<Disturbed> {
  const failure = await rig.disturbed(fault.answer === 'hang' ? SILENCE_MS : undefined);
  const reached = rig[side].calls().length >= nth;
  const ended = failure === undefined ? 'succeeds' : 'fails';
  if (!reached || run === undefined || run === ended) return { reached, problem: undefined };
  return {
    reached,
    problem: `the run ${ended} but should not${failure === undefined ? '' : `: ${failure}`}`,
  };
}
