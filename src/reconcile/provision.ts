import type { Identity } from '../aws/clients';
import { Cancelled, UserError } from '../errors';
import { type Charge, whoIsInCharge } from '../kube/charge';
import { applyObject, deleteObject, discover, type Kube } from '../kube/client';
import { readCluster } from '../kube/snapshot';
import { type ClusterView, type Ingress, type KubeObject, keyOf, type Service } from '../kube/types';
import { membershipOf } from '../model/group';
import { SERVICE_FINALIZER, type StackKind } from '../model/names';
import { isOurs } from '../model/service';
import { refusalError, refusalLine } from './advice';
import { keepersOf, stuckLines } from './advice/stuck';
import { inAutoMode } from './autoMode';
import { confirmAgain } from './confirmed';
import { type Engine, identifiedPlan, planOf, run } from './engine';
import { followController, nameOf, pollUntil, read } from './followController';
import { busy, controllerInCharge, type Holding, holdingLease } from './hold';
import type { Host } from './host';
import { isNothing, type Named, namedIn, namesOf, ownersOf, titleOf } from './owner';
import type { Plan } from './plan';
import { questionOf } from './planText';
import type { GroupOutcome, Outcome } from './run';
import { resourceOf } from './status';

export interface Provisioned {
  readonly charge: Charge;
  /** Undefined where a controller did the work. */
  readonly outcome: Outcome | undefined;
  /** DNS names of the load balancers that serve the Ingresses. */
  readonly dnsNames: readonly string[];
}

/**
 * The whole way from manifests to a load balancer: plan, question, manifests into the cluster, run. Where a controller
 * runs, it is followed instead. Throws Cancelled when the person says no.
 */
export async function provision(
  engine: Engine,
  manifests: readonly KubeObject[],
  host: Host,
  signal: AbortSignal,
  confirm: Confirm = asking(engine, manifests, host),
): Promise<Provisioned> {
  const wanted = namedIn(manifests);
  if (isNothing(wanted)) throw nothingToServe();
  const select = ownersOf(wanted);
  const [identity, plan] = await identifiedPlan(engine, select, manifests);
  const auto = await inAutoMode(engine.kube, plan.cluster, manifests, wanted.ingress);
  if (!auto) refuseForeign(plan, wanted);
  refuseUnbuildable(plan);
  if (signal.aborted) throw new Cancelled();
  await confirm(plan, identity);
  host.notify({ level: 'info', text: `Applying ${manifests.length} objects to the cluster` });
  const charge: Charge = auto ? { kind: 'autoMode' } : await whoIsInCharge(engine.kube, new Date());
  if (charge.kind !== 'nobody') {
    await applyManifests(engine.kube, manifests, signal);
    const dnsNames = await followController(engine.kube, wanted, charge, host, signal);
    return { charge, outcome: undefined, dnsNames };
  }
  return holdingLease(engine, host, signal, async (held) => {
    await applyManifests(held.engine.kube, manifests, held.signal);
    const outcome = await runConfirmed(held, plan, await planOf(held.engine, select));
    return { charge, outcome, dnsNames: dnsNamesOf(outcome) };
  });
}

/** Agrees to a plan, or throws: Cancelled for a person's no. */
export type Confirm = (plan: Plan, identity: Identity) => void | Promise<void>;

function asking(engine: Engine, manifests: readonly KubeObject[], host: Host): Confirm {
  return async (plan, identity) => {
    if (!(await host.confirm(questionOf(plan, engine, identity, manifests)))) throw new Cancelled();
  };
}

export function nothingToServe(): UserError {
  const message = 'There is no Ingress in these manifests, and no Service with a load balancer of its own.';
  return new UserError('no-ingress', message, {
    advice:
      'Name a file that contains an object of kind Ingress, or a Service of type LoadBalancer for an NLB.',
  });
}

