import { type Engine, openEngine, planOf } from '../../src/reconcile/engine';
import { changesOf, type Plan } from '../../src/reconcile/plan';
import type { World } from '../helpers/world';
import { awsCalls } from './awsCalls';
import { readState } from './awsState';
import { type Case, type Recorded, readDesired, recordedOf } from './case';
import { bring } from './cluster';
import { expectedErrors } from './compare';
import { differences } from './differences';
import { inOrder } from './json';
import { createNames } from './names';
import { readObjects } from './objectState';
import { furnisher, type Objects } from './objects';
import { replay } from './replay';
import { namesInModel } from './replayIds';
import { comparableState, toleranceOf } from './tolerance';

/** What the controller left behind. */
export type Left = Pick<Recorded, 'state' | 'objects'>;

type Ids = Readonly<Record<string, string>>;

/** What `ekslb plan` would say of what the controller left behind. */
export interface Handover {
  /** Where the replayed state is not the recorded one: nothing can be said of the plan then. */
  readonly replayed: readonly string[];
  /** Changes of a plan before anything was made; without any, a plan without changes proves nothing. */
  readonly changesBefore: readonly string[];
  /** Changes of the plan; none are right. */
  readonly changes: readonly string[];
}

/** Steps in which the controller reported no error, counted from 1. */
export function stepsWithoutError(testCase: Case): number[] {
  return testCase.steps
    .map((_, index) => index + 1)
    .filter((step) => expectedErrors(recordedOf(testCase, step)).demanded.length === 0);
}

/**
 * Brings a world made anew to the end of a step as the controller left it, and plans.
 *
 * @param damage what is different from what the controller left
 */
export async function handOver(
  world: World,
  testCase: Case,
  step: number,
  damage: (left: Left) => void = () => undefined,
): Promise<Handover> {
  await world.reset({ legacy_target_group: testCase.text.includes('shop-legacy') });
  const aws = awsCalls(world.endpoint, world.region);
  try {
    await bring(world.kube, undefined, objectsAt(world, testCase, step));
    const engine = await engineFor(world);
    const before = await planAll(engine);
    const recorded = recordedOf(testCase, step);
    const { kube, vpcId, ids } = world;
    const left = structuredClone({ state: recorded.state, objects: recorded.objects });
    damage(left);
    const made = await replay({ aws, kube, vpcId, ids }, left, namesInModel(before));
    const names = createNames(mentioned(made, recorded, ids));
    const tolerance = toleranceOf(testCase.text);
    const state = await readState(aws, names, vpcId);
    const objects = await readObjects(kube, names);
    return {
      replayed: [
        ...differences(comparableState(recorded.state, tolerance), comparableState(state, tolerance)),
        ...differences(inOrder(recorded.objects), inOrder(objects)),
      ],
      changesBefore: changesIn(before),
      changes: changesIn(await planAll(engine)),
    };
  } finally {
    aws.close();
  }
}

/** Two placeholders may stand for one name: that of the recording counts. */
function mentioned(made: Ids, { state, objects }: Recorded, ofWorld: Ids): Ids {
  const text = JSON.stringify([state, objects]);
  const entries = Object.entries(made).filter(([one]) => one in ofWorld || text.includes(one));
  return Object.fromEntries(entries);
}

/** The steps before decide which node ports and pod addresses there are. */
function objectsAt(world: World, { steps }: Case, step: number): Objects {
  const furnish = furnisher(world.nodes);
  const all = steps.slice(0, step).map((file) => furnish(readDesired(file, world.ids)));
  return all.at(-1) as Objects;
}

function engineFor({ kubeconfig, clusterName, region, vpcId, endpoint }: World): Promise<Engine> {
  return openEngine({ kubeconfig, clusterName, region, vpcId, endpointUrl: endpoint });
}

function planAll(engine: Engine): Promise<Plan> {
  return planOf(engine, () => true, [], 'nothing');
}

/** Refusals as well: a group that cannot be built has no changes. */
function changesIn(plan: Plan): string[] {
  const refusals = plan.groups.flatMap(({ refusal }) => (refusal === undefined ? [] : [refusal.message]));
  const changes = changesOf(plan).map(({ kind, what, name, fields }) => {
    const text = fields.map(
      ({ path, before, after }) => `${path}: ${JSON.stringify(before)} -> ${JSON.stringify(after)}`,
    );
    return `${kind} ${what} ${name} ${text.join('; ')}`.trimEnd();
  });
  return [...refusals.map((message) => `refused: ${message}`), ...changes];
}
