import type { Identity } from '../aws/clients';
import { type KubeObject, keyOf } from '../kube/types';
import { allowed, type Use, useOf } from '../model/quotas';
import { inLines } from '../printable';
import { adviceLines } from './advice/advice';
import { type Stuck, stuckLines } from './advice/stuck';
import { type Change, type ChangeKind, canonical, type FieldChange } from './change';
import type { Engine } from './engine';
import type { GroupPlan } from './groupPlan';
import type { Question } from './host';
import { titleOf } from './owner';
import { changesOf, type Plan } from './plan';

const SIGNS: Readonly<Record<ChangeKind, string>> = { create: '+', update: '~', replace: '±', delete: '-' };
const VERBS: Readonly<Record<ChangeKind, string>> = {
  create: 'create',
  update: 'update',
  replace: 'replace',
  delete: 'delete',
};

/** "3 to create, 1 to update", or "no change". */
export function summaryOf(changes: readonly Change[]): string {
  const kinds = Object.keys(VERBS) as ChangeKind[];
  const counts = kinds.flatMap((kind) => {
    const count = changes.filter((change) => change.kind === kind).length;
    return count === 0 ? [] : [`${count} to ${VERBS[kind]}`];
  });
  return counts.length === 0 ? 'no change' : counts.join(', ');
}

/** What the numbers leave out. */
function unbuilt({ groups }: Plan): string {
  const count = groups.filter(({ refusal }) => refusal !== undefined).length;
  return count === 0 ? '' : `; ${count} cannot be built`;
}

/** The plan as a person reads it: every change with the fields that it sets. */
export function planText(
  plan: Plan,
  engine: Engine,
  identity: Identity,
  manifests: readonly KubeObject[] = [],
): string {
  const changes = changesOf(plan);
  const head = [
    `Plan: ${summaryOf(changes)}${unbuilt(plan)}`,
    '',
    ...placeLines(engine, identity).map((line) => `  ${line}`),
    '',
    '  + create   ~ update in place   ± replace   - delete',
  ];
  const shared = section('Shared by the cluster', [...plan.prepare, ...plan.network, ...plan.finish]);
  const applied =
    manifests.length === 0
      ? []
      : ['', 'Cluster', ...manifests.map((object) => `  apply ${object.kind ?? ''} ${keyOf(object)}`)];
  const parts = [
    ...applied,
    ...plan.groups.flatMap(groupSection),
    ...shared,
    ...stuckSection(plan.stuck ?? []),
  ];
  const end =
    changes.length === 0 && plan.groups.every(({ refusal }) => refusal === undefined)
      ? ['', 'AWS is already as the manifests want it.']
      : [];
  return `${inLines([...head, ...parts, ...end])}\n`;
}

/** What to say once of a cluster that is only known by the name that somebody gave; undefined for one of EKS. */
export function unprovenText({ knownTo, settings, kube }: Engine): string | undefined {
  if (knownTo === 'EKS') return undefined;
  const { clusterName, vpcId } = settings;
  return `EKS has no record of the cluster ${clusterName} in this account and region: that ${kube.server} is this cluster, in ${vpcId}, is taken as given.`;
}

/** Account, region and cluster: what a question must name. */
export function placeLines(engine: Engine, identity: Identity): string[] {
  const { clusterName, vpcId } = engine.settings;
  const proof = engine.knownTo === 'EKS' ? '' : ', not an EKS cluster of this account and region';
  return [
    `account  ${identity.account}`,
    `region   ${engine.aws.region}`,
    `cluster  ${clusterName} (context ${engine.kube.context}${proof})`,
    `VPC      ${vpcId}`,
    ...placeWarnings(engine).map((text) => `! ${text}`),
  ];
}

/** What is wrong with the way to the cluster, whatever is planned. */
export function placeWarnings({ kube }: Pick<Engine, 'kube'>): string[] {
  if (kube.insecure !== true) return [];
  return [
    'The certificate of the API server is not checked (insecure-skip-tls-verify in the kubeconfig): whoever stands between reads the token and may answer instead. Give the cluster certificate-authority-data, as `aws eks update-kubeconfig` does.',
  ];
}

function groupSection(plan: GroupPlan): string[] {
  const { owner, refusal, notes, steps, cleanup } = plan;
  const warnings = notes.map((note) => `  ! ${note}`);
  const title = titleOf(owner);
  const members = owner.members.map(({ key }) => key).join(', ') || 'no member left';
  const changes = [...steps, ...cleanup].flatMap((step) => step.changes);
  if (refusal !== undefined)
    return [
      '',
      `${title} (${members})`,
      `  cannot be built: ${refusal.message}`,
      ...refusedLines(plan),
      ...changes.flatMap((change) => changeLines(change)),
      ...warnings,
    ];
  const head = ['', `${title} (${members})`, ...quotaLines(plan)];
  if (changes.length === 0) return [...head, '  no change', ...warnings];
  const lines = changes.flatMap((change) => changeLines(change, reasonOf(plan, change)));
  return [...head, ...lines, ...targetNote(plan), ...warnings];
}

