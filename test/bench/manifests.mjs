/** Writes the files that are measured: single manifests of known length, and a workspace of 10,000 files. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createMaker, TEAMS, textOf } from './objects.mjs';

/** Lines and applications of each file. */
export const SIZES = {
  small: { lines: 40, apps: 1, count: 8 },
  large: { lines: 2_000, apps: 25, count: 12 },
  huge: { lines: 20_000, apps: 250, count: 12 },
};

const FILES = 10_000;
const INGRESSES = 1_000;

export function writeManifests(folder) {
  mkdirSync(folder, { recursive: true });
  for (const [name, size] of Object.entries(SIZES))
    writeFileSync(join(folder, `${name}.yaml`), manifest(size));
  writeWorkspace(join(folder, 'workspace'));
}

/** Applications with all they need, and a ConfigMap that fills the file up to its length. */
export function manifest({ lines, apps, count }) {
  const make = createMaker(20251121);
  const documents = Array.from({ length: apps }, (_, i) => application(i, apps, count, make)).flat();
  const left = lines - lineCount(textOf(documents)) - 8;
  if (left > 0) documents.push(make.configMap('filler', 'shared', left));
  return textOf(documents);
}

/** A single application is an Ingress alone: what a person has in front of them. */
function application(i, apps, count, make) {
  const namespace = TEAMS[i % TEAMS.length];
  const name = `${namespace}-${i}`;
  const ingress = make.ingress(name, namespace, { count, paths: apps === 1 ? 1 : i % 3 });
  return apps === 1
    ? [ingress]
    : [ingress, make.service(name, namespace), make.deployment(name, namespace)].slice(
        0,
        i % 4 === 0 ? 2 : 3,
      );
}

const lineCount = (text) => text.split('\n').length - 1;

/** Every tenth file has an Ingress, its Service is in the next; every fiftieth of them names one that is nowhere. */
function writeWorkspace(root) {
  const make = createMaker(7);
  for (let i = 0; i < FILES; i++) {
    const folder = join(root, `area-${Math.floor(i / 200)}`, `set-${Math.floor(i / 20) % 10}`);
    if (i % 20 === 0) mkdirSync(folder, { recursive: true });
    const { name, text } = workspaceFile(i, make);
    writeFileSync(join(folder, name), text);
  }
}

/** Of which Ingresses the Service is missing. */
export const isMissing = (slot) => slot % 50 === 25;

function workspaceFile(i, make) {
  const every = FILES / INGRESSES;
  const slot = Math.floor(i / every);
  if (i % every === 0) return ingressFile(slot, make);
  if (i % every === 1) return file(`service-${slot}`, make.service(`web-${slot}`, 'web'));
  return otherFile(i, make);
}

function ingressFile(slot, make) {
  const service = isMissing(slot) ? `absent-${slot}` : `web-${slot}`;
  return file(`ingress-${slot}`, make.ingress(`web-${slot}`, 'web', { count: 10, paths: slot % 3, service }));
}

function otherFile(i, make) {
  const namespace = TEAMS[i % TEAMS.length];
  const name = `${namespace}-${i}`;
  if (i % 4 === 0) return file(`deployment-${i}`, make.deployment(name, namespace));
  if (i % 4 === 1) return file(`config-${i}`, make.configMap(name, namespace, make.number(5, 40)));
  if (i % 4 === 2) return values(i, name);
  return file(`service-${i}`, make.service(name, namespace), make.deployment(name, namespace));
}

function values(i, name) {
  const lines = [`# values of ${name}`, 'image:', `  repository: orchard.example/${name}`, 'ingress:'];
  return file(`values-${i}`, [...lines, '  enabled: false', '  annotations: {}']);
}

const file = (name, ...documents) => ({ name: `${name}.yaml`, text: textOf(documents) });
