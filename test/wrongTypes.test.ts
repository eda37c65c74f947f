/** Whatever types stand in valid YAML, the answer is in words of ours, or of the controller's: never in JavaScript's. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { createService } from '../server/service';
import { createManifest } from '../server/text/manifest';
import { ValueError } from '../src/annotations/parse';
import { UserError } from '../src/errors';
import { sortManifests } from '../src/kube/manifests';
import { overlay } from '../src/kube/snapshot';
import { type ClusterView, type Ingress, keyOf, type Service } from '../src/kube/types';
import { buildStack, DEFAULT_SETTINGS } from '../src/model/build';
import { BuildError, LoadError } from '../src/model/errors';
import { loadGroups, membershipOf } from '../src/model/group';
import { buildServiceStack } from '../src/model/service';
import { stackJson } from '../src/model/stack';
import { namedIn } from '../src/reconcile/owner';
import { lookupsOf } from './model/build/build';

const root = resolve(import.meta.dirname, '..');
const JAVASCRIPT =
  /is not a function|Cannot read prop|undefined \(reading|is not iterable|of null|Invalid URL|\[object |call stack/;

function yamlBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true }).flatMap((entry) =>
    entry.isFile() && entry.name.endsWith('.yaml') ? [join(entry.parentPath, entry.name)] : [],
  );
}

const texts = [...yamlBelow('samples'), ...yamlBelow('test/conformance/cases')].map((file) =>
  readFileSync(file, 'utf8'),
);
const sources: readonly unknown[][] = texts
  .map((text) => parseAllDocuments(text).map((one) => one.toJS() as unknown))
  .filter((documents) => documents.length > 0);

/** mulberry32: the same numbers on every machine. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const ODD: readonly unknown[] = [
  ...[
    null,
    true,
    false,
    0,
    -1,
    15,
    1.5,
    1e308,
    '',
    'x',
    '-',
    'a/b',
    'http://',
    '[]',
    '{}',
    '[null]',
    '{"a":',
  ],
  ...[[], {}, [null], [[]], [{}], [1], { a: 'b' }, { a: null }, { name: null }, { __proto__: null, name: 5 }],
];

/** Puts a value of another type in some place of a document; of a text sometimes the JSON in it is changed. */
function mutate(value: unknown, next: (below: number) => number): unknown {
  const children = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  if (children.length === 0 || next(6) === 0) return ODD[next(ODD.length)];
  const key = children[next(children.length)] ?? '';
  if (Array.isArray(value)) return value.map((one, at) => (String(at) === key ? mutate(one, next) : one));
  const inner = (value as Record<string, unknown>)[key];
  return { ...(value as object), [key]: mutate(inner, next) };
}

function mutants(count: number, seed: number): string[] {
  const next = numbers(seed);
  return Array.from({ length: count }, () => {
    const documents = [...(sources[next(sources.length)] ?? [])];
    for (let times = next(3); times >= 0; times--) {
      const at = next(documents.length);
      documents[at] = mutate(documents[at], next);
    }
    return documents.map((one) => JSON.stringify(one)).join('\n---\n');
  });
}

const NOTHING: ClusterView = {
  ingresses: new Map(),
  services: new Map(),
  ingressClasses: new Map(),
  ingressClassParams: new Map(),
  namespaces: new Map(),
};
const SETTINGS = { ...DEFAULT_SETTINGS, clusterName: 'shop', vpcId: 'vpc-1' };

const RANGE = { ipv4: ['10.0.0.0/20'], ipv6: [] };
const NETWORK = {
  networkLoadBalancer: () => undefined,
  subnetRanges: (ids: readonly string[]) => ids.map(() => RANGE),
  vpcRanges: () => RANGE,
};

/** The message of a failure that is meant; whatever else is thrown fails the test. */
function refusalOf(run: () => unknown): string[] {
  try {
    run();
    return [];
  } catch (error) {
    const meant = [BuildError, LoadError, ValueError, UserError].some((one) => error instanceof one);
    if (!meant) throw error;
    return [(error as Error).message];
  }
}

/** Everything that `model` and `plan` make of manifests, and what they say. */
function modelled(text: string): string[] {
  const { manifests, refused } = sortManifests(text, 'odd.yaml');
  const objects = manifests.map(({ object }) => object);
  namedIn(objects);
  const view = overlay(NOTHING, objects);
  const lookups = lookupsOf(view, {});
  const groups = loadGroups(view).flatMap((group) =>
    refusalOf(() => stackJson(buildStack(group, lookups, SETTINGS))),
  );
  const services = [...view.services.values()].flatMap((service) =>
    refusalOf(() => stackJson(buildServiceStack(service as Service, { ...lookups, ...NETWORK }, SETTINGS))),
  );
  const misplaced = [...view.ingresses.values()].flatMap((ingress) => {
    const membership = membershipOf(ingress as Ingress, view);
    return 'message' in membership ? [`${keyOf(ingress)}: ${membership.message}`] : [];
  });
  return [...refused.map(({ message }) => message), ...groups, ...services, ...misplaced];
}

/** What the editor and `lint` say. */
async function checked(text: string): Promise<string[]> {
  const service = createService();
  const manifest = createManifest('file:///odd.yaml', 'yaml', 1, text);
  const found = service.validate(manifest).map(({ message }) => String(message));
  const position = manifest.positionAt(text.length / 2);
  const range = { start: position, end: position };
  service.codeActions(manifest, range);
  service.hover(manifest, position);
  await service.complete(manifest, position);
  return found;
}

/** Ten thousand in all, in tests that are short each. */
const SEEDS = Array.from({ length: 20 }, (_, at) => at + 1);
const EACH = 500;

describe.each(SEEDS)('wrong types, seed %d', (seed) => {
  const all = mutants(EACH, seed);

  test('model and plan', () => {
    const bad = all.flatMap((text) => modelled(text).filter((message) => JAVASCRIPT.test(message)));
    expect(bad).toEqual([]);
  });

  test('lint and the editor', async () => {
    const bad: string[] = [];
    for (const text of all) bad.push(...(await checked(text)).filter((message) => JAVASCRIPT.test(message)));
    expect(bad).toEqual([]);
  });
});

test('the mutants reach what they are for', () => {
  const said = mutants(EACH, 1).flatMap(modelled);
  expect(said.filter((message) => message.startsWith('odd.yaml: ')).length).toBeGreaterThan(EACH / 4);
  expect(said.filter((message) => !message.startsWith('odd.yaml: ')).length).toBeGreaterThan(EACH / 10);
});