/** What the refusal means, whom it concerns and what to do. */
function refusedLines({ advice }: GroupPlan): string[] {
  return advice === undefined ? [] : adviceLines(advice).map((line) => `    ${line}`);
}

function stuckSection(stuck: readonly Stuck[]): string[] {
  const lines = stuck.flatMap((one) => {
    const [head = '', ...more] = stuckLines(one);
    return [`  ! ${head}`, ...more.map((line) => `    ${line}`)];
  });
  return lines.length === 0 ? [] : ['', 'Kept by finalizers', ...lines];
}

/** What the load balancer would have of what AWS allows, the quotas that count for its kind. */
function quotaLines({ owner, stack }: GroupPlan): string[] {
  if (stack === undefined || owner.members.length === 0) return [];
  const use = useOf(stack.resources);
  const kinds = owner.kind === 'service' ? NETWORK_QUOTAS : APPLICATION_QUOTAS;
  return [`  uses ${kinds.map((kind) => `${use[kind]} of ${allowed[kind]} ${QUOTAS[kind]}`).join(', ')}`];
}

const QUOTAS: Readonly<Record<keyof Use, string>> = {
  listeners: 'listeners',
  rules: 'rules',
  targetGroups: 'target groups',
  certificates: 'certificates besides the default ones',
};
const APPLICATION_QUOTAS = ['listeners', 'rules', 'targetGroups', 'certificates'] as const;
const NETWORK_QUOTAS = ['listeners'] as const;

/** Why the plan has the resource of a change; what goes has none. */
export function reasonOf({ reasons }: GroupPlan, { of, kind }: Change): string | undefined {
  return of === undefined || kind === 'delete' ? undefined : reasons?.(of);
}

/** Pods that are not there yet cannot be in a plan; people should know that their targets come all the same. */
function targetNote(plan: GroupPlan): string[] {
  const waits = bindingsWithoutTargets(plan).length > 0;
  return waits
    ? ['  Targets are registered, and their security groups opened, as their pods become ready.']
    : [];
}

/** Bindings that a plan makes without registering any target, because no pod is ready yet. */
export function bindingsWithoutTargets({ steps }: GroupPlan): string[] {
  const changes = steps.flatMap((step) => step.changes);
  if (changes.some(({ what }) => what === 'Targets')) return [];
  return changes.flatMap(({ what, kind, name }) =>
    what === 'TargetGroupBinding' && kind === 'create' ? [name] : [],
  );
}

function section(title: string, changes: readonly Change[]): string[] {
  return changes.length === 0 ? [] : ['', title, ...changes.flatMap((change) => changeLines(change))];
}

/** The reason stands with what is made; of what is changed the fields speak. */
function changeLines(change: Change, reason?: string): string[] {
  const head = `  ${SIGNS[change.kind]} ${change.what} ${change.name}`;
  const why = reason === undefined || change.kind === 'update' ? [] : [`      why: ${reason}`];
  const fields = change.fields.map((field) => `      ${fieldText(field)}`);
  const warning = change.destructive === undefined ? [] : [`      ! ${change.destructive}`];
  return [head, ...why, ...fields, ...warning];
}

function fieldText({ path, before, after }: FieldChange): string {
  if (before === undefined) return `${path}: ${valueText(after)}`;
  if (after === undefined) return `${path}: ${valueText(before)} -> (none)`;
  return `${path}: ${valueText(before)} -> ${valueText(after)}`;
}

export function valueText(value: unknown): string {
  if (Array.isArray(value)) return value.map(valueText).join(', ');
  return typeof value === 'object' ? canonical(value) : String(value);
}

/** What to ask before a plan is carried out. */
export function questionOf(
  plan: Plan,
  engine: Engine,
  identity: Identity,
  manifests: readonly KubeObject[] = [],
): Question {
  const changes = changesOf(plan);
  const losses = changes.flatMap(({ what, name, arn, destructive }) =>
    destructive === undefined
      ? []
      : [`! ${what} ${name}${arn === undefined ? '' : ` (${arn})`}: ${destructive}`],
  );
  return {
    title: `Apply the plan (${summaryOf(changes)})?`,
    facts: [...placeLines(engine, identity), ...losses],
    details: planText(plan, engine, identity, manifests),
    destructive: losses.length > 0,
  };
}
