import { groupIdText } from '../../src/model/groupId';
import { openEngine, planOf, run } from '../../src/reconcile/engine';
import { changesOf } from '../../src/reconcile/plan';
import { failuresOf } from '../../src/reconcile/provision';
import { bring } from '../conformance/cluster';
import { differences } from '../conformance/differences';
import { furnisher, type Manifest, type Objects } from '../conformance/objects';
import { AWS_KINDS, appliesTo, type FaultKind, KUBE_KINDS } from '../faults/kinds';
import { arm, disturb } from '../faults/matrix';
import { hasten, type Rig } from '../faults/rig';
import { recordingHost } from '../helpers/recordingHost';
import type { Random } from './random';

/** The worlds of a rig made anew, with these manifests applied and what stands behind them. */
async function begin(rig: Rig, manifests: readonly Manifest[]): Promise<void> {
  await rig.reset();
  const objects: Objects = furnisher(rig.world.nodes)(manifests);
  await bring(rig.world.kube, undefined, objects);
}

interface Ran {
  /** What would be changed before the run, but for groups that are refused. */
  readonly changes: readonly string[];
  /** Groups that are refused or failed, and why. */
  readonly failures: readonly string[];
}

async function sync({ world }: Rig, places: { kubeconfig: string; endpointUrl: string }): Promise<Ran> {
  const { clusterName, region, vpcId } = world;
  const engine = await openEngine({ clusterName, region, vpcId, ...places });
  hasten(engine);
  const plan = await planOf(engine, () => true);
  const outcome = await run(engine, plan, recordingHost(), new AbortController().signal);
  const failures = failuresOf(outcome).map(({ error }) => error.message.split('\n')[0] ?? '');
  const refused = plan.groups.flatMap(({ owner, refusal }) =>
    refusal === undefined ? [] : [`${groupIdText(owner.group)}: ${refusal.message}`],
  );
  const changes = changesOf(plan).map(({ kind, what, name, fields }) =>
    [kind, what, name, ...fields.map(({ path, before, after }) => `${path}: ${before} -> ${after}`)].join(
      ' ',
    ),
  );
  return { changes, failures: [...new Set([...failures, ...refused])].map(withoutIds).sort() };
}

/** Every answer of AWS has an id of its own. */
function withoutIds(message: string): string {
  return message.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID').replace(/RequestId: \S+/g, '');
}

function undisturbed(rig: Rig): Promise<Ran> {
  return sync(rig, { kubeconfig: rig.world.kubeconfig, endpointUrl: rig.world.endpoint });
}

/** After a run there is nothing left to do, or the same groups are refused for the same reasons and nothing changes. */
export async function secondRunChanges(
  rig: Rig,
  manifests: readonly Manifest[],
  seen: { balancers: number; refused: number },
): Promise<string[]> {
  await begin(rig, manifests);
  const first = await undisturbed(rig);
  const end = await rig.read();
  seen.balancers += Object.keys(end.state.loadBalancers).length;
  seen.refused += first.failures.length;
  const second = await undisturbed(rig);
  const again = await rig.read();
  return [
    ...(first.failures.length === 0 ? second.changes.map((line) => `planned once more: ${line}`) : []),
    ...differences(first.failures, second.failures).map((line) => `failures: ${line}`),
    ...differences(end, again).map((line) => `second run: ${line}`),
  ];
}

/** A run that is disturbed at some call in some way, and what an undisturbed one leaves in its place. */
export async function disturbedRunDiffers(
  rig: Rig,
  manifests: readonly Manifest[],
  random: Random,
  kills: boolean,
): Promise<string[]> {
  await begin(rig, manifests);
  arm(rig, undefined, undefined);
  await rig.disturbed();
  const calls = { aws: [...rig.aws.calls()], kube: [...rig.kube.calls()] };
  const end = await rig.read();
  await begin(rig, manifests);
  const side = random.pick(['aws', 'kube'] as const);
  const at = random.int(calls[side].length);
  const kind = random.pick(kindsFor(side, calls[side][at] ?? '', kills));
  await disturb(rig, { side, nth: at + 1, kind });
  await rig.sync();
  const where = `${side} ${at + 1} ${calls[side][at]} ${kind.name}`;
  return differences(end, await rig.read()).map((line) => `${where}: ${line}`);
}

/** What hangs is left to the matrix: it takes a second each. */
function kindsFor(side: 'aws' | 'kube', call: string, kills: boolean): readonly FaultKind[] {
  return (side === 'aws' ? AWS_KINDS : KUBE_KINDS).filter(
    (kind) =>
      appliesTo(kind, call) && (kind.kill === true) === kills && (kills || kind.fault.answer !== 'hang'),
  );
}
