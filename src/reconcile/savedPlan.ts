/** A plan as a file: what was reviewed is what runs, or nothing does. */
import { createHash } from 'node:crypto';
import type { Identity } from '../aws/clients';
import { UserError } from '../errors';
import { type KubeObject, keyOf } from '../kube/types';
import { type Change, canonical } from './change';
import { planChanged } from './confirmed';
import type { Engine } from './engine';
import { ownerKey } from './owner';
import type { Plan } from './plan';

const FORMAT = 'ekslb-plan';
/** Counted up whenever a member changes its meaning. */
const VERSION = 1;

/** Where a plan was made; it runs nowhere else. */
interface Place {
  readonly account: string;
  readonly region: string;
  readonly clusterName: string;
  readonly vpcId: string;
  readonly server: string;
}

/** What a plan was made for. */
export interface SavedSelection {
  readonly all: boolean;
  readonly ingress: readonly string[];
  readonly service: readonly string[];
}

/** A Secret is not written down: it is read again from its file, and has to be the same. */
interface SavedSecret {
  readonly key: string;
  readonly file: string;
  readonly sha256: string;
}

export interface SavedPlan {
  readonly format: typeof FORMAT;
  readonly version: typeof VERSION;
  readonly madeAt: string;
  readonly place: Place;
  readonly selection: SavedSelection;
  readonly manifests: readonly KubeObject[];
  readonly secrets: readonly SavedSecret[];
  /** Of everything else here: a file that was changed afterwards is not what was shown. */
  readonly sha256: string;
  /** One line for each change but those of targets, which follow pods. */
  readonly changes: readonly string[];
}

/** An object of the manifests and the file that it stands in; `-` is standard input. */
interface Source {
  readonly object: KubeObject;
  readonly file: string;
}

/** The plan as a value to be written. Throws a UserError for a Secret that could not be read again. */
export function savePlan(
  plan: Plan,
  engine: Engine,
  identity: Identity,
  selection: SavedSelection,
  sources: readonly Source[],
  now: Date,
): SavedPlan {
  const isSecret = ({ object }: Source) => object.kind === 'Secret';
  const saved = {
    format: FORMAT,
    version: VERSION,
    madeAt: now.toISOString(),
    place: placeOf(engine, identity),
    selection,
    manifests: sources.filter((source) => !isSecret(source)).map(({ object }) => object),
    secrets: sources.filter(isSecret).map(savedSecret),
    changes: changeTexts(plan),
  } as const;
  return { ...saved, sha256: digestOf(saved) };
}

function placeOf({ aws, kube, settings }: Engine, { account }: Identity): Place {
  const { clusterName, vpcId } = settings;
  return { account, region: aws.region, clusterName, vpcId, server: kube.server };
}

function savedSecret({ object, file }: Source): SavedSecret {
  if (file === '-') {
    throw new UserError('usage', `The Secret ${keyOf(object)} came from standard input.`, {
      why: 'Secrets are not written into a saved plan; they are read again when it runs.',
      advice: 'Keep the Secret in a file of its own, or apply it before.',
    });
  }
  return { key: keyOf(object), file, sha256: digestOf(object) };
}

function digestOf(object: object): string {
  return createHash('sha256').update(canonical(object)).digest('hex');
}

/** These follow pods and nodes, which move all the time: every run takes them as they are then. */
const MOVING: ReadonlySet<string> = new Set(['Targets', 'Security group of targets']);

/** Every change with all that it sets. */
function changeTexts(plan: Plan): string[] {
  const text = (scope: string, { kind, what, name, arn, of, fields }: Change) =>
    canonical({ scope, kind, what, name, arn, of, fields });
  const lasting = (changes: readonly Change[]) => changes.filter(({ what }) => !MOVING.has(what));
  const shared = lasting([...plan.prepare, ...plan.finish]).map((change) => text('', change));
  const own = plan.groups.flatMap(({ owner, steps, cleanup }) =>
    [...steps, ...cleanup].flatMap(({ changes }) =>
      lasting(changes).map((change) => text(ownerKey(owner), change)),
    ),
  );
  return [...shared, ...own];
}

/** Reads what {@link savePlan} made. Throws a UserError for anything else. */
export function parseSavedPlan(text: string, file: string): SavedPlan {
  const value = parsed(text) as Partial<SavedPlan> | undefined;
  if (value?.format !== FORMAT || !Array.isArray(value.changes) || value.place === undefined) {
    throw new UserError('bad-plan-file', `${file} is no saved plan.`, {
      advice: 'Make one with `ekslb plan --out FILE`. Manifests are given with -f.',
    });
  }
  if (value.version !== VERSION) {
    throw new UserError(
      'bad-plan-file',
      `${file} was saved by another version of ekslb (format ${value.version}).`,
      {
        advice: 'Plan again with this version.',
      },
    );
  }
  const { sha256, ...rest } = value;
  if (sha256 === digestOf(rest)) return value as SavedPlan;
  throw new UserError('bad-plan-file', `${file} was changed after it was saved.`, {
    why: 'What would run is not what was shown.',
    advice: 'Plan again.',
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Throws a UserError where the plan was made for another account, region or cluster. */
export function refuseOtherPlace(saved: SavedPlan, engine: Engine, identity: Identity): void {
  const here = placeOf(engine, identity);
  const keys = Object.keys(here) as (keyof Place)[];
  const wrong = keys.filter((key) => here[key] !== saved.place[key]);
  if (wrong.length === 0) return;
  const lines = wrong.map((key) => `${key}: saved for ${saved.place[key]}, here it is ${here[key]}`);
  throw new UserError('bad-plan-file', 'The plan was saved for another place.', {
    details: lines,
    why: 'Its changes name resources of that place.',
    advice: 'Choose the context, profile and region that it was made with, or plan again here.',
  });
}

/** The manifests of a saved plan, with its Secrets out of `read`. Throws a UserError for one that has changed. */
export async function manifestsOfSaved(
  { manifests, secrets }: SavedPlan,
  read: (file: string) => Promise<readonly KubeObject[]>,
): Promise<KubeObject[]> {
  const found = await Promise.all(
    secrets.map(async ({ key, file, sha256 }) => {
      const objects = await read(file);
      const secret = objects.find((object) => object.kind === 'Secret' && keyOf(object) === key);
      if (secret !== undefined && digestOf(secret) === sha256) return secret;
      throw planChanged([`the Secret ${key} in ${file} is not the one that was planned`]);
    }),
  );
  return [...manifests, ...found];
}

/** Throws a UserError (`plan-changed`) where a plan is not exactly the saved one. */
export function refuseOtherPlan(saved: SavedPlan, plan: Plan): void {
  const now = changeTexts(plan);
  const lines = [
    ...now
      .filter((line) => !saved.changes.includes(line))
      .map((line) => `not in the saved plan: ${shortOf(line)}`),
    ...saved.changes
      .filter((line) => !now.includes(line))
      .map((line) => `no longer planned: ${shortOf(line)}`),
  ];
  if (lines.length > 0 || now.length !== saved.changes.length) throw planChanged(lines);
}

/** `create Load balancer k8s-web-...` */
function shortOf(line: string): string {
  const { kind, what, name } = JSON.parse(line) as Pick<Change, 'kind' | 'what' | 'name'>;
  return `${kind} ${what} ${name}`;
}
