import pLimit from 'p-limit';
import { translateAwsError } from '../aws/errors';
import { Cancelled, messageOf } from '../errors';
import { getObject, type Kube, KubeError, mergePatch, orMissing } from '../kube/client';
import { RESOURCES } from '../kube/resources';
import { readCluster } from '../kube/snapshot';
import type { Ingress } from '../kube/types';
import { LoadError } from '../model/errors';
import { groupFinalizer } from '../model/names';
import { BINDING, LISTENER, LOAD_BALANCER, refTo, type Stack } from '../model/stack';
import type { Change, Run, Step } from './change';
import { planNetworking } from './networking';
import { changesOf, type GroupPlan, type Plan } from './plan';

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
  await guard(() => runChanges(progress, plan.prepare, 'sequence'));
  const limit = pLimit(GROUPS_AT_ONCE);
  const raised = await Promise.all(plan.groups.map((group) => limit(() => raise(progress, group))));
  await guard(() => runNetwork(progress, plan));
  const told = await Promise.all(raised.map((outcome) => limit(() => tell(run, outcome))));
  // Bindings say which rules are whose: while rules cannot be written, what they belong to must stay findable.
  const cleaned =
    failures.length > 0 ? told : await Promise.all(told.map((one) => limit(() => cleanUp(progress, one))));
  if (failures.length === 0 && cleaned.every(({ failure }) => failure === undefined)) {
    await guard(() => runChanges(progress, plan.finish, 'sequence'));
  }
  const groups =
    failures.length > 0 ? cleaned : await Promise.all(cleaned.map((one) => limit(() => release(run, one))));
  return { groups, done: progress.done, failures };
}

async function failureOf(work: () => Promise<void>, prefix = ''): Promise<Error | undefined> {
  try {
    await work();
    return undefined;
  } catch (cause) {
    const error = translateAwsError(cause);
    if (error instanceof Cancelled) throw error;
    if (prefix === '') return error instanceof Error ? error : new Error(messageOf(error));
    return new Error(`${prefix}${messageOf(error)}`, { cause: error });
  }
}

/** Finalizers first: from then on Kubernetes keeps the Ingress until what was made for it is gone. */
async function raise(progress: Progress, plan: GroupPlan): Promise<GroupOutcome> {
  const outcome = { plan, dnsName: undefined, failure: undefined };
  if (plan.refusal instanceof LoadError) return { ...outcome, failure: plan.refusal };
  const held = await failureOf(() => addFinalizers(progress.run, plan), 'Failed add finalizer due to ');
  if (held !== undefined) return { ...outcome, failure: held };
  const { refusal, stack } = plan;
  if (refusal !== undefined || stack === undefined) {
    const cause = refusal ?? new Error('no model');
    return { ...outcome, failure: new Error(`Failed build model due to ${cause.message}`, { cause }) };
  }
  const failure = await failureOf(
    () => runSteps(inGroup(progress, plan), plan.steps),
    'Failed deploy model due to ',
  );
  if (failure !== undefined) return { ...outcome, failure };
  const dnsName = plan.outputs.find(refTo(LOAD_BALANCER, 'LoadBalancer', 'dnsName'))?.toLowerCase();
  return { ...outcome, dnsName };
}

/** The group's changes see the ids of its own resources. */
function inGroup(progress: Progress, { outputs }: GroupPlan): Progress {
  return { ...progress, run: { ...progress.run, outputs } };
}

async function addFinalizers({ kube }: Run, { group }: GroupPlan): Promise<void> {
  const finalizer = groupFinalizer(group.id);
  if (kube === undefined) return;
  for (const { ingress } of group.members) {
    if (ingress.metadata.finalizers?.includes(finalizer) === true) continue;
    await editFinalizers(kube, ingress, (all) => [...all.filter((one) => one !== finalizer), finalizer]);
  }
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
  if (run.kube === undefined || !touchesNetwork(plan)) return;
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
  const changes = await planNetworking(run.aws, run.settings, cluster, bindings);
  progress.count.total += changes.length - plan.network.length;
  await runChanges(progress, changes, 'sequence');
}

