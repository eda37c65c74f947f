/** Taking away what controllers left behind: one question for each resource. */
import { awsCode } from '../../aws/errors';
import { Cancelled, explainShort } from '../../errors';
import type { Host } from '../../reconcile/host';
import { retryWhile } from '../../reconcile/resources/retry';
import { perform } from '../perform';
import type { OrphanOutcome } from '../report';
import { caller, type Setup } from '../setup';
import { ORPHAN_WORDS, type Orphan } from './find';
import { orphanCommands } from './text';

export interface OrphanFlowOptions {
  readonly host: Host;
  readonly signal: AbortSignal;
  readonly tell?: (outcome: OrphanOutcome) => void;
}

/** Deletes each of them that the person agrees to. One that cannot be deleted keeps no other from being asked for. */
export async function removeOrphans(
  setup: Setup,
  orphans: readonly Orphan[],
  options: OrphanFlowOptions,
): Promise<OrphanOutcome[]> {
  const outcomes: OrphanOutcome[] = [];
  for (const orphan of orphans) {
    if (options.signal.aborted) throw new Cancelled();
    const agreed = await options.host.confirm(await questionFor(setup, orphan));
    const outcome: OrphanOutcome = agreed
      ? await removal(setup, orphan, options)
      : { orphan, state: 'kept', evidence: ['It was not agreed to.'] };
    options.tell?.(outcome);
    outcomes.push(outcome);
  }
  return outcomes;
}

async function questionFor(setup: Setup, orphan: Orphan) {
  const { account } = await caller(setup);
  const { kind, name, id, clusterName, why, actions } = orphan;
  return {
    title: `Delete the ${ORPHAN_WORDS[kind]} ${name}?`,
    facts: [
      ...[`Account: ${account}`, `Region: ${setup.aws.region}`, `Cluster: ${clusterName}`],
      ...[`Resource: ${id}`, why],
      ...actions.flatMap(({ loses }) => (loses === undefined ? [] : [`Lost: ${loses}`])),
    ],
    details: orphanCommands(setup, orphan).join('\n'),
    destructive: true,
  };
}

/** A load balancer that was just deleted holds its target groups and security groups for a while. */
const PASSING = new Set(['ResourceInUse', 'DependencyViolation']);

async function removal(
  setup: Setup,
  orphan: Orphan,
  { host, signal }: OrphanFlowOptions,
): Promise<OrphanOutcome> {
  const passes = (error: unknown) => error instanceof Error && PASSING.has(awsCode(error.cause));
  try {
    for (const action of orphan.actions) {
      host.notify({ level: 'info', text: action.text });
      await retryWhile(signal, passes, () => perform(setup, action, signal));
    }
    return { orphan, state: 'deleted', evidence: orphan.actions.map(({ text }) => text) };
  } catch (error) {
    if (error instanceof Cancelled) throw error;
    return { orphan, state: 'failed', evidence: [explainShort(error)] };
  }
}
