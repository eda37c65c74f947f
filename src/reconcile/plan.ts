import { rawAnnotation } from '../annotations/read';
import type { Aws } from '../aws/clients';
import { type Inventory, openInventory } from '../aws/inventory';
import { parallel } from '../aws/paging';
import type { Kube } from '../kube/client';
import type { ClusterSnapshot } from '../kube/snapshot';
import { type ClusterView, type KubeObject, keyOf, type Secret } from '../kube/types';
import type { BuildSettings } from '../model/build';
import { BuildError } from '../model/errors';
import { membershipOf } from '../model/group';
import {
  backendSecurityGroupName,
  GROUP_FINALIZER_PREFIX,
  IMPLICIT_FINALIZER,
  SERVICE_FINALIZER,
  type StackIdentity,
  type StackKind,
} from '../model/names';
import type { Stuck } from './advice/stuck';
import { type Change, newOutputs, type Outputs, type Step } from './change';
import type { Trust } from './checkpoint';
import { followBindings, planFreeBinding } from './freeBinding';
import type { GroupPlan } from './groupPlan';
import { type Builder, type Built, findBackendGroup, openBuilder } from './lookups';
import { type Observed, observe } from './observe';
import { isStack, loadOwners, type Owner, type Selection, type StackOwner } from './owner';
import { strangersNote, strangersOf } from './ownership';
import { planStack } from './planGroup';
import { planNetwork } from './planNetwork';
import { reasonsOf } from './reasons';
import { bindingsOfStack } from './resources/binding';
import { createBackendGroup, deleteBackendGroup } from './resources/securityGroup';

/** Everything that a run would do, in order: `prepare`, the groups' steps, `network`, the groups' clean-up, `finish`. */
export interface Plan {
  readonly prepare: readonly Change[];
  readonly groups: readonly GroupPlan[];
  readonly network: readonly Change[];
  /** Whether rules of nodes and pods were not looked at, since nothing about them can have changed. */
  readonly untouched: boolean;
  readonly finish: readonly Change[];
  /** Ingresses that asked for us but can be in no group, with the controller's words. */
  readonly misplaced: readonly { readonly key: string; readonly message: string }[];
  /** Objects that are being deleted and that nobody lets go. */
  readonly stuck?: readonly Stuck[];
  readonly outputs: Outputs;
  readonly cluster: ClusterSnapshot;
}

export interface PlanSources {
  readonly aws: Aws;
  readonly kube: Kube | undefined;
  readonly settings: BuildSettings;
  /** What the cluster holds. */
  readonly cluster: ClusterSnapshot;
  /** What it will hold: the same, or with manifests laid over it. */
  readonly view: ClusterView;
  /** Secrets of manifests that are yet to be applied. */
  readonly secrets?: ReadonlyMap<string, Secret>;
  readonly trust: Trust;
  /** Whether rules of nodes and pods are looked at always, or only where a binding changes. */
  readonly network: 'always' | 'changed';
  /** What there is in AWS of some stacks; all is listed where nobody remembers. */
  readonly inventoryOf?: ((owners: readonly StackIdentity[]) => Inventory) | undefined;
}

/** All changes of a plan in the order in which they would run. */
export function changesOf(plan: Plan): Change[] {
  const flat = (pick: (group: GroupPlan) => readonly Step[]) =>
    plan.groups.flatMap((group) => pick(group).flatMap(({ changes }) => changes));
  const [steps, cleanup] = [flat((group) => group.steps), flat((group) => group.cleanup)];
  return [...plan.prepare, ...steps, ...plan.network, ...cleanup, ...plan.finish];
}

/** Builds the selected groups and compares them with what exists. Changes nothing. */
export async function makePlan(sources: PlanSources, select: Selection): Promise<Plan> {
  const { aws, settings, cluster, view } = sources;
  const selected = loadOwners({ ...cluster, ...view }).filter(select);
  const inventory =
    sources.inventoryOf?.(selected.filter(isStack)) ??
    openInventory(aws, settings.vpcId, settings.clusterName);
  const builder = openBuilder({ ...sources, inventory });
  const shared = new Map<string, string>();
  const outputs = newOutputs(shared);
  const groups = await parallel(selected, (owner) =>
    planGroup(sources, inventory, builder, newOutputs(shared), owner),
  );
  const [prepare, network, finish] = await Promise.all([
    planBackendGroup(settings, inventory, outputs, builder.wantsBackendGroup()),
    planNetwork(sources, inventory, groups),
    planFinish(sources, inventory, groups, builder.wantsBackendGroup()),
  ]);
  const misplaced = misplacedIn({ ...cluster, ...view });
  const [rules, untouched] = network === undefined ? [[], true] : [network, false];
  return { prepare, groups, network: rules, untouched, finish, misplaced, outputs, cluster };
}

function misplacedIn(view: ClusterView): { key: string; message: string }[] {
  return [...view.ingresses].flatMap(([key, ingress]) => {
    const membership = membershipOf(ingress, view);
    const invalid = membership.kind === 'invalid-class' || membership.kind === 'invalid-group';
    return invalid ? [{ key, message: `Failed load groupID due to ${membership.message}` }] : [];
  });
}

