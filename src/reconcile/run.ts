import pLimit from 'p-limit';
import { awsMessage, translateAwsError } from '../aws/errors';
import { openInventory } from '../aws/inventory';
import { parallel } from '../aws/paging';
import { Cancelled, messageOf } from '../errors';
import { getObject, type Kube, KubeError, mergePatch, orMissing } from '../kube/client';
import { readCluster } from '../kube/snapshot';
import type { KubeObject } from '../kube/types';
import { LoadError } from '../model/errors';
import { BINDING } from '../model/stack';
import type { Change, Run, Step } from './change';
import type { GroupPlan } from './groupPlan';
import { planNetworking } from './networking';
import { noteCheckpoints } from './noteCheckpoints';
import { finalizerOf, type Owner, titleOf } from './owner';
import { strangersError, strangersQuestion } from './ownership';
import { changesOf, type Plan } from './plan';
import { clearDryRunPlans } from './resources/dryRunPlan';
import { clearStatus, dnsNameOf, resourceOf, writeStatus } from './status';

/** How one group ended. */
export interface GroupOutcome {
  readonly plan: GroupPlan;
  readonly dnsName: string | undefined;
  /** Worded as the controller's event; undefined when all went well. */
  readonly failure: Error | undefined;
}

export interface Outcome {
  readonly groups: readonly GroupOutcome[];
  /** Changes that were carried out, in order. */
  readonly done: readonly Change[];
  /** Failures of what belongs to no group. */
  readonly failures: readonly Error[];
}

/** Groups are independent; a few at a time keep AWS's rate limits in peace. */
const GROUPS_AT_ONCE = 4;
const CHANGES_AT_ONCE = 8;

interface Progress {
  readonly run: Run;
  readonly count: { total: number };
  readonly done: Change[];
}

/**
 * Carries out a plan. A failing group does not keep the others from going on; after a failure or a crash the same
 * command continues where this one stopped, because every change is found again by its tags.
 */
export async function applyPlan(plan: Plan, run: Run): Promise<Outcome> {
  const progress: Progress = { run, count: { total: changesOf(plan).length }, done: [] };
  const failures: Error[] = [];
  const guard = async (work: () => Promise<void>) => {
    const failure = await failureOf(work);
    if (failure !== undefined) failures.push(failure);
  };
  const limit = pLimit(GROUPS_AT_ONCE);
  const own = await inOrder(plan.groups, (group) => refuseStrangers(run, group));
  const held = await Promise.all(own.map((outcome) => limit(() => holdGroup(run, outcome))));
  // Nothing is made for objects that were deleted since they were read.
  if (held.length === 0 || held.some(({ failure }) => failure === undefined)) {
    await guard(() => runChanges(progress, plan.prepare, 'sequence'));
  }
  const raised = await Promise.all(held.map((outcome) => limit(() => raise(progress, outcome))));
  await guard(() => runNetwork(progress, plan));
  const told = await Promise.all(raised.map((outcome) => limit(() => tell(run, outcome))));
  // Bindings say which rules are whose: while rules cannot be written, what they belong to must stay findable.
  if (failures.length === 0) await guard(() => noteCheckpoints(run, plan, told));
  const cleaned =
    failures.length > 0 ? told : await Promise.all(told.map((one) => limit(() => cleanUp(progress, one))));
  if (failures.length === 0 && cleaned.every(({ failure }) => failure === undefined)) {
    await guard(() => runChanges(progress, plan.finish, 'sequence'));
  }
  const groups =
    failures.length > 0 ? cleaned : await Promise.all(cleaned.map((one) => limit(() => release(run, one))));
  return { groups, done: progress.done, failures };
}

/** The words of the controller's events, which people search for. */
const BUILD = 'Failed build model due to ';
const DEPLOY = 'Failed deploy model due to ';
const RECONCILE = 'Failed reconcile due to ';

async function failureOf(work: () => Promise<void>, prefix = ''): Promise<Error | undefined> {
  try {
    await work();
    return undefined;
  } catch (cause) {
    if (cause instanceof Cancelled) throw cause;
    // In a group the words of AWS stay, as in the controller's event; advice comes after them (see `run` of the engine).
    if (prefix !== '') return new Error(`${prefix}${awsMessage(cause)}`, { cause });
    const error = translateAwsError(cause);
    return error instanceof Error ? error : new Error(messageOf(error));
  }
}

/** One question at a time. */
async function inOrder<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

