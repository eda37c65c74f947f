import type { Identity } from '../aws/clients';
import { UserError } from '../errors';
import { readManifests, readText } from '../kube/manifests';
import { type KubeObject, keyOf } from '../kube/types';
import { oneLine } from '../printable';
import { identifiedPlan } from '../reconcile/engine';
import { healthText, waitForHealth } from '../reconcile/health';
import { type Holding, holdingLease } from '../reconcile/hold';
import { named, namedIn, ownersOf } from '../reconcile/owner';
import type { Plan } from '../reconcile/plan';
import { bindingsWithoutTargets } from '../reconcile/planText';
import { type Provisioned, provision, refuseRunningController } from '../reconcile/provision';
import type { Outcome } from '../reconcile/run';
import { manifestsOfSaved, parseSavedPlan, refuseOtherPlace, refuseOtherPlan } from '../reconcile/savedPlan';
import { EVERYTHING, type ExitCode, engineFor, manifestsOf, objectsOf } from './given';
import type { FileOptions } from './options';
import { reportOutcome, runPlan } from './outcome';
import { type Terminal, terminalHost } from './terminal';

const HEALTH_PATIENCE_MS = 5 * 60_000;

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
  const manifests = await manifestsOfSaved(saved, async (path) =>
    objectsOf((await readManifests([path])).manifests),
  );
  const engine = await engineFor(options, terminal);
  // Whoever runs a saved plan has agreed to it, and to nothing else.
  const host = terminalHost(terminal, { ...options, yes: true, acceptChanges: false });
  const exactly = (plan: Plan, identity: Identity) => {
    refuseOtherPlace(saved, engine, identity);
    for (const object of manifests) terminal.err(oneLine(`apply ${object.kind ?? ''} ${keyOf(object)}`));
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