/** Ingresses of another class, or with a broken one, are not ours to touch: say so instead of doing nothing. */
function refuseForeign(plan: Plan, { ingress: keys, service }: Named): void {
  const broken = plan.misplaced.find(({ key }) => keys.has(key));
  if (broken !== undefined) {
    throw new UserError('invalid-class-or-group', `${broken.key}: ${broken.message}`, {
      advice: 'Mend ingressClassName, its IngressClassParams or the group name.',
    });
  }
  const owners = plan.groups.map(({ owner }) => owner).filter(({ kind }) => kind === 'ingress');
  const members = new Set(owners.flatMap((owner) => owner.members.map(({ key }) => key)));
  const foreign = [...keys].filter((key) => !members.has(key));
  if (foreign.length < keys.size || keys.size === 0 || service.size > 0) return;
  throw new UserError('foreign-class', `${foreign.join(', ')} is not an Ingress of the ALB class.`, {
    why: 'Another controller is in charge of it, or it is being deleted.',
    advice: 'Set spec.ingressClassName to a class whose controller is ingress.k8s.aws/alb.',
  });
}

/** Nothing is asked and nothing is touched for a group that cannot be built. */
function refuseUnbuildable(plan: Plan): void {
  const [first, ...others] = plan.groups.filter(({ refusal }) => refusal !== undefined);
  if (first === undefined) return;
  const { code, message, what, details, why, advice, cause } = refusalError(first);
  const also = others.map((group) => `Refused as well: ${titleOf(group.owner)}: ${refusalLine(group)}`);
  const more = [...details, ...also];
  throw new UserError(code, message, {
    ...{ what, details: more, advice, cause },
    why: [...why, 'Nothing was changed.'],
  });
}

export function dnsNamesOf(outcome: Outcome): string[] {
  return [...new Set(outcome.groups.flatMap(({ dnsName }) => (dnsName === undefined ? [] : [dnsName])))];
}

const FIRST_KINDS = ['Namespace', 'CustomResourceDefinition', 'IngressClassParams', 'IngressClass'];

/** Server-side apply of all objects; what others need goes first. */
export async function applyManifests(
  kube: Kube,
  objects: readonly KubeObject[],
  signal: AbortSignal,
): Promise<void> {
  const rank = ({ kind = '' }: KubeObject) =>
    FIRST_KINDS.includes(kind) ? FIRST_KINDS.indexOf(kind) : FIRST_KINDS.length;
  const seen = new Map<string, Promise<unknown>>();
  for (const object of [...objects].sort((a, b) => rank(a) - rank(b))) {
    if (signal.aborted) throw new Cancelled();
    try {
      await applyObject(kube, await discover(kube, seen, object), object);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      const message = `The cluster refuses ${object.kind ?? 'the object'} ${keyOf(object)}: ${reason}`;
      throw new UserError('apply-refused', message, {
        why: 'Objects before it in the manifests are in the cluster already; nothing in AWS was changed.',
        advice: 'Mend the manifest and run the command again.',
        cause,
      });
    }
  }
}

/**
 * Deletes Ingresses, and Services with a load balancer of their own, and what was made for them; other Services and
 * Deployments stay. Where a controller runs, it does the work and is followed. Throws Cancelled when the person says no.
 */
export async function unprovision(
  engine: Engine,
  wanted: Named,
  host: Host,
  signal: AbortSignal,
): Promise<Outcome | undefined> {
  const select = ownersOf(wanted);
  const cluster = await readCluster(engine.kube);
  const present = presentOf(wanted, cluster);
  if (present.length === 0) throw notInCluster(wanted);
  refuseOthers(present, cluster);
  const marked = present.map(markedAsDeleted);
  const [identity, plan] = await identifiedPlan(engine, select, marked);
  const title = `Delete ${present.map(({ object }) => keyOf(object)).join(', ')} and what was made for it?`;
  refuseUnbuildable(plan);
  const question = { ...questionOf(plan, engine, identity), title, destructive: true };
  if (!(await host.confirm(question))) throw new Cancelled();
  const remove = async (kube: Kube) => {
    for (const { kind, object } of present) {
      await deleteObject(kube, resourceOf({ kind }), object.metadata.namespace, object.metadata.name);
    }
  };
  const charge = await whoIsInCharge(engine.kube, new Date());
  if (charge.kind === 'nobody') {
    return holdingLease(engine, host, signal, async (held) => {
      // Before anything is marked as deleted: afterwards there is no way back.
      await confirmAgain(held.engine, plan, await planOf(held.engine, select, marked), held.host);
      await remove(held.engine.kube);
      const outcome = await runConfirmed(held, plan, await planOf(held.engine, select));
      await tellKept(held.engine.kube, present, held.host);
      return outcome;
    });
  }
  await remove(engine.kube);
  host.notify({ level: 'info', text: `${nameOf(charge)} takes over; waiting until it has let go` });
  await pollUntil(signal, async () => {
    const left = await Promise.all(present.map(({ kind, object }) => read(engine.kube, kind, keyOf(object))));
    return left.every((one) => one === undefined) ? true : undefined;
  });
  return undefined;
}

