import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localAwsRoute } from '../../sandbox/services/aws';
import type { World } from '../helpers/world';
import { awsCalls } from './awsCalls';
import { readState } from './awsState';
import { type Case, readDesired, recordedOf } from './case';
import { bring } from './cluster';
import { compareStep, expectedErrors, type Problems, type Run } from './compare';
import { commandEngine, ENGINE_KEY, type Engine, programEngine } from './engine';
import { createNames, type Names } from './names';
import { readObjects } from './objectState';
import { furnisher, type Manifest, type Objects } from './objects';
import { parseModel } from './stack';
import { withPlaceholders } from './tolerance';

/** How one step of a case went. */
export interface Row {
  readonly case: string;
  /** Counted from 1. */
  readonly step: number;
  readonly problems: Problems;
  /** Whether the controller failed in this step. */
  readonly errorExpected: boolean;
  /** Calls of AWS, and how many of them change something. */
  readonly calls: number;
  readonly writes: number;
  readonly callsRecorded: number;
  readonly writesRecorded: number;
}

/** What the engine does when it is called again with nothing to change. */
export interface Settled {
  readonly exit: number | null;
  readonly calls: number;
  readonly writes: number;
}

/** The target group that nobody manages; made only for the cases whose text names it. */
const LEGACY_TARGET_GROUP = 'shop-legacy';

/**
 * Runs a case in a world made anew: for every step the cluster gets the whole desired state, the engine is
 * called, and what it did is compared with the recording.
 *
 * @param program the bundled command line; without it the commands run in this process
 */
export async function runCase(
  world: World,
  testCase: Case,
  program?: string,
): Promise<{ rows: Row[]; settled: Settled | undefined }> {
  await world.reset({ legacy_target_group: testCase.text.includes(LEGACY_TARGET_GROUP) });
  const scratch = await mkdtemp(join(tmpdir(), 'conformance-'));
  const bench = openBench(world, join(scratch, 'manifests.yaml'), program);
  const furnish = furnisher(world.nodes);
  const rows: Row[] = [];
  let settled: Settled | undefined;
  let before: Objects | undefined;
  try {
    for (const [index, file] of testCase.steps.entries()) {
      const objects = furnish(readDesired(file, world.ids));
      await bring(world.kube, before, objects);
      await writeFile(bench.file, documents(objects.written));
      rows.push(rowOf(testCase, index + 1, await runStep(bench)));
      before = objects;
    }
    if (rows.at(-1)?.errorExpected === false) settled = await again(bench);
  } finally {
    bench.close();
    await rm(scratch, { recursive: true, force: true });
  }
  return { rows, settled };
}

/** What all steps of a case share. */
interface Bench {
  readonly endpoint: string;
  readonly engine: Engine;
  readonly names: Names;
  /** Holds the step's manifests, for `model -f`. */
  readonly file: string;
  readonly read: () => Promise<Pick<Run, 'state' | 'objects'>>;
  readonly close: () => void;
}

function openBench(world: World, file: string, program: string | undefined): Bench {
  const { endpoint, kube, vpcId } = world;
  const names = createNames(world.ids);
  const aws = awsCalls(endpoint, world.region);
  return {
    endpoint,
    engine: program === undefined ? commandEngine(world) : programEngine(program, world),
    names,
    file,
    read: async () => ({
      state: await readState(aws, names, vpcId),
      objects: await readObjects(kube, names),
    }),
    close: aws.close,
  };
}

/** JSON is YAML that no reader takes differently. */
function documents(objects: readonly Manifest[]): string {
  return objects.map((object) => JSON.stringify(object)).join('\n---\n');
}

async function again({ endpoint, engine }: Bench): Promise<Settled> {
  await countAnew(endpoint);
  const { exit } = await engine.sync();
  return { exit, ...(await statsOf(endpoint)) };
}

interface Stats {
  readonly calls: number;
  readonly writes: number;
}

/** From now on the local AWS counts the engine's calls. */
function countAnew(endpoint: string): Promise<unknown> {
  return localAwsRoute(endpoint, '/_test/log', { key: ENGINE_KEY });
}

async function statsOf(endpoint: string): Promise<Stats> {
  const { calls, writes } = (await (await fetch(`${endpoint}/_test/stats`)).json()) as Stats;
  return { calls, writes };
}

/** Calls the engine and reads everything back; all with placeholders. */
async function runStep({ endpoint, engine, names, file, read }: Bench): Promise<Run> {
  await countAnew(endpoint);
  const model = await engine.model(file);
  const { writes } = await statsOf(endpoint);
  await countAnew(endpoint);
  const sync = await engine.sync();
  const { calls, writes: changes } = await statsOf(endpoint);
  const recording = await read();
  const { stacks, problem } = parseModel(model.out);
  return {
    stacks: stacks.map((stack) => withPlaceholders(names.rename(stack))),
    modelExit: model.exit,
    modelOutput: names.rename(model.err),
    modelProblem: problem,
    modelWrites: writes,
    exit: sync.exit,
    output: names.rename(`${sync.out}\n${sync.err}`),
    calls,
    writes: changes,
    ...recording,
  };
}

function rowOf(testCase: Case, step: number, run: Run): Row {
  const recorded = recordedOf(testCase, step);
  return {
    case: testCase.name,
    step,
    problems: compareStep(testCase, step, run),
    errorExpected: expectedErrors(recorded).demanded.length > 0,
    calls: run.calls,
    writes: run.writes,
    callsRecorded: recorded.timing.calls,
    writesRecorded: recorded.timing.writes,
  };
}
