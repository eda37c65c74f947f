/** Taking away what controllers left behind: one question for each resource. */
import { awsCode } from '../../aws/errors';
import { Cancelled, explainShort } from '../../errors';
import type { Host, Question } from '../../reconcile/host';
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

/**
 * Deletes each of them that the person agrees to. Where only a tag says whose they are, the cluster is asked for first,
 * by its name. One that cannot be deleted keeps no other from being asked for.
 */
export async function removeOrphans(
  setup: Setup,
  orphans: readonly Orphan[],
  options: OrphanFlowOptions,
): Promise<OrphanOutcome[]> {
  const outcomes: OrphanOutcome[] = [];
  const clusters = new Map<string, boolean>();
  const clusterAgreed = async ({ byTagAlone, clusterName }: Orphan) => {
    if (!byTagAlone) return true;
    const agreed =
      clusters.get(clusterName) ??
      (await options.host.confirm(await clusterQuestion(setup, clusterName, orphans)));
    clusters.set(clusterName, agreed);
    return agreed;
  };
  for (const orphan of orphans) {
    if (options.signal.aborted) throw new Cancelled();
    const agreed =
      (await clusterAgreed(orphan)) && (await options.host.confirm(await questionFor(setup, orphan)));
    const outcome: OrphanOutcome = agreed
      ? await removal(setup, orphan, options)
      : { orphan, state: 'kept', evidence: ['It was not agreed to.'] };
    options.tell?.(outcome);
    outcomes.push(outcome);
  }
  return outcomes;
}

/** Whether a cluster is gone, which EKS cannot tell of one that it never had. */
async function clusterQuestion(
  setup: Setup,
  clusterName: string,
  orphans: readonly Orphan[],
): Promise<Question> {
  const own = orphans.filter((one) => one.byTagAlone && one.clusterName === clusterName);
  const facts = [
    ...[
      `Account: ${(await caller(setup)).account}`,
      `Region: ${setup.aws.region}`,
      `Cluster: ${clusterName}`,
    ],
    ...own.map(({ kind, name, id }) => `! ${ORPHAN_WORDS[kind]} ${name} (${id})`),
    'A cluster that is not of EKS (kOps, kubeadm), or of another account, looks the same and may be alive.',
  ];
  return {
    title: `Is the cluster ${clusterName} gone for good, and may its ${own.length} resources go?`,
    facts,
    details: `The controllers of ${clusterName} would find nothing of it any more.`,
    destructive: true,
    consent: { kind: 'cluster', clusterName },
  };
}

async function questionFor(setup: Setup, orphan: Orphan): Promise<Question> {
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
