/** What controllers left behind, in words and as data. */

import { inLines } from '../../printable';
import { actionJson, fileName, placeOf, planLines } from '../planText';
import type { Setup } from '../setup';
import { ORPHAN_WORDS, type Orphan, type OrphanReport } from './find';

/** Files of its commands are named after it: ARNs and ids are unique. */
const orphanId = ({ id }: Orphan) => `orphan-${id.split(/[:/]/).slice(-2).join('-')}`;

/** How an orphan would be deleted. */
export function orphanCommands(setup: Setup, orphan: Orphan): string[] {
  return planLines(setup, { id: orphanId(orphan) }, orphan.actions);
}

/** What controllers left behind, as text; a line says where there is nothing. */
export function orphansText(setup: Setup, { orphans, untold }: OrphanReport): string {
  const blocks = orphans.flatMap((orphan) => {
    const { kind, name, id, clusterName, why } = orphan;
    return [
      `${ORPHAN_WORDS[kind]} ${name}  (cluster ${clusterName})`,
      `    ${id}`,
      `    ${why}`,
      ...orphanCommands(setup, orphan),
    ];
  });
  const foreign = [...new Set(orphans.flatMap((one) => (one.byTagAlone ? [one.clusterName] : [])))];
  const consent = foreign.map(
    (name) => `Those of ${name} are deleted only after a question by name, or with --delete-cluster ${name}.`,
  );
  const none = orphans.length + untold.length === 0 ? ['Controllers have left nothing behind.'] : [];
  return inLines([...blocks, ...consent, ...untold, ...none]);
}

/** The same for programs. */
export function orphansJson(setup: Setup, { orphans, untold }: OrphanReport): object {
  const place = placeOf(setup);
  return {
    orphans: orphans.map((orphan) => ({
      ...orphanFacts(orphan),
      actions: orphan.actions.map((action, at) =>
        actionJson(action, fileName(orphanId(orphan), orphan.actions, at), place),
      ),
    })),
    untold,
  };
}

const orphanFacts = ({ kind, id, name, clusterName, why }: Orphan) => ({
  ...{ kind, id, name, why },
  cluster: clusterName,
});