function touchesNetwork(plan: Plan): boolean {
  const bindings = plan.groups.some(({ stack }) => stack?.resources[BINDING] !== undefined);
  return plan.network.length > 0 || bindings;
}

/** The status before the clean-up: people see the load balancer, whatever else is still to be done. */
async function tell(run: Run, outcome: GroupOutcome): Promise<GroupOutcome> {
  if (outcome.failure !== undefined) return outcome;
  const failure = await failureOf(() => writeStatus(run, outcome), 'Failed update status due to ');
  return failure === undefined ? outcome : { ...outcome, failure };
}

async function cleanUp(progress: Progress, outcome: GroupOutcome): Promise<GroupOutcome> {
  if (outcome.failure !== undefined) return outcome;
  const { plan } = outcome;
  const failure = await failureOf(
    () => runSteps(inGroup(progress, plan), plan.cleanup),
    'Failed deploy model due to ',
  );
  return failure === undefined ? outcome : { ...outcome, failure };
}

async function writeStatus({ kube }: Run, { plan, dnsName }: GroupOutcome): Promise<void> {
  if (kube === undefined || dnsName === undefined || plan.stack === undefined) return;
  const ports = portsOf(plan.stack);
  for (const { ingress } of plan.group.members) {
    const ingressStatus = [{ hostname: dnsName, ports: ports.map((port) => ({ port, protocol: '' })) }];
    if (JSON.stringify(statusOf(ingress)) === JSON.stringify([{ hostname: dnsName, ports }])) continue;
    const target = { ...ingress.metadata, subresource: 'status' };
    await mergePatch(kube, RESOURCES.Ingress, target, {
      status: { loadBalancer: { ingress: ingressStatus } },
    });
  }
}

function statusOf(ingress: Ingress): { hostname?: string | undefined; ports: number[] }[] {
  const entries = ingress.status?.loadBalancer?.ingress ?? [];
  return entries.map(({ hostname, ports = [] }) => ({ hostname, ports: ports.map(({ port }) => port) }));
}

function portsOf(stack: Stack): number[] {
  return Object.values(stack.resources[LISTENER] ?? {})
    .map(({ spec }) => spec.port)
    .sort((a, b) => a - b);
}

/** Lets go of Ingresses that left the group, when nothing of theirs is left. */
async function release(run: Run, outcome: GroupOutcome): Promise<GroupOutcome> {
  if (outcome.failure !== undefined) return outcome;
  const failure = await failureOf(
    () => removeFinalizers(run, outcome.plan),
    'Failed remove finalizer due to ',
  );
  return failure === undefined ? outcome : { ...outcome, failure };
}

async function removeFinalizers({ kube }: Run, { group }: GroupPlan): Promise<void> {
  const finalizer = groupFinalizer(group.id);
  if (kube === undefined) return;
  for (const ingress of group.inactive) {
    await editFinalizers(kube, ingress, (all) => all.filter((one) => one !== finalizer));
  }
}

const CONFLICTS = 5;

/** Reads, edits and writes the list, again if somebody was faster: two groups may edit one Ingress at a time. */
async function editFinalizers(
  kube: Kube,
  { metadata: { namespace, name } }: Ingress,
  edit: (finalizers: readonly string[]) => string[],
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const current = await getObject<Ingress>(kube, RESOURCES.Ingress, namespace, name);
    if (current === undefined) return;
    const { finalizers = [], resourceVersion } = current.metadata;
    const patch = { metadata: { finalizers: edit(finalizers), resourceVersion } };
    try {
      await orMissing(mergePatch(kube, RESOURCES.Ingress, { namespace, name }, patch));
      return;
    } catch (error) {
      if (!(error instanceof KubeError) || error.reason !== 'Conflict' || attempt === CONFLICTS) throw error;
    }
  }
}