/** Tags alone delete no load balancer: the group is left alone unless somebody says that it is right. */
async function refuseStrangers({ host, settings }: Run, plan: GroupPlan): Promise<GroupOutcome> {
  const outcome = { plan, dnsName: undefined, failure: undefined };
  if (plan.strangers === undefined) return outcome;
  const facts = [titleOf(plan.owner), plan.strangers, settings.clusterName] as const;
  if (await host.confirm(strangersQuestion(...facts))) return outcome;
  return { ...outcome, failure: strangersError(...facts) };
}

/** Finalizers first: from then on Kubernetes keeps the object until what was made for it is gone. */
async function holdGroup(run: Run, outcome: GroupOutcome): Promise<GroupOutcome> {
  const { plan, failure } = outcome;
  if (failure !== undefined) return outcome;
  if (plan.refusal instanceof LoadError) return { ...outcome, failure: plan.refusal };
  return { ...outcome, failure: await failureOf(() => hold(run, plan), 'Failed add finalizer due to ') };
}

async function raise(progress: Progress, outcome: GroupOutcome): Promise<GroupOutcome> {
  const { plan } = outcome;
  const { refusal, owner } = plan;
  if (outcome.failure !== undefined) {
    // What cannot be loaded is not touched; targets follow their pods all the same.
    if (refusal !== undefined) await failureOf(() => runSteps(inGroup(progress, plan), plan.steps), DEPLOY);
    return outcome;
  }
  const [build, prefix] = owner.kind === 'binding' ? [RECONCILE, RECONCILE] : [BUILD, DEPLOY];
  if (refusal !== undefined) {
    await failureOf(() => runSteps(inGroup(progress, plan), plan.steps), DEPLOY);
    return { ...outcome, failure: new Error(`${build}${refusal.message}`, { cause: refusal }) };
  }
  const failure = await failureOf(() => runSteps(inGroup(progress, plan), plan.steps), prefix);
  if (failure !== undefined) return { ...outcome, failure };
  return { ...outcome, dnsName: dnsNameOf(plan.outputs) };
}

/** The group's changes see the ids of its own resources. */
function inGroup(progress: Progress, { outputs }: GroupPlan): Progress {
  return { ...progress, run: { ...progress.run, outputs } };
}

/** A Service that cannot be built gets none, an Ingress does; both as the controller does it. */
async function hold({ kube }: Run, { owner, refusal }: GroupPlan): Promise<void> {
  if (kube === undefined || (owner.kind === 'service' && refusal !== undefined)) return;
  const finalizer = finalizerOf(owner);
  const objects: readonly KubeObject[] = owner.members.map(({ object }) => object);
  const bare = objects.filter(({ metadata }) => metadata.finalizers?.includes(finalizer) !== true);
  const add = (all: readonly string[]) => [...all.filter((one) => one !== finalizer), finalizer];
  await parallel(bare, async (object) => {
    // An object that is gone releases nothing: what would be made for it would stay for good.
    if ((await editFinalizers(kube, owner, object, add)) === 'gone') throw notFound(owner, object);
  });
}

/** In the words of the API server. */
function notFound(owner: Owner, { metadata: { name } }: KubeObject): Error {
  const { base, plural } = resourceOf(owner);
  const [, group] = /^\/apis\/([^/]+)/.exec(base) ?? [];
  return new Error(`${group === undefined ? plural : `${plural}.${group}`} "${name}" not found`);
}

async function runSteps(progress: Progress, steps: readonly Step[]): Promise<void> {
  for (const { changes, order } of steps) await runChanges(progress, changes, order);
}

