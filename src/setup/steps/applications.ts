import { discover, getObject, type Kube } from '../../kube/client';
import { RESOURCES } from '../../kube/resources';
import type { Ingress, KubeObject } from '../../kube/types';
import { keyOf } from '../../kube/types';
import { type Action, applyAction, deleteAction, waitAction } from '../action';
import { SAMPLE_ROWS, type SampleRow } from '../applications/samples';
import type { Deployment } from '../controller/deployments';
import { glance, present } from '../controller/look';
import { MANAGER, MANAGER_LABEL } from '../controller/names';
import { isAutoMode, kubeIfThere, kubeOf, type Setup } from '../setup';
import { type Check, isFalse, isTrue, type Step } from '../step';
import type { StepId } from '../stepIds';

export const applicationSteps: readonly Step[] = SAMPLE_ROWS.map(stepOf);

function stepOf(row: SampleRow): Step {
  const own: readonly StepId[] = row.sample === 'fastapi' ? ['image'] : [];
  return {
    id: `sample-${row.sample}`,
    title: row.title,
    why: row.why,
    phase: 'applications',
    requires: ['kubeconfig', 'ingress-class', 'controller-ready', 'webhook', ...own],
    // A new load balancer is active after two or three minutes.
    patience: 5 * 60_000,
    async skip({ choices }) {
      return choices.samples.includes(row.sample) ? undefined : 'This sample was not asked for.';
    },
    async check(setup) {
      const objects = await objectsOf(setup, row);
      const kube = await kubeOf(setup);
      const live = await liveOf(kube, objects);
      const problems = objects.flatMap((object, at) => problemOf(object, live[at]));
      if (problems.length > 0) return isFalse(...problems);
      return reached(`${row.namespace} has all its objects.`, live.at(-1) as Ingress);
    },
    async plan(setup) {
      const objects = await objectsOf(setup, row);
      const foreign = await isForeign(setup, row);
      const wanted = foreign ? objects.filter((object) => !isNamespace(object)) : objects;
      return [
        applyAction(`Apply the sample in the namespace ${row.namespace}`, wanted),
        untilReached(entryOf(objects)),
      ];
    },
    undo: (setup) => removal(setup, row),
  };
}

async function objectsOf(setup: Setup, row: SampleRow): Promise<readonly KubeObject[]> {
  return row.objects(setup, await isAutoMode(setup));
}

const isNamespace = ({ kind }: KubeObject) => kind === 'Namespace';

/** Whether somebody else made the namespace: then it stays as it is, and only what is ours in it goes. */
async function isForeign(setup: Setup, { namespace }: SampleRow): Promise<boolean> {
  const found = await glance(setup, RESOURCES.Namespace, undefined, namespace);
  return found !== undefined && found.metadata.labels?.[MANAGER_LABEL] !== MANAGER;
}

/** As they are in the cluster, in the same order. */
async function liveOf(kube: Kube, objects: readonly KubeObject[]): Promise<(KubeObject | undefined)[]> {
  const seen = new Map<string, Promise<unknown>>();
  return Promise.all(
    objects.map(async (object) => {
      const { namespace, name } = object.metadata;
      return getObject<KubeObject>(kube, await discover(kube, seen, object), namespace, name);
    }),
  );
}

function problemOf(wanted: KubeObject, live: KubeObject | undefined): string[] {
  if (live === undefined) return [`There is no ${nameOf(wanted)}.`];
  if (live.metadata.deletionTimestamp !== undefined) {
    return [`${nameOf(wanted)} is being deleted: run this again when it is gone.`];
  }
  const [image, has] = [imageOf(wanted), imageOf(live)];
  return image === has ? [] : [`${nameOf(wanted)} runs ${has}, not ${image}.`];
}

function imageOf({ spec }: Deployment): string | undefined {
  return spec?.template?.spec?.containers?.[0]?.image;
}

const nameOf = (object: KubeObject) => `${object.kind} ${keyOf(object)}`;

/** What has the load balancer: the last object of a sample. */
function entryOf(objects: readonly KubeObject[]): KubeObject {
  const last = objects.at(-1);
  if (last === undefined) throw new Error('a sample has objects');
  return last;
}

function reached(fine: string, entry: Ingress): Check {
  const host = entry.status?.loadBalancer?.ingress?.[0]?.hostname;
  if (host !== undefined)
    return isTrue(fine, `It answers at http://${host}/ as soon as its targets are healthy.`);
  return isFalse(`${nameOf(entry)} has no address yet: its events say what the controller is doing.`);
}

function untilReached({ kind = '', metadata: { name, namespace = '' } }: KubeObject): Action {
  const what = `${kind.toLowerCase()}/${name}`;
  return waitAction(`Wait until ${kind} ${namespace}/${name} has an address`, [
    ...(['kubectl', 'wait', '--for=jsonpath={.status.loadBalancer.ingress}', what] as const),
    ...['--namespace', namespace, '--timeout=300s'],
  ]);
}

/** What has the load balancer goes first, while the controller is told; then the namespace with the rest, or only the rest. */
async function removal(setup: Setup, row: SampleRow): Promise<Action[]> {
  const kube = await kubeIfThere(setup);
  if (kube === undefined) return [];
  const objects = await objectsOf(setup, row);
  const entry = entryOf(objects);
  const foreign = await isForeign(setup, row);
  // What only has the names of a sample is somebody's own.
  if (foreign && !setup.choices.samples.includes(row.sample)) return [];
  const rest = objects.filter((object) => object !== entry && isNamespace(object) !== foreign);
  const there = await present(kube, [entry, ...rest]);
  return there.map((object) => {
    const lost = isNamespace(object)
      ? ' and everything in it'
      : isSame(object, entry)
        ? ' and its load balancer'
        : '';
    return deleteAction(`Delete ${nameOf(object)}`, object, `${nameOf(object)}${lost}`);
  });
}

const isSame = (one: KubeObject, other: KubeObject) => nameOf(one) === nameOf(other);
