import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathOf } from '../../sandbox/kube';
import type { World } from '../helpers/world';
import { awsCalls } from './awsCalls';
import { readState } from './awsState';
import { readDesired } from './case';
import { bring } from './cluster';
import { says } from './compare';
import { differences } from './differences';
import { commandEngine, type EngineCall } from './engine';
import { inOrder, type JsonObject } from './json';
import { kindOf } from './kinds';
import { createNames } from './names';
import { readObjects } from './objectState';
import { furnisher, type Objects } from './objects';
import type { State } from './state';
import { comparableState, toleranceOf } from './tolerance';

/** What the controller left behind after the last of a few steps, and what it complained of. */
export interface EndState {
  readonly state?: State;
  readonly objects?: Readonly<Record<string, JsonObject>>;
  /** No TargetGroupBinding is deleted and made anew in the last step. */
  readonly keepsBindings?: boolean;
  readonly errors?: readonly string[];
}

/** A folder with manifests.yaml, step-N.yaml (the whole desired state of later steps) and, of the last one, expected.json. */
export interface EndStateCase {
  readonly name: string;
  readonly steps: readonly string[];
  readonly text: string;
  readonly expected: EndState;
}

/** All cases of a folder that have an expectation. */
export function readEndStates(folder: string): EndStateCase[] {
  const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'expected.json')));
  return names.sort().map((name) => {
    const files = readdirSync(join(folder, name)).filter((file) => /^(manifests|step-\d+)\.yaml$/.test(file));
    const steps = files.sort().map((file) => join(folder, name, file));
    const text = steps.map((file) => readFileSync(file, 'utf8')).join('');
    const expected = JSON.parse(readFileSync(join(folder, name, 'expected.json'), 'utf8')) as EndState;
    return { name, steps, text, expected };
  });
}

/** Brings a world made anew through the steps of a case, with `ekslb sync` after each; what differs at the end. */
export async function endOf(world: World, testCase: EndStateCase): Promise<string[]> {
  await world.reset({ legacy_target_group: testCase.text.includes('shop-legacy') });
  const { sync } = commandEngine(world);
  const aws = awsCalls(world.endpoint, world.region);
  const furnish = furnisher(world.nodes);
  try {
    let before: Objects | undefined;
    let last: EngineCall = { exit: null, out: '', err: '' };
    let known: ReadonlyMap<string, string> = new Map();
    for (const file of testCase.steps) {
      const objects = furnish(readDesired(file, world.ids, '1.2'));
      await bring(world.kube, before, objects);
      known = await bindingsOf(world);
      last = await sync();
      before = objects;
    }
    const now = await bindingsOf(world);
    // Only the end was recorded: what was replaced on the way has left no name.
    const names = createNames(world.ids);
    const state = await readState(aws, names, world.vpcId);
    const objects = await readObjects(world.kube, names);
    const output = names.rename(`${last.out}\n${last.err}`);
    const lost = [...known].flatMap(([uid, name]) => (now.has(uid) ? [] : [name]));
    return compareEnd(testCase, { state, objects, output, exit: last.exit, lost });
  } finally {
    aws.close();
  }
}

interface Found {
  readonly state: State;
  readonly objects: Readonly<Record<string, JsonObject>>;
  readonly output: string;
  readonly exit: number | null;
  /** Names of TargetGroupBindings that the last step deleted. */
  readonly lost: readonly string[];
}

function compareEnd({ text, expected }: EndStateCase, found: Found): string[] {
  const tolerance = toleranceOf(text);
  const { state, objects, errors = [] } = expected;
  const unsaid = errors
    .filter((error) => !says(withoutIds(found.output), withoutIds(error)))
    .map((error) => `not said: ${error}`);
  const exit = errors.length > 0 ? 1 : 0;
  const remade = expected.keepsBindings === true ? found.lost : [];
  return [
    ...remade.map((name) => `TargetGroupBinding ${name} was deleted`),
    ...(state === undefined
      ? []
      : differences(comparableState(state, tolerance), comparableState(found.state, tolerance))),
    ...(objects === undefined
      ? []
      : differences(inOrder(withoutNumbers(objects)), inOrder(withoutNumbers(found.objects)))),
    ...unsaid,
    ...(found.exit === exit ? [] : [`exit code ${found.exit}, ${exit} expected: ${found.output.trim()}`]),
  ];
}

/** Ids of subnets that a message lists: seeded, but in the order of the recording's other calls. */
function withoutIds(text: string): string {
  return text.replace(/subnet-[0-9a-f]{17}/g, 'subnet-ID').replace(/\$\{subnet:[\w-]+\}/g, 'subnet-ID');
}

/** DNS names of load balancers that are gone have no placeholder, and AWS chooses the number in them. */
function withoutNumbers<T>(objects: T): T {
  const text = JSON.stringify(objects).replace(/-\d+(?=\.eu-west-1\.elb\.amazonaws\.com)/g, '-N');
  return JSON.parse(
    text.replace(/"\$\{dns:[^}]+\}"/g, '"DNS"').replace(/"[\w-]+-N\.eu-west-1[\w.]+"/g, '"DNS"'),
  ) as T;
}

/** uid -> name */
async function bindingsOf({ kube }: World): Promise<ReadonlyMap<string, string>> {
  const { items } = await kube.call<{ items: { metadata: { uid: string; name: string } }[] }>(
    'GET',
    pathOf(kindOf('TargetGroupBinding')),
  );
  return new Map(items.map(({ metadata }) => [metadata.uid, metadata.name]));
}
