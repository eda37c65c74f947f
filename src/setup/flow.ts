import { setTimeout as sleep } from 'node:timers/promises';
import { Cancelled, explainShort, UserError } from '../errors';
import type { Host } from '../reconcile/host';
import type { Action } from './action';
import { perform } from './perform';
import { planLines } from './planText';
import type { StepPlan, StepReport } from './report';
import { caller, refreshed, type Setup } from './setup';
import type { Step } from './step';
import type { StepId } from './stepIds';

/** Looks at every step, at the same time where they do not need each other. Never throws for a step: what fails is `unknown`. */
export async function survey(
  setup: Setup,
  steps: readonly Step[],
  tell: (report: StepReport) => void = () => undefined,
): Promise<StepReport[]> {
  const asked = new Map<StepId, Promise<StepReport>>();
  for (const step of steps) {
    // Requirements stand before the steps that have them (a test of the table).
    const needed = step.requires.flatMap((id) => asked.get(id) ?? []);
    const report = reportOf(setup, step, needed).then((made) => {
      tell(made);
      return made;
    });
    asked.set(step.id, report);
  }
  return Promise.all(asked.values());
}

async function reportOf(
  setup: Setup,
  step: Step,
  needed: readonly Promise<StepReport>[],
): Promise<StepReport> {
  try {
    const skipped = await step.skip?.(setup);
    if (skipped !== undefined) return { step, state: 'skipped', evidence: [skipped] };
    const missing = (await Promise.all(needed)).filter(
      ({ state }) => state !== 'done' && state !== 'skipped',
    );
    if (missing.length > 0) {
      const waitsFor = missing.map((one) => one.step.title).join(', ');
      return { step, state: 'blocked', evidence: [`Waits for: ${waitsFor}.`] };
    }
    const { state, evidence } = await step.check(setup);
    return { step, state: state === 'true' ? 'done' : state === 'false' ? 'todo' : 'unknown', evidence };
  } catch (error) {
    return { step, state: 'unknown', evidence: [explainShort(error)] };
  }
}

/** What is left to do, of all steps; of those that wait for others, as far as it can be told by now. */
export async function planSetup(setup: Setup, steps: readonly Step[]): Promise<StepPlan[]> {
  const reports = await survey(setup, steps);
  return Promise.all(reports.map((report) => planned(setup, report)));
}

async function planned(setup: Setup, report: StepReport): Promise<StepPlan> {
  const open = report.state === 'todo' || report.state === 'blocked';
  if (!open) return { ...report, actions: [] };
  try {
    return { ...report, actions: await report.step.plan(setup) };
  } catch (error) {
    return { ...report, evidence: [...report.evidence, explainShort(error)], actions: [] };
  }
}

export interface FlowOptions {
  readonly host: Host;
  readonly signal: AbortSignal;
  /** Told of every step as it is looked at, and again when it was done. */
  readonly tell?: (report: StepReport) => void;
}

/** Makes every step true that is not: one after the other, each looked at again before and after. Stops at the first that does not become true. */
export async function applySetup(
  setup: Setup,
  steps: readonly Step[],
  options: FlowOptions,
): Promise<StepReport[]> {
  const reports: StepReport[] = [];
  let changed = false;
  for (const [at, step] of steps.entries()) {
    refuseWhenStopped(options.signal);
    const needed = reports.filter((one) => step.requires.includes(one.step.id));
    const found = await reportOf(
      refreshed(setup),
      step,
      needed.map((one) => Promise.resolve(one)),
    );
    const told = found.state === 'done' || found.state === 'skipped' ? 'debug' : 'info';
    options.host.notify({ level: told, text: step.title, progress: { done: at + 1, total: steps.length } });
    const report: StepReport =
      found.state === 'todo' ? await applyStep(setup, step, { ...options, changed }) : found;
    changed ||= found.state === 'todo' && report.state === 'done';
    options.tell?.(report);
    reports.push(report);
  }
  return reports;
}

/**
 * Runs the plan of one step, and looks until it is true or its patience is over. A step that does nothing itself is
 * waited for where something was `changed` before.
 */
