import { differences } from '../conformance/differences';
import type { Manifest } from '../conformance/objects';
import { type Modelled, modelOf, type Simulated, simulationOf } from './models';
import type { Random } from './random';

/**
 * Where the language server and `ekslb model` say different things of the manifests. What the server refuses by a
 * finding of its own, better than by the refusal of the group, is refused by both.
 */
export function simulationDiffers(manifests: readonly Manifest[]): string[] {
  const simulation = simulationOf(manifests);
  return modelOf(manifests)
    .filter(({ id }) => !id.startsWith('Service '))
    .flatMap((model) => {
      const found = simulation.get(model.id);
      return found === undefined ? [`${model.id}: the server sees no such group`] : compared(model, found);
    });
}

function compared(model: Modelled, found: Simulated): string[] {
  const { id, refusal } = model;
  if (refusal !== undefined) {
    const told = found.refusal !== undefined || found.errors.length > 0;
    return told ? [] : [`${id}: refused (${refusal}), and the server says nothing`];
  }
  const more = (found.members ?? []).filter((one) => model.members?.includes(one) !== true);
  // Its class is wrong, or stands in no file: then only the error is told, and the rest goes on as if it were right.
  if (more.length > 0)
    return found.errors.length > 0 ? [] : [`${id}: ${more} left out, and the server says nothing`];
  // The server takes it that what stands in no file stands elsewhere.
  if ((model.missing ?? []).length > 0) return [];
  if (found.refusal !== undefined) return [`${id}: built, and the server refuses it: ${found.refusal}`];
  return differences(model.stack, found.stack).map((line) => `${id}: ${line}`);
}

/** Where the manifests in another order come to something else. */
export function orderMatters(manifests: readonly Manifest[], random: Random): string[] {
  const other = random.shuffled(manifests);
  const groups = (all: readonly Manifest[]) =>
    [...simulationOf(all).values()]
      .map(({ errors, ...group }) => ({ ...group, errors: errors.map(codeOf).sort() }))
      .sort((a, b) => (a.id + a.members < b.id + b.members ? -1 : 1));
  return [
    ...differences(modelOf(manifests), modelOf(other)).map((line) => `model: ${line}`),
    ...differences(groups(manifests), groups(other)).map((line) => `server: ${line}`),
  ];
}

/** Messages name what there is in the order in which it stands. */
function codeOf(error: string): string {
  return error.slice(0, error.indexOf(':'));
}
