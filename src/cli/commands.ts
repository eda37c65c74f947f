import type { Identity } from '../aws/clients';
import { explain, UserError } from '../errors';
import { type Manifest, readManifests, readText } from '../kube/manifests';
import type { KubeObject } from '../kube/types';
import { groupIdText } from '../model/groupId';
import { stackJson } from '../model/stack';
import { oneLine, printableJson } from '../printable';
import { refusalLine } from '../reconcile/advice';
import { adviceLines } from '../reconcile/advice/advice';
import { stuckLines } from '../reconcile/advice/stuck';
import {
  type Engine,
  type EngineOptions,
  identifiedPlan,
  identityOf,
  openEngine,
  planOf,
  run,
} from '../reconcile/engine';
import { healthText, waitForHealth } from '../reconcile/health';
import { type Holding, holdingLease } from '../reconcile/hold';
import { isNothing, type Named, named, namedIn, ownersOf, type Selection } from '../reconcile/owner';
import { changesOf, type Plan } from '../reconcile/plan';
import { planJson } from '../reconcile/planJson';
import { bindingsWithoutTargets, planText, questionOf, unprovenText } from '../reconcile/planText';
import {
  dnsNamesOf,
  failuresOf,
  nothingToServe,
  type Provisioned,
  provision,
  refuseRunningController,
  unprovision,
} from '../reconcile/provision';
import type { Outcome } from '../reconcile/run';
import {
  manifestsOfSaved,
  parseSavedPlan,
  refuseOtherPlace,
  refuseOtherPlan,
  savePlan,
} from '../reconcile/savedPlan';
import type { CommonOptions, FileOptions } from './options';
import { writeSavedPlan } from './savedPlan';
import { type Terminal, terminalHost } from './terminal';

/** Exit codes of the contract: 0 done or no change, 1 failed, 2 bad usage, 3 changes (`plan`), 4 the plan has changed. */
export type ExitCode = 0 | 1 | 2 | 3 | 4;

const EVERYTHING: Selection = () => true;
const HEALTH_PATIENCE_MS = 5 * 60_000;

/** The engine for a command; a cluster that EKS does not know is told of once, before anything else. */
export async function engineFor(options: EngineOptions, terminal: Terminal): Promise<Engine> {
  const engine = await openEngine(options);
  const unproven = unprovenText(engine);
  if (unproven !== undefined) terminal.err(`note: ${unproven}`);
  return engine;
}

async function manifestsOf(options: FileOptions): Promise<KubeObject[]> {
  return objectsOf(await readManifests(options.file ?? []));
}

function objectsOf(manifests: readonly Manifest[]): KubeObject[] {
  return manifests.map(({ object }) => object);
}

function selectionOf(options: FileOptions, manifests: readonly KubeObject[]): Selection {
  if (options.all === true) return EVERYTHING;
  const wanted = wantedOf(options, manifests);
  if (isNothing(wanted)) throw nothingNamed(options);
  return ownersOf(wanted);
}

/** What the options name, and what stands in the manifests. */
function wantedOf(options: FileOptions, manifests: readonly KubeObject[]): Named {
  const { ingress, service } = namedIn(manifests);
  return named([...ingress, ...(options.ingress ?? [])], [...service, ...(options.service ?? [])]);
}

function nothingNamed(options: FileOptions): UserError {
  if ((options.file ?? []).length > 0) return nothingToServe();
  return new UserError('usage', 'Nothing is named to work on.', {
    advice: 'Name files with -f, objects with --ingress or --service NAMESPACE/NAME, or --all.',
  });
}

/** `ekslb model`: the desired stack of every group of the manifests. Changes nothing. */
export async function modelCommand(options: FileOptions, terminal: Terminal): Promise<ExitCode> {
  if ((options.file ?? []).length === 0) throw nothingNamed(options);
  const manifests = await manifestsOf(options);
  const engine = await engineFor(options, terminal);
  const wanted = namedIn(manifests);
  const plan = await planOf(engine, ownersOf(wanted), manifests);
  const built = plan.groups.flatMap(({ owner, stack }) =>
    stack === undefined ? [] : [{ group: groupIdText(owner.group), stack: stackJson(stack) }],
  );
  terminal.out(printableJson(built));
  return reportRefusals(plan, wanted.ingress, terminal);
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
  const sources = await readManifests(options.file ?? []);
  const manifests = objectsOf(sources);
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
  return changesOf(plan).length > 0 ? 3 : 0;
}

export interface ApplyOptions extends FileOptions {
  readonly wait?: boolean;
}

