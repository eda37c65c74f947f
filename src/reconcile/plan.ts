import { rawAnnotation } from '../annotations/read';
import type { Aws } from '../aws/clients';
import { type Inventory, openInventory } from '../aws/inventory';
import { parallel } from '../aws/paging';
import type { Kube } from '../kube/client';
import type { ClusterSnapshot } from '../kube/snapshot';
import type { ClusterView, Ingress, TargetGroupBinding } from '../kube/types';
import { keyOf } from '../kube/types';
import type { BuildSettings } from '../model/build';
import { BuildError } from '../model/errors';
import { type Group, loadGroups, membershipOf } from '../model/group';
import {
  backendSecurityGroupName,
  GROUP_FINALIZER_PREFIX,
  IMPLICIT_FINALIZER,
  SERVICE_FINALIZER,
} from '../model/names';
import { BINDING, type Stack } from '../model/stack';
import { type Change, newOutputs, type Outputs, type Step } from './change';
import { findBackendGroup, openBuilder } from './lookups';
import { bindingsAfter, planNetworking } from './networking';
import { type Observed, observe } from './observe';
import { planStack } from './planGroup';
import { bindingsOfStack, resolveBinding } from './resources/binding';
import { createBackendGroup, deleteBackendGroup } from './resources/securityGroup';

/** The plan of one group, or why it cannot be built. */
export interface GroupPlan {
  readonly group: Group;
  readonly stack: Stack | undefined;
  /** Worded as the controller's event. */
  readonly refusal: BuildError | undefined;
  /** What the manifests ask for and this version does not do. */
  readonly notes: readonly string[];
  readonly outputs: Outputs;
  readonly steps: readonly Step[];
  readonly cleanup: readonly Step[];
}

/** Everything that a run would do, in order: `prepare`, the groups' steps, `network`, the groups' clean-up, `finish`. */
export interface Plan {
  readonly prepare: readonly Change[];
  readonly groups: readonly GroupPlan[];
  readonly network: readonly Change[];
  readonly finish: readonly Change[];
  /** Ingresses that asked for us but can be in no group, with the controller's words. */
  readonly misplaced: readonly { readonly key: string; readonly message: string }[];
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
}

/** Which groups a run looks at. */
export type Selection = (group: Group) => boolean;

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
  const inventory = openInventory(aws, settings.vpcId);
  const builder = openBuilder({ ...sources, inventory });
  const shared = new Map<string, string>();
  const outputs = newOutputs(shared);
  const selected = loadGroups({ ...cluster, ...view }).filter(select);
  const groups = await parallel(selected, (group) =>
    planGroup(sources, inventory, builder.build, newOutputs(shared), group),
  );
  const [prepare, network, finish] = await Promise.all([
    planBackendGroup(settings, inventory, outputs, builder.wantsBackendGroup()),
    planNetwork(sources, groups),
    planFinish(sources, inventory, groups, builder.wantsBackendGroup()),
  ]);
  const misplaced = misplacedIn({ ...cluster, ...view });
  return { prepare, groups, network, finish, misplaced, outputs, cluster };
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
  build: (group: Group) => Promise<Stack>,
  outputs: Outputs,
  group: Group,
): Promise<GroupPlan> {
  const { aws, kube, settings, cluster } = sources;
  const stack = await orRefusal(build(group));
  const base = { group, notes: notesOn(group), outputs };
  if (stack instanceof BuildError)
    return { ...base, stack: undefined, refusal: stack, steps: [], cleanup: [] };
  const observed = await observe({ aws, kube, inventory, bindings: cluster.bindings ?? [], settings }, stack);
  const lookedUp = { ...cluster, ...sources.view };
  const { steps, cleanup } = planStack({ settings, stack, outputs }, observed, lookedUp);
  const notes = [...base.notes, ...shieldNote(observed)];
  return { ...base, notes, stack, refusal: undefined, steps, cleanup };
}

/** Annotations that the reconciler does not bring to AWS yet: nobody should believe that they are in force. */
const NOT_YET = ['enable-frontend-nlb', 'create-acm-cert'];
/** These stay in the model: AWS WAF Classic has reached its end of life. */
const CLASSIC = ['waf-acl-id', 'web-acl-id'];

function notesOn(group: Group): string[] {
  return group.members.flatMap(({ key, ingress }) => {
    const said = (suffix: string) => rawAnnotation(suffix, ingress.metadata.annotations) !== undefined;
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

async function orRefusal(building: Promise<Stack>): Promise<Stack | BuildError> {
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

async function planNetwork(sources: PlanSources, groups: readonly GroupPlan[]): Promise<Change[]> {
  const { aws, settings, cluster, view } = sources;
  const built = groups.filter(({ stack }) => stack !== undefined);
  const planned = built.flatMap(({ stack, outputs }) =>
    stack === undefined ? [] : plannedBindings(stack, outputs),
  );
  const kept = new Set(planned.map(keyOf));
  const leaving = new Set(
    built
      .flatMap(({ group }) => bindingsOfStack(cluster.bindings ?? [], group.id))
      .map(keyOf)
      .filter((key) => !kept.has(key)),
  );
  const after = bindingsAfter(cluster.bindings ?? [], planned, leaving);
  // A run that stopped halfway may have left rules behind: what is being released is looked at without bindings too.
  const released = groups.some(({ group }) => group.inactive.length > 0);
  if (after.length === 0 && !released && (cluster.bindings ?? []).length === 0) return [];
  return planNetworking(aws, settings, { ...cluster, ...view }, after);
}

function plannedBindings(stack: Stack, outputs: Outputs): TargetGroupBinding[] {
  const show = (token: Parameters<Outputs['find']>[0]) =>
    outputs.find(token) ?? (typeof token === 'string' ? token : '(new)');
  return Object.values(stack.resources[BINDING] ?? {}).map(({ spec }) => ({
    metadata: spec.template.metadata,
    spec: resolveBinding(spec, show),
  }));
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
  const released = groups
    .filter(({ refusal }) => refusal === undefined)
    .flatMap(({ group }) => group.inactive);
  const leaving = new Set(released.map(keyOf));
  const users = [...cluster.ingresses.values()].filter(
    (one) => holdsFinalizer(one) && !leaving.has(keyOf(one)),
  );
  const services = [...cluster.services.values()].some(({ metadata }) =>
    metadata.finalizers?.includes(SERVICE_FINALIZER),
  );
  if (users.length > 0 || services) return [];
  return [deleteBackendGroup(id, backendSecurityGroupName(settings.clusterName))];
}

/** Whether AWS resources may exist for an Ingress. */
function holdsFinalizer({ metadata }: Ingress): boolean {
  return (metadata.finalizers ?? []).some(
    (one) => one === IMPLICIT_FINALIZER || one.startsWith(GROUP_FINALIZER_PREFIX),
  );
}

/** Groups in which any of the Ingresses is, or was and still has to be released. */
export function groupsOfIngresses(keys: ReadonlySet<string>): Selection {
  return ({ members, inactive }) =>
    members.some(({ key }) => keys.has(key)) || inactive.some((ingress) => keys.has(keyOf(ingress)));
}
