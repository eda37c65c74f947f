import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { JsonObject } from './json';
import type { Manifest } from './objects';
import type { Stack } from './stack';
import type { State } from './state';

/** A folder with case.json, manifests.yaml, step-N.yaml (the whole desired state of later steps) and expected/. */
export interface Case {
  readonly name: string;
  /** Files of the desired states, one per step. */
  readonly steps: readonly string[];
  /** All of them as text. */
  readonly text: string;
  readonly recorded: readonly Recorded[];
}

/** What the AWS Load Balancer Controller did in one step. */
export interface Recorded {
  /** Stack id -> the last model that the controller logged. */
  readonly stack: Readonly<Record<string, Stack>>;
  readonly state: State;
  readonly objects: Readonly<Record<string, JsonObject>>;
  readonly events: readonly { readonly type: string; readonly reason: string; readonly message: string }[];
  readonly errors: readonly { readonly error: string }[];
  readonly timing: { readonly calls: number; readonly writes: number };
}

export function readCases(folder: string): Case[] {
  const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'case.json')));
  return names.sort().map((name) => readCase(join(folder, name)));
}

function readCase(folder: string): Case {
  const steps = [join(folder, 'manifests.yaml')];
  for (let next = 2; existsSync(join(folder, `step-${next}.yaml`)); next++) {
    steps.push(join(folder, `step-${next}.yaml`));
  }
  return {
    name: basename(folder),
    steps,
    text: steps.map((file) => readFileSync(file, 'utf8')).join(''),
    recorded: steps.map((_, index) => readRecorded(folder, index + 1)),
  };
}

function readRecorded(folder: string, step: number): Recorded {
  const part = (name: string): unknown => {
    const file = join(folder, 'expected', step === 1 ? '' : `step-${step}`, `${name}.json`);
    return JSON.parse(readFileSync(file, 'utf8'));
  };
  return {
    stack: part('stack') as Recorded['stack'],
    state: part('state') as State,
    objects: part('objects') as Recorded['objects'],
    events: part('events') as Recorded['events'],
    errors: part('errors') as Recorded['errors'],
    timing: part('timing') as Recorded['timing'],
  };
}

/** The recording of one step, counted from 1. */
export function recordedOf({ name, recorded }: Case, step: number): Recorded {
  const found = recorded[step - 1];
  if (found === undefined) throw new Error(`${name} has no step ${step}`);
  return found;
}

/** `${vpc}`, `${sg:shop-node}`, ... */
const PLACEHOLDER = /\$\{[a-z]+(?::[^}]*)?\}/g;

/** The documents of a manifest file with real ids in place of the placeholders; recordings were read as YAML 1.1. */
export function readDesired(
  file: string,
  ids: Readonly<Record<string, string>>,
  version: '1.1' | '1.2' = '1.1',
): Manifest[] {
  const unknown = new Set<string>();
  const text = readFileSync(file, 'utf8').replace(PLACEHOLDER, (placeholder) => {
    const id = ids[placeholder];
    if (id === undefined) unknown.add(placeholder);
    return id ?? placeholder;
  });
  if (unknown.size > 0) throw new Error(`${file}: unknown placeholders ${[...unknown].join(', ')}`);
  return parseAllDocuments(text, { version })
    .map((document) => document.toJS() as (Manifest & { items?: Manifest[] }) | null)
    .flatMap((object) =>
      object === null ? [] : object.kind.endsWith('List') ? (object.items ?? []) : [object],
    );
}
