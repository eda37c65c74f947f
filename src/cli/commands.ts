import { explain, UserError } from '../errors';
import { readManifests } from '../kube/manifests';
import type { KubeObject } from '../kube/types';
import { groupIdText } from '../model/groupId';
import { stackJson } from '../model/stack';
import { refusalLine } from '../reconcile/advice';
import { adviceLines } from '../reconcile/advice/advice';
import { stuckLines } from '../reconcile/advice/stuck';
import { identifiedPlan, identityOf, openEngine, planOf, run } from '../reconcile/engine';
import { healthText, waitForHealth } from '../reconcile/health';
import { type Holding, holdingLease } from '../reconcile/hold';
import { isNothing, type Named, named, namedIn, ownersOf, type Selection } from '../reconcile/owner';
import { changesOf, type Plan } from '../reconcile/plan';
import { planJson } from '../reconcile/planJson';
import { bindingsWithoutTargets, planText, questionOf } from '../reconcile/planText';
import {
  dnsNamesOf,
  failuresOf,
  nothingToServe,
  provision,
  refuseRunningController,
  unprovision,
} from '../reconcile/provision';
import type { Outcome } from '../reconcile/run';
import type { CommonOptions, FileOptions } from './options';
import { type Terminal, terminalHost } from './terminal';

/** Exit codes of the contract: 0 done or no change, 1 failed, 2 bad usage, 3 changes (`plan`). */
export type ExitCode = 0 | 1 | 2 | 3;

const EVERYTHING: Selection = () => true;
const HEALTH_PATIENCE_MS = 5 * 60_000;

/** The objects of the files. Those that cannot be read are told, and make the command fail in the end. */
async function manifestsOf(options: FileOptions, terminal: Terminal): Promise<Given> {
  const { manifests, refused } = await readManifests(options.file ?? []);
  for (const error of refused) for (const line of failureLines(error)) terminal.err(line);
  const objects = manifests.map(({ object }) => object);
  const isNothing = refused.length > 0 && namesNothing(options, objects);
  return { objects, isNothing, worst: (code) => (refused.length > 0 ? 1 : code) };
}

interface Given {
  readonly objects: readonly KubeObject[];
  /** Nothing is left to work on. */
  readonly isNothing: boolean;
  /** The exit code, which is 1 if an object was refused. */
  readonly worst: (code: ExitCode) => ExitCode;
}

function namesNothing(options: FileOptions, objects: readonly KubeObject[]): boolean {
  return options.all !== true && isNothing(wantedOf(options, objects));
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
  const { objects: manifests, isNothing, worst } = await manifestsOf(options, terminal);
  if (isNothing) return 1;
  const engine = await openEngine(options);
  const wanted = namedIn(manifests);
  const plan = await planOf(engine, ownersOf(wanted), manifests);
  const built = plan.groups.flatMap(({ owner, stack }) =>
    stack === undefined ? [] : [{ group: groupIdText(owner.group), stack: stackJson(stack) }],
  );
  terminal.out(JSON.stringify(built, null, 2));
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
  for (const { key, message } of misplaced) terminal.err(`${key}: ${message}`);
  for (const group of refused) {
    terminal.err(`${groupIdText(group.owner.group)}: ${refusalLine(group)}`);
    const lines = group.advice === undefined ? [] : adviceLines(group.advice, form);
    for (const line of lines) terminal.err(`  ${line}`);
  }
  return misplaced.length + refused.length > 0 ? 1 : 0;
}

/** `ekslb plan`: what would change in AWS and in the cluster. */
export async function planCommand(options: FileOptions, terminal: Terminal): Promise<ExitCode> {
  const { objects: manifests, isNothing, worst } = await manifestsOf(options, terminal);
  if (isNothing) return 1;
  const select = selectionOf(options, manifests);
  const engine = await openEngine(options);
  const [identity, plan] = await identifiedPlan(engine, select, manifests);
  terminal.out(
    options.json === true ? JSON.stringify(planJson(plan), null, 2) : planText(plan, engine, identity),
  );
  const keys = options.all === true ? undefined : namedIn(manifests).ingress;
  if (reportRefusals(plan, keys, terminal, options.json === true ? 'whole' : 'short') !== 0) return 1;
  return worst(changesOf(plan).length > 0 ? 3 : 0);
}

export interface ApplyOptions extends FileOptions {
  readonly wait?: boolean;
}

/** `ekslb apply`: manifests into the cluster, then the load balancers. */
export async function applyCommand(
  options: ApplyOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<ExitCode> {
  const { objects, isNothing, worst } = await manifestsOf(options, terminal);
  if (isNothing) return 1;
  return worst(await applyObjects(objects, options, terminal, signal));
}

async function applyObjects(
  manifests: readonly KubeObject[],
  options: ApplyOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<ExitCode> {
  const engine = await openEngine(options);
  const host = terminalHost(terminal, options);
  const result = await provision(engine, manifests, host, signal);
  const code = result.outcome === undefined ? 0 : reportOutcome(result.outcome, terminal);
  if (code !== 0) return code;
  for (const name of result.dnsNames) terminal.out(name);
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
  for (const note of outcome.groups.flatMap(({ plan }) => plan.notes)) terminal.err(`warning: ${note}`);
  for (const { members, error } of failures) {
    const [first = '', ...more] = failureLines(error);
    terminal.err(members.length === 0 ? first : `${members.join(', ')}: ${first}`);
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
  const engine = await openEngine(options);
  await refuseRunningController(engine.kube);
  // Held from before the plan on: what is shown is what will be done.
  return holdingLease(engine, terminalHost(terminal, options), signal, async (held) => {
    const plan = await planOf(held.engine, select, [], options.verify === true ? 'nothing' : 'checkpoints');
    const code = await runPlan(held, plan, options, terminal);
    const misplaced = options.all === true ? plan.misplaced : [];
    for (const { key, message } of misplaced) terminal.err(`${key}: ${message}`);
    for (const one of options.all === true ? (plan.stuck ?? []) : [])
      for (const line of stuckLines(one)) terminal.err(line);
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
  for (const name of dnsNamesOf(outcome)) terminal.out(name);
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
  const { objects, isNothing: isNothingLeft, worst } = await manifestsOf(options, terminal);
  if (isNothingLeft) return 1;
  const wanted = wantedOf(options, objects);
  if (isNothing(wanted)) throw nothingNamed(options);
  const engine = await openEngine(options);
  const outcome = await unprovision(engine, wanted, terminalHost(terminal, options), signal);
  return worst(outcome === undefined ? 0 : reportOutcome(outcome, terminal));
}
