import { groupIdText } from '../model/groupId';
import { stackJson } from '../model/stack';
import { oneLine, printableJson } from '../printable';
import { refusalLine } from '../reconcile/advice';
import { adviceLines } from '../reconcile/advice/advice';
import { stuckLines } from '../reconcile/advice/stuck';
import { identifiedPlan, planOf } from '../reconcile/engine';
import { holdingLease } from '../reconcile/hold';
import { isNothing, namedIn, ownersOf } from '../reconcile/owner';
import { changesOf, type Plan } from '../reconcile/plan';
import { planJson } from '../reconcile/planJson';
import { planText } from '../reconcile/planText';
import { refuseRunningController, unprovision } from '../reconcile/provision';
import { savePlan } from '../reconcile/savedPlan';
import { type ExitCode, engineFor, manifestsOf, nothingNamed, selectionOf, wantedOf } from './given';
import type { FileOptions } from './options';
import { reportOutcome, runPlan } from './outcome';
import { writeSavedPlan } from './savedPlan';
import { type Terminal, terminalHost } from './terminal';

/** `ekslb model`: the desired stack of every group of the manifests. Changes nothing. */
export async function modelCommand(options: FileOptions, terminal: Terminal): Promise<ExitCode> {
  if ((options.file ?? []).length === 0) throw nothingNamed(options);
  const { objects: manifests, isNothing, worst } = await manifestsOf(options, terminal);
  if (isNothing) return 1;
  const engine = await engineFor(options, terminal);
  const wanted = namedIn(manifests);
  const plan = await planOf(engine, ownersOf(wanted), manifests);
  const built = plan.groups.flatMap(({ owner, stack }) =>
    stack === undefined ? [] : [{ group: groupIdText(owner.group), stack: stackJson(stack) }],
  );
  terminal.out(printableJson(built));
  return worst(reportRefusals(plan, wanted.ingress, terminal));
}

/** The controller's line of each refusal and the advice; a table that stands in the printed plan is not told again. */
function reportRefusals(
  plan: Plan,
  keys: ReadonlySet<string> | undefined,
  terminal: Terminal,
  form: 'whole' | 'short' = 'whole',
): ExitCode {
  const misplaced = plan.misplaced.filter(({ key }) => keys === undefined || keys.has(key));
  const refused = plan.groups.filter(({ refusal }) => refusal !== undefined);
  for (const { key, message } of misplaced) terminal.err(oneLine(`${key}: ${message}`));
  for (const group of refused) {
    terminal.err(oneLine(`${groupIdText(group.owner.group)}: ${refusalLine(group)}`));
    const lines = group.advice === undefined ? [] : adviceLines(group.advice, form);
    for (const line of lines) terminal.err(`  ${oneLine(line)}`);
  }
  return misplaced.length + refused.length > 0 ? 1 : 0;
}

export interface PlanOptions extends FileOptions {
  /** Where the plan is saved, for `ekslb apply FILE`. */
  readonly out?: string;
}

/** `ekslb plan`: what would change in AWS and in the cluster. */
export async function planCommand(options: PlanOptions, terminal: Terminal): Promise<ExitCode> {
  const { objects: manifests, sources, isNothing, worst } = await manifestsOf(options, terminal);
  if (isNothing) return 1;
  const select = selectionOf(options, manifests);
  const engine = await engineFor(options, terminal);
  const [identity, plan] = await identifiedPlan(engine, select, manifests);
  terminal.out(
    options.json === true ? printableJson(planJson(plan, engine)) : planText(plan, engine, identity),
  );
  const keys = options.all === true ? undefined : namedIn(manifests).ingress;
  if (reportRefusals(plan, keys, terminal, options.json === true ? 'whole' : 'short') !== 0) return 1;
  if (options.out !== undefined) {
    const { ingress, service } = wantedOf(options, manifests);
    const selection = { all: options.all === true, ingress: [...ingress], service: [...service] };
    const saved = savePlan(plan, engine, identity, selection, sources, new Date());
    await writeSavedPlan(options.out, saved);
    terminal.err(`Saved; run exactly this with: ekslb apply ${options.out}`);
  }
  return worst(changesOf(plan).length > 0 ? 3 : 0);
}

export interface SyncOptions extends FileOptions {
  readonly verify?: boolean;
}

/** `ekslb sync`: brings AWS in line with what is in the cluster, once; objects being deleted included. */
export async function syncCommand(
  options: SyncOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<ExitCode> {
  const select = selectionOf(options, []);
  const engine = await engineFor(options, terminal);
  await refuseRunningController(engine.kube);
  // Held from before the plan on: what is shown is what will be done.
  return holdingLease(engine, terminalHost(terminal, options), signal, async (held) => {
    const plan = await planOf(held.engine, select, [], options.verify === true ? 'nothing' : 'checkpoints');
    const code = await runPlan(held, plan, options, terminal);
    const misplaced = options.all === true ? plan.misplaced : [];
    for (const { key, message } of misplaced) terminal.err(oneLine(`${key}: ${message}`));
    for (const one of options.all === true ? (plan.stuck ?? []) : [])
      for (const line of stuckLines(one)) terminal.err(oneLine(line));
    return code === 0 && misplaced.length > 0 ? 1 : code;
  });
}

/** `ekslb delete`: the AWS resources, then the finalizer, then the object. */
export async function deleteCommand(
  options: FileOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<ExitCode> {
  const { objects, isNothing: isNothingLeft, worst } = await manifestsOf(options, terminal);
  if (isNothingLeft) return 1;
  const wanted = wantedOf(options, objects);
  if (isNothing(wanted)) throw nothingNamed(options);
  const engine = await engineFor(options, terminal);
  const outcome = await unprovision(engine, wanted, terminalHost(terminal, options), signal);
  return worst(outcome === undefined ? 0 : reportOutcome(outcome, terminal));
}
