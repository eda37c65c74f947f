import { discover, getObject, type Kube } from '../../kube/client';
import type { Ingress, KubeObject } from '../../kube/types';
import { keyOf } from '../../kube/types';
import { type Action, applyAction, deleteAction } from '../action';
import { SAMPLE_ROWS, type SampleRow } from '../applications/samples';
import { present } from '../controller/look';
import { isAutoMode, kubeIfThere, kubeOf, type Setup } from '../setup';
import { isFalse, isTrue, type Step } from '../step';
import type { StepId } from '../stepIds';
import { imageUri } from './image';

export const applicationSteps: readonly Step[] = SAMPLE_ROWS.map(stepOf);

function stepOf(row: SampleRow): Step {
  const own: readonly StepId[] = row.sample === 'fastapi' ? ['image'] : [];
  return {
    id: `sample-${row.sample}`,
    title: row.title,
    why: row.why,
    phase: 'applications',
    requires: ['kubeconfig', 'ingress-class', 'controller-ready', 'webhook', ...own],
    async skip({ choices }) {
      return choices.samples.includes(row.sample) ? undefined : 'This sample was not asked for.';
    },
    async check(setup) {
      const objects = await objectsOf(setup, row);
      const kube = await kubeOf(setup);
      const there = (await present(kube, objects)).map(nameOf);
      const missing = objects.map(nameOf).filter((name) => !there.includes(name));
      if (missing.length > 0) return isFalse(...missing.map((name) => `There is no ${name}.`));
      return isTrue(`${row.namespace} has all its objects.`, await addressOf(kube, entryOf(objects)));
    },
    async plan(setup) {
      const objects = await objectsOf(setup, row);
      return [applyAction(`Apply the sample in the namespace ${row.namespace}`, objects)];
    },
    undo: (setup) => removal(setup, row),
  };
}

async function objectsOf(setup: Setup, row: SampleRow): Promise<readonly KubeObject[]> {
  const choices = { ...setup.choices, image: await imageOf(setup, row) };
  return row.objects({ ...setup, choices }, await isAutoMode(setup));
}

/** Only one sample has an image of its own: its address has the account in it. */
async function imageOf(setup: Setup, { sample }: SampleRow): Promise<string> {
  return sample === 'fastapi' ? imageUri(setup) : setup.choices.image;
}

const nameOf = (object: KubeObject) => `${object.kind} ${keyOf(object)}`;

/** What has the load balancer: the last object of a sample. */
function entryOf(objects: readonly KubeObject[]): KubeObject {
  const last = objects.at(-1);
  if (last === undefined) throw new Error('a sample has objects');
  return last;
}

async function addressOf(kube: Kube, entry: KubeObject): Promise<string> {
  const resource = await discover(kube, new Map(), entry);
  const { namespace, name } = entry.metadata;
  const live = await getObject<Ingress>(kube, resource, namespace, name);
  const host = live?.status?.loadBalancer?.ingress?.[0]?.hostname;
  if (host !== undefined) return `It answers at http://${host}/ as soon as its targets are healthy.`;
  return `${nameOf(entry)} has no address yet: its events say what the controller is doing.`;
}

/** What has the load balancer goes first, while the controller is told; only then the namespace with the rest. */
async function removal(setup: Setup, row: SampleRow): Promise<Action[]> {
  const kube = await kubeIfThere(setup);
  if (kube === undefined) return [];
  const objects = await objectsOf(setup, row);
  const entry = entryOf(objects);
  const there = await present(kube, [entry, ...objects.filter(({ kind }) => kind === 'Namespace')]);
  return there.map((object) => {
    const lost = object.kind === 'Namespace' ? 'everything in it' : 'its load balancer';
    return deleteAction(`Delete ${nameOf(object)}`, object, `${nameOf(object)} and ${lost}`);
  });
}
