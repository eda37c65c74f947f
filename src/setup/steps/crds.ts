import { coerce } from 'semver';
import { UserError } from '../../errors';
import { getObject, listObjects } from '../../kube/client';
import type { KubeObject } from '../../kube/types';
import { keyOf } from '../../kube/types';
import { applyAction, deleteAction } from '../action';
import { look, some } from '../controller/look';
import { KINDS } from '../controller/names';
import { type LiveDefinition, missingFields, WANTED } from '../controller/schema';
import { isAutoMode, kubeIfThere, kubeOf, type Setup } from '../setup';
import { type Step, verdict } from '../step';

type Wanted = (typeof WANTED)[number];

export const crds: Step = {
  id: 'crds',
  title: 'Custom resource definitions',
  why: 'The controller keeps its targets in TargetGroupBindings and reads IngressClassParams; without the kinds it does not start, without a field what is written there is lost.',
  phase: 'controller',
  requires: ['kubeconfig'],
  patience: 30_000,
  async skip(setup) {
    return (await isAutoMode(setup)) ? 'EKS Auto Mode brings its own kinds.' : undefined;
  },
  async check(setup) {
    const problems = (await Promise.all(WANTED.map((wanted) => problemsOf(setup, wanted)))).flat();
    const names = WANTED.map(({ name }) => name).join(' and ');
    const advice = 'Apply them: `helm upgrade` never updates custom resource definitions.';
    return verdict(
      problems.length === 0 ? [] : [...problems, advice],
      `${names} have every field of ${setup.choices.controllerVersion}.`,
    );
  },
  async plan() {
    const names = WANTED.map(({ name }) => name).join(' and ');
    return [
      applyAction(
        `Make or update ${names}`,
        WANTED.map(({ definition }) => definition),
      ),
    ];
  },
  async undo(setup) {
    const kube = await kubeIfThere(setup);
    if (kube === undefined) return [];
    const found = await Promise.all(
      WANTED.map(({ name }) => getObject(kube, KINDS.CustomResourceDefinition, undefined, name)),
    );
    const there = WANTED.filter((_, at) => found[at] !== undefined);
    for (const wanted of there) await refuseInUse(setup, wanted);
    return there.map(({ name, definition }) => deleteAction(`Delete the kind ${name}`, definition, name));
  },
};

async function problemsOf(setup: Setup, { name, table }: Wanted): Promise<string[]> {
  const live = await look<LiveDefinition>(setup, KINDS.CustomResourceDefinition, undefined, name);
  if (live === undefined) return [`There is no ${name}.`];
  if (live.metadata.deletionTimestamp !== undefined) {
    return [`${name} is being deleted: run this again when it is gone.`];
  }
  const established = live.status?.conditions?.some(
    ({ type, status }) => type === 'Established' && status === 'True',
  );
  const waits = established === true ? [] : [`${name} is not served yet.`];
  const release = coerce(setup.choices.controllerVersion)?.version ?? setup.choices.controllerVersion;
  const missing = missingFields(table, live, release).map(({ path, since }) => {
    const when = since === undefined ? '' : `, which ${since} brought`;
    return `${name} does not know ${path}${when}.`;
  });
  return [...waits, ...missing];
}

/** Deleting a kind deletes its objects, and with them what keeps load balancers together. */
async function refuseInUse(setup: Setup, { name, table, definition }: Wanted): Promise<void> {
  const plural = name.split('.')[0] ?? '';
  const resource = { base: `/apis/${table.apiVersion}`, plural, namespaced: table.scope === 'Namespaced' };
  const objects =
    (await listObjects<KubeObject>(await kubeOf(setup), resource, { metadataOnly: true })) ?? [];
  if (objects.length === 0) return;
  throw new UserError('setup-in-use', `${definition.metadata.name} stays: there are objects of the kind.`, {
    details: [`  ${some(objects.map(keyOf))}`],
    why: 'They would be deleted with it, and targets would not be looked after any more.',
    advice: `Delete them first: \`kubectl get ${plural} --all-namespaces\` shows them.`,
  });
}