async function runChanges(
  progress: Progress,
  changes: readonly Change[],
  order: Step['order'],
): Promise<void> {
  if (order === 'sequence') {
    for (const change of changes) await runChange(progress, change);
    return;
  }
  const limit = pLimit(CHANGES_AT_ONCE);
  // All are awaited before the first failure is passed on: nothing goes on behind our back.
  const ends = await Promise.allSettled(changes.map((change) => limit(() => runChange(progress, change))));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

const DONE = {
  create: 'Created',
  update: 'Updated',
  replace: 'Created (in place of the old one)',
  delete: 'Deleted',
};

/** "Target group" -> "target group"; names of kinds keep their capitals. */
function inSentence(what: string): string {
  return /[a-z][A-Z]/.test(what) ? what : what.charAt(0).toLowerCase() + what.slice(1);
}

async function runChange({ run, count, done }: Progress, change: Change): Promise<void> {
  if (run.signal.aborted) throw new Cancelled();
  await change.apply(run);
  done.push(change);
  const text = `${DONE[change.kind]} ${inSentence(change.what)} ${change.name}`;
  run.host.notify({ level: 'info', text, progress: { done: done.length, total: count.total } });
}

/** Rules of nodes and pods are computed again, now that all ids are known. */
async function runNetwork(progress: Progress, plan: Plan): Promise<void> {
  const { run } = progress;
  const idle = plan.untouched || (progress.done.length === 0 && plan.network.length === 0);
  if (run.kube === undefined || idle || !touchesNetwork(plan)) return;
  const cluster = await (run.read?.() ?? readCluster(run.kube));
  const leaving = new Set(
    plan.groups.flatMap(({ cleanup }) =>
      cleanup.flatMap(({ changes }) =>
        changes.filter(({ what }) => what === 'TargetGroupBinding').map(({ name }) => name),
      ),
    ),
  );
  const bindings = (cluster.bindings ?? []).filter(
    ({ metadata }) => !leaving.has(`${metadata.namespace}/${metadata.name}`),
  );
  const { aws, settings } = run;
  const inventory = openInventory(aws, settings.vpcId, settings.clusterName);
  const changes = await planNetworking({ aws, settings, inventory }, cluster, bindings);
  progress.count.total += changes.length - plan.network.length;
  await runChanges(progress, changes, 'sequence');
}

function touchesNetwork(plan: Plan): boolean {
  const bindings = plan.groups.some(({ stack }) => stack?.resources[BINDING] !== undefined);
  return plan.network.length > 0 || bindings;
}

/** The status before the clean-up: people see the load balancer, whatever else is still to be done. */
async function tell(run: Run, outcome: GroupOutcome): Promise<GroupOutcome> {
  const { kube } = run;
  const { stack, owner, outputs } = outcome.plan;
  if (outcome.failure !== undefined || kube === undefined || stack === undefined) return outcome;
  if (owner.kind === 'binding') return outcome;
  const failure = await failureOf(async () => {
    await clearDryRunPlans(kube, owner);
    await writeStatus(kube, owner, stack, outputs);
  }, 'Failed update status due to ');
  return failure === undefined ? outcome : { ...outcome, failure };
}

async function cleanUp(progress: Progress, outcome: GroupOutcome): Promise<GroupOutcome> {
  if (outcome.failure !== undefined) return outcome;
  const { plan } = outcome;
  const failure = await failureOf(
    () => runSteps(inGroup(progress, plan), plan.cleanup),
    plan.owner.kind === 'binding' ? 'Failed cleanup due to ' : DEPLOY,
  );
  return failure === undefined ? outcome : { ...outcome, failure };
}

/** Lets go of what left, when nothing of it is left in AWS. */
async function release(run: Run, outcome: GroupOutcome): Promise<GroupOutcome> {
  if (outcome.failure !== undefined) return outcome;
  const failure = await failureOf(
    () => removeFinalizers(run, outcome.plan),
    'Failed remove finalizer due to ',
  );
  return failure === undefined ? outcome : { ...outcome, failure };
}

async function removeFinalizers({ kube }: Run, { owner }: GroupPlan): Promise<void> {
  if (kube === undefined) return;
  const finalizer = finalizerOf(owner);
  await clearStatus(kube, owner);
  const leaving: readonly KubeObject[] = owner.leaving;
  const drop = (all: readonly string[]) => all.filter((one) => one !== finalizer);
  await parallel(leaving, (object) => editFinalizers(kube, owner, object, drop));
}

const CONFLICTS = 5;

/** Reads, edits and writes the list, again if somebody was faster: two groups may edit one Ingress at a time. */
async function editFinalizers(
  kube: Kube,
  owner: Owner,
  { metadata: { namespace, name } }: KubeObject,
  edit: (finalizers: readonly string[]) => string[],
): Promise<'edited' | 'gone'> {
  const resource = resourceOf(owner);
  for (let attempt = 1; ; attempt++) {
    const current = await getObject(kube, resource, namespace, name);
    if (current === undefined) return 'gone';
    const { finalizers = [], resourceVersion } = current.metadata;
    const patch = { metadata: { finalizers: edit(finalizers), resourceVersion } };
    try {
      const edited = await orMissing(mergePatch(kube, resource, { namespace, name }, patch));
      return edited === undefined ? 'gone' : 'edited';
    } catch (error) {
      if (!(error instanceof KubeError) || error.reason !== 'Conflict' || attempt === CONFLICTS) throw error;
    }
  }
}