/** `ekslb apply`: manifests into the cluster, then the load balancers. With a file, exactly the plan that was saved. */
export async function applyCommand(
  file: string | undefined,
  options: ApplyOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<ExitCode> {
  if (file !== undefined) return applySaved(file, options, terminal, signal);
  const manifests = await manifestsOf(options);
  const engine = await engineFor(options, terminal);
  const host = terminalHost(terminal, options);
  const result = await provision(engine, manifests, host, signal);
  return reportProvisioned({ engine, host, signal }, manifests, result, options, terminal);
}

async function applySaved(
  file: string,
  options: ApplyOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<ExitCode> {
  if ((options.file ?? []).length > 0) {
    throw new UserError('usage', 'A saved plan has its manifests: -f cannot be added.', {
      advice: 'Run `ekslb apply FILE` alone, or `ekslb apply -f MANIFESTS`.',
    });
  }
  const saved = parseSavedPlan(await readText(file), file);
  const manifests = await manifestsOfSaved(saved, async (path) => objectsOf(await readManifests([path])));
  const engine = await engineFor(options, terminal);
  // Whoever runs a saved plan has agreed to it, and to nothing else.
  const host = terminalHost(terminal, { ...options, yes: true, acceptChanges: false });
  const exactly = (plan: Plan, identity: Identity) => {
    refuseOtherPlace(saved, engine, identity);
    refuseOtherPlan(saved, plan);
  };
  if (manifests.length > 0) {
    const result = await provision(engine, manifests, host, signal, exactly);
    return reportProvisioned({ engine, host, signal }, manifests, result, options, terminal);
  }
  const { all, ingress, service } = saved.selection;
  const select = all ? EVERYTHING : ownersOf(named(ingress, service));
  await refuseRunningController(engine.kube);
  return holdingLease(engine, host, signal, async (held) => {
    const [identity, plan] = await identifiedPlan(held.engine, select, []);
    exactly(plan, identity);
    return runPlan(held, plan, { ...options, yes: true }, terminal);
  });
}

async function reportProvisioned(
  { engine, host, signal }: Holding,
  manifests: readonly KubeObject[],
  result: Provisioned,
  options: ApplyOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const code = result.outcome === undefined ? 0 : reportOutcome(result.outcome, terminal);
  if (code !== 0) return code;
  for (const name of result.dnsNames) terminal.out(oneLine(name));
  if (result.outcome === undefined) return 0;
  if (options.wait !== true) return noteMissingTargets(result.outcome, terminal);
  const select = ownersOf(namedIn(manifests));
  const health = await waitForHealth(engine, select, host, signal, HEALTH_PATIENCE_MS);
  terminal.err(healthText(health.targets));
  return health.settled ? 0 : 1;
}

/** Targets follow pods only while something watches them. */
function noteMissingTargets(outcome: Outcome, terminal: Terminal): ExitCode {
  const waiting = outcome.groups.flatMap(({ plan }) => bindingsWithoutTargets(plan));
  if (waiting.length > 0) {
    terminal.err(
      `No pod is ready yet behind ${waiting.join(', ')}: run \`ekslb sync --all\` when they are, use --wait, or keep \`ekslb watch\` running.`,
    );
  }
  return 0;
}

function reportOutcome(outcome: Outcome, terminal: Terminal): ExitCode {
  const failures = failuresOf(outcome);
  for (const note of outcome.groups.flatMap(({ plan }) => plan.notes))
    terminal.err(oneLine(`warning: ${note}`));
  for (const { members, error } of failures) {
    const [first = '', ...more] = failureLines(error);
    terminal.err(members.length === 0 ? first : oneLine(`${members.join(', ')}: ${first}`));
    for (const line of more) terminal.err(`  ${line}`);
  }
  if (failures.length > 0 && outcome.done.length > 0) {
    terminal.err(`${outcome.done.length} changes were made; run the command again to go on from here.`);
  }
  return failures.length > 0 ? 1 : 0;
}

/** The controller's line, then what it means and what to do. */
function failureLines(error: Error): string[] {
  const code = error instanceof UserError ? [`Code: ${error.code}`] : [];
  return [...explain(error).split('\n'), ...code];
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

async function runPlan(
  { engine, host, signal }: Holding,
  plan: Plan,
  options: CommonOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const asks = options.yes !== true && changesOf(plan).length > 0;
  if (asks && !(await host.confirm(questionOf(plan, engine, await identityOf(engine)))))
    return declined(terminal);
  const outcome = await run(engine, plan, host, signal);
  const code = reportOutcome(outcome, terminal);
  for (const name of dnsNamesOf(outcome)) terminal.out(oneLine(name));
  return code;
}

function declined(terminal: Terminal): ExitCode {
  terminal.err('Nothing was changed.');
  return 1;
}

/** `ekslb delete`: the AWS resources, then the finalizer, then the object. */
export async function deleteCommand(
  options: FileOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<ExitCode> {
  const wanted = wantedOf(options, await manifestsOf(options));
  if (isNothing(wanted)) throw nothingNamed(options);
  const engine = await engineFor(options, terminal);
  const outcome = await unprovision(engine, wanted, terminalHost(terminal, options), signal);
  return outcome === undefined ? 0 : reportOutcome(outcome, terminal);
}