export async function applyStep(
  setup: Setup,
  step: Step,
  options: FlowOptions & { readonly changed?: boolean },
): Promise<StepReport> {
  const actions = await step.plan(refreshed(setup));
  await askFirst(setup, step, actions, options.host);
  await performAll(setup, actions, options);
  const waits = actions.length > 0 || options.changed === true;
  const until = waits ? Date.now() + (step.patience ?? 0) : 0;
  for (;;) {
    const report = await reportOf(refreshed(setup), step, []);
    if (report.state === 'done' || Date.now() >= until) return report;
    await pause(1_000, options.signal);
  }
}

async function performAll(
  setup: Setup,
  actions: readonly Action[],
  { host, signal }: FlowOptions,
): Promise<void> {
  for (const action of actions) {
    refuseWhenStopped(signal);
    host.notify({ level: 'info', text: action.text });
    await perform(setup, action, signal);
  }
}

/** What is deleted or replaced is named in a question; the rest was agreed to with the whole plan. */
async function askFirst(setup: Setup, step: Step, actions: readonly Action[], host: Host): Promise<void> {
  const lost = actions.flatMap(({ loses }) => loses ?? []);
  if (lost.length === 0) return;
  const agreed = await host.confirm({
    title: `${step.title}: delete or replace ${lost.length === 1 ? 'this' : `these ${lost.length}`}?`,
    facts: [...(await placeFacts(setup)), ...lost.map((one) => `Lost: ${one}`)],
    details: planLines(setup, step, actions).join('\n'),
    destructive: true,
  });
  if (!agreed) throw new Cancelled(`${step.title} was declined; nothing of it was changed.`);
}

/** Where something would happen, for questions. The account is not known where signing in is a part of what is asked for. */
export async function placeFacts(setup: Setup): Promise<string[]> {
  const account = await caller(setup).then(
    (known) => known.account,
    () => 'known after signing in',
  );
  return [`Account: ${account}`, `Region: ${setup.aws.region}`, `Cluster: ${setup.clusterName}`];
}

/** What taking everything back would do, last step first. A step that must not be taken back yet says why. */
export async function planUndo(setup: Setup, steps: readonly Step[]): Promise<StepPlan[]> {
  const ordered = [...steps].reverse();
  return Promise.all(
    ordered.map(async (step): Promise<StepPlan> => {
      if (step.undo === undefined) return { step, state: 'skipped', evidence: [], actions: [] };
      try {
        const actions = await step.undo(setup);
        return { step, state: actions.length === 0 ? 'skipped' : 'todo', evidence: [], actions };
      } catch (error) {
        return { step, state: 'unknown', evidence: [explainShort(error)], actions: [] };
      }
    }),
  );
}

/** Takes steps back, last first; each asks before it deletes. Stops where one refuses; what others use (`setup-kept`) is left and told. */
export async function undoSetup(
  setup: Setup,
  steps: readonly Step[],
  options: FlowOptions,
): Promise<StepReport[]> {
  const reports: StepReport[] = [];
  const ordered = [...steps].reverse().filter(({ undo }) => undo !== undefined);
  for (const [at, step] of ordered.entries()) {
    refuseWhenStopped(options.signal);
    const actions = await undoOf(setup, step);
    if (!isActions(actions)) {
      options.tell?.(actions);
      reports.push(actions);
      continue;
    }
    if (actions.length === 0) continue;
    options.host.notify({
      level: 'info',
      text: step.title,
      progress: { done: at + 1, total: ordered.length },
    });
    await askFirst(setup, step, actions, options.host);
    await performAll(setup, actions, options);
    const report: StepReport = { step, state: 'todo', evidence: actions.map(({ text }) => text) };
    options.tell?.(report);
    reports.push(report);
  }
  return reports;
}

async function undoOf(setup: Setup, step: Step): Promise<readonly Action[] | StepReport> {
  try {
    return (await step.undo?.(refreshed(setup))) ?? [];
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'setup-kept') throw error;
    return { step, state: 'skipped', evidence: [explainShort(error)] };
  }
}

function isActions(found: readonly Action[] | StepReport): found is readonly Action[] {
  return Array.isArray(found);
}

function refuseWhenStopped(signal: AbortSignal): void {
  if (signal.aborted) throw new Cancelled();
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch {
    throw new Cancelled();
  }
}