async function planGroup(
  sources: PlanSources,
  inventory: Inventory,
  builder: Builder,
  outputs: Outputs,
  owner: Owner,
): Promise<GroupPlan> {
  if (owner.kind === 'binding') return planFreeBinding(sources, inventory, outputs, owner);
  const { aws, kube, settings, cluster } = sources;
  const built = await orRefusal(builder.build(owner));
  const base = { owner, notes: notesOn(owner), outputs };
  if (built instanceof BuildError) {
    const steps = await followBindings(sources, bindingsOfStack(cluster.bindings ?? [], owner));
    return { ...base, stack: undefined, reasons: undefined, refusal: built, steps, cleanup: [] };
  }
  const { stack, origins } = built;
  const lookedUp = { ...cluster, ...sources.view };
  const observed = await observe(
    { aws, kube, inventory, cluster: lookedUp, trust: sources.trust, settings },
    stack,
  );
  const { steps, cleanup } = planStack({ settings, stack, outputs }, observed, lookedUp);
  const strangers = strangersOf(owner, observed.loadBalancers, [...steps, ...cleanup], settings.clusterName);
  const doubts = strangers === undefined ? [] : [strangersNote(strangers)];
  const notes = [...base.notes, ...shieldNote(observed), ...doubts];
  const reasons = reasonsOf(owner, stack, origins);
  return { ...base, notes, strangers, stack, reasons, refusal: undefined, steps, cleanup };
}

/** Annotations that the reconciler does not bring to AWS yet: nobody should believe that they are in force. */
const NOT_YET = ['create-acm-cert'];
/** These stay in the model: AWS WAF Classic has reached its end of life. */
const CLASSIC = ['waf-acl-id', 'web-acl-id'];

function notesOn({ kind, members }: StackOwner): string[] {
  if (kind === 'service') return [];
  return members.flatMap(({ key, object }) => {
    const said = (suffix: string) => rawAnnotation(suffix, object.metadata.annotations) !== undefined;
    const notYet = NOT_YET.filter(said).map(
      (suffix) => `${key}: ${suffix} is not applied by the bundled reconciler yet; the controller applies it`,
    );
    const classic = CLASSIC.filter(said).map(
      (suffix) =>
        `${key}: ${suffix} is not applied: AWS WAF Classic has reached its end of life, use wafv2-acl-arn`,
    );
    return [...notYet, ...classic];
  });
}

/** Nobody should believe in a protection that is not there. */
function shieldNote({ addOns: { withoutShield } }: Observed): string[] {
  return withoutShield === undefined
    ? []
    : [`shield-advanced-protection is not applied, as the controller does not: ${withoutShield}`];
}

async function orRefusal(building: Promise<Built>): Promise<Built | BuildError> {
  try {
    return await building;
  } catch (error) {
    if (error instanceof BuildError) return error;
    if (error instanceof Error && error.name === 'ValueError') return new BuildError(error.message);
    throw error;
  }
}

/** The shared group is made as soon as a build asks for it, even if that build fails later (as the controller does). */
async function planBackendGroup(
  settings: BuildSettings,
  inventory: Inventory,
  outputs: Outputs,
  wanted: boolean,
): Promise<Change[]> {
  if (!wanted || (await findBackendGroup(inventory, settings.clusterName)) !== undefined) return [];
  return [createBackendGroup({ settings, outputs }, `new:${backendSecurityGroupName(settings.clusterName)}`)];
}

/** The shared back-end group goes with its last user. */
async function planFinish(
  { settings, cluster }: PlanSources,
  inventory: Inventory,
  groups: readonly GroupPlan[],
  wanted: boolean,
): Promise<Change[]> {
  const id = await findBackendGroup(inventory, settings.clusterName);
  if (id === undefined || wanted || groups.length === 0) return [];
  const built = groups.filter(({ refusal }) => refusal === undefined).map(({ owner }) => owner);
  const leaving = (kind: StackKind) =>
    new Set(built.filter((owner) => owner.kind === kind).flatMap((owner) => owner.leaving.map(keyOf)));
  const stays = (objects: ReadonlyMap<string, KubeObject>, kind: StackKind) =>
    [...objects.values()].some((one) => holdsFinalizer(one) && !leaving(kind).has(keyOf(one)));
  if (stays(cluster.ingresses, 'ingress') || stays(cluster.services, 'service')) return [];
  return [deleteBackendGroup(id, backendSecurityGroupName(settings.clusterName))];
}

const FINALIZERS = [IMPLICIT_FINALIZER, SERVICE_FINALIZER];

/** Whether AWS resources may exist for an Ingress or a Service. */
function holdsFinalizer({ metadata }: KubeObject): boolean {
  return (metadata.finalizers ?? []).some(
    (one) => FINALIZERS.includes(one) || one.startsWith(GROUP_FINALIZER_PREFIX),
  );
}
