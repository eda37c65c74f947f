import { existsSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { findHelm } from '../../sandbox/install/helm';
import { placesOf } from '../../sandbox/places';
import { runOrThrow } from '../../sandbox/run';
import type { KubeObject } from '../../src/kube/types';
import { isObject, type JsonObject } from '../conformance/json';

/** The chart and the program that renders it, or why one of them is not here. */
export function chartAtHand(root: string): { helm: string; chart: string } | string {
  const chart = process.env['EKSLB_CHART'];
  if (chart === undefined) return 'EKSLB_CHART does not name the folder of the chart of the controller.';
  if (!existsSync(`${chart}/Chart.yaml`)) return `EKSLB_CHART is ${chart}, which holds no Chart.yaml.`;
  const helm = findHelm(placesOf(root, process.env), process.env);
  return helm === undefined
    ? 'helm is not installed: set HELM, or run the tests of the setup once.'
    : { helm, chart };
}

/** What the chart makes, each object by itself. */
export async function rendered(
  { helm, chart }: { helm: string; chart: string },
  values: Readonly<Record<string, string>>,
): Promise<KubeObject[]> {
  const set = Object.entries(values).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
  const args = ['template', 'aws-load-balancer-controller', chart, '--namespace', 'kube-system', ...set];
  const stdout = await runOrThrow(helm, args, {});
  return parseAllDocuments(stdout).flatMap((document) => {
    const object = document.toJS() as (KubeObject & { items?: KubeObject[] }) | null;
    return object === null ? [] : (object.items ?? [object]);
  });
}

export type Objects = Readonly<Record<string, unknown>>;

/** By kind and name, in a form that does not tell apart what means the same: rules one by one, nothing that is empty. */
export function byName(objects: readonly KubeObject[]): Objects {
  return Object.fromEntries(
    objects.map((object) => [`${object.kind} ${object.metadata.name}`, withoutEmpty(permissions(object))]),
  );
}

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

function permissions(object: KubeObject): unknown {
  const { rules } = object as { rules?: readonly Rule[] };
  if (rules === undefined) return object;
  const each = rules.flatMap(({ apiGroups, resources, resourceNames = ['*'], verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) =>
        resourceNames.flatMap((name) => verbs.map((verb) => `${verb} ${group}/${resource} ${name}`)),
      ),
    ),
  );
  return { ...object, rules: [...new Set(each)].sort() };
}

function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (!isObject(value)) return value;
  const entries = Object.entries(value)
    .map(([key, inner]) => [key, withoutEmpty(inner)] as const)
    .filter(
      ([, inner]) => !(inner === null || (isObject(inner) && Object.keys(inner as JsonObject).length === 0)),
    );
  return Object.fromEntries(entries);
}