/** Runs what was confirmed; where the plan does more by now, somebody has to agree to that as well. */
async function runConfirmed({ engine, host, signal }: Holding, confirmed: Plan, now: Plan): Promise<Outcome> {
  await confirmAgain(engine, confirmed, now, host);
  return run(engine, now, host, signal);
}

/** Our part is done; what somebody else's finalizer keeps would look as if it was not. */
async function tellKept(kube: Kube, present: readonly Present[], host: Host): Promise<void> {
  const left = await Promise.all(
    present.map(async ({ kind, object }) => keepersOf(KINDS[kind], await read(kube, kind, keyOf(object)))),
  );
  for (const one of left.flat()) host.notify({ level: 'warning', text: stuckLines(one).join('\n') });
}

/** An object of the cluster that is to be deleted. */
interface Present {
  readonly kind: StackKind;
  readonly object: Ingress | Service;
}

function presentOf({ ingress, service }: Named, { ingresses, services }: ClusterView): Present[] {
  const found = <T extends Present['object']>(
    kind: StackKind,
    keys: Iterable<string>,
    from: ReadonlyMap<string, T>,
  ) => [...keys].flatMap((key) => from.get(key) ?? []).map((object) => ({ kind, object }));
  return [...found('ingress', ingress, ingresses), ...found('service', service, services)];
}

/** What another controller is in charge of is not ours to delete. */
function refuseOthers(present: readonly Present[], cluster: ClusterView): void {
  for (const { kind, object } of present) {
    const why = kind === 'ingress' ? whyForeign(object as Ingress, cluster) : whyNotOurs(object as Service);
    if (why === undefined) continue;
    throw new UserError('foreign-class', `${keyOf(object)} ${why}.`, {
      why: 'Another controller is in charge of it, or none.',
      advice: 'Delete it with kubectl, and its controller cleans up.',
    });
  }
}

function whyForeign(ingress: Ingress, cluster: ClusterView): string | undefined {
  const membership = membershipOf(ingress, cluster);
  return membership.kind === 'foreign' ? `is not an Ingress of the ALB class: ${membership.why}` : undefined;
}

function whyNotOurs(service: Service): string | undefined {
  const ours = isOurs(service) || service.metadata.finalizers?.includes(SERVICE_FINALIZER) === true;
  return ours ? undefined : 'is a Service without a load balancer of its own';
}

function notInCluster(wanted: Named): UserError {
  return new UserError('not-in-cluster', `${namesOf(wanted)} is not in the cluster.`, {
    advice: 'Check the namespace and the context; there is nothing to delete.',
  });
}

const KINDS = { ingress: 'Ingress', service: 'Service' } as const;

function markedAsDeleted({ kind, object }: Present): KubeObject {
  const deletionTimestamp = new Date().toISOString();
  return { ...object, kind: KINDS[kind], metadata: { ...object.metadata, deletionTimestamp } };
}

/** A running controller would undo, or race with, whatever we do. */
export async function refuseRunningController(kube: Kube): Promise<void> {
  const charge = await whoIsInCharge(kube, new Date());
  if (charge.kind === 'controller') throw controllerInCharge(charge.namespace, charge.holder);
  if (charge.kind === 'watch') throw busy(charge.holder);
}

/** Failures of an outcome, one text each, with the objects that they concern. */
export function failuresOf(outcome: Outcome): { members: string[]; error: Error }[] {
  const ofGroups = outcome.groups.flatMap((group: GroupOutcome) =>
    group.failure === undefined
      ? []
      : [{ members: group.plan.owner.members.map(({ key }) => key), error: group.failure }],
  );
  return [...outcome.failures.map((error) => ({ members: [], error })), ...ofGroups];
}
