/**
 * Advice after the controller's words: what a refusal or a failure means, whom it concerns, what to do. AWS is asked for
 * more only when something went wrong, and a failure to explain never hides the failure itself.
 */
import type { Aws } from '../../aws/clients';
import { awsCode, awsMessage, translateAwsError } from '../../aws/errors';
import { parallel } from '../../aws/paging';
import { messageOf, UserError } from '../../errors';
import type { BuildSettings } from '../../model/build';
import { BuildError, LoadError } from '../../model/errors';
import type { GroupPlan } from '../groupPlan';
import type { Plan } from '../plan';
import type { GroupOutcome, Outcome } from '../run';
import { type Advice, advisedError } from './advice';
import { arnNotes } from './arns';
import { sharesOf } from './members';
import { OTHER, rowOf } from './table';
import type { Explanation, Stage, Trouble } from './trouble';

/** Where it went wrong: an engine, or as much of it as is needed. */
export interface Place {
  readonly aws: Aws;
  readonly settings: BuildSettings;
}

/** The plan with advice on every group that cannot be built, and warnings about ARNs that AWS will refuse. */
export async function adviseOnPlan(place: Place, plan: Plan): Promise<Plan> {
  return { ...plan, groups: await parallel(plan.groups, (group) => adviseOnGroup(place, group)) };
}

async function adviseOnGroup(place: Place, group: GroupPlan): Promise<GroupPlan> {
  const notes = [...group.notes, ...(await arnNotes(place.aws, group.owner))];
  const { refusal } = group;
  if (refusal === undefined) return { ...group, notes };
  const trouble = troubleOf(place, group, 'build', refusal);
  return { ...group, notes, advice: await adviceOf(trouble, refusal) };
}

/** The outcome with failures that say what to do; their messages stay the controller's. */
export async function adviseOnOutcome(place: Place, outcome: Outcome): Promise<Outcome> {
  return { ...outcome, groups: await parallel(outcome.groups, (group) => adviseOnFailure(place, group)) };
}

async function adviseOnFailure(place: Place, outcome: GroupOutcome): Promise<GroupOutcome> {
  const { failure, plan } = outcome;
  if (failure === undefined || failure instanceof UserError) return outcome;
  const cause = failure instanceof BuildError ? failure : (failure.cause ?? failure);
  const advice = plan.advice ?? (await adviceOf(troubleOf(place, plan, 'deploy', cause), cause));
  return { ...outcome, failure: advisedError(failure.message, advice, cause) };
}

/** The first line of a refusal, in the words of the controller's event, which people search for. */
export function refusalLine({ owner, refusal }: Pick<GroupPlan, 'owner' | 'refusal'>): string {
  const message = refusal?.message ?? '';
  if (refusal instanceof LoadError) return message;
  return owner.kind === 'binding'
    ? `Failed reconcile due to ${message}`
    : `Failed build model due to ${message}`;
}

/** The refusal of a group as an error for a person. */
export function refusalError(group: GroupPlan): UserError {
  const { owner, refusal, advice = general('build', owner, refusal) } = group;
  return advisedError(refusalLine(group), advice, refusal);
}

function troubleOf(place: Place, { owner, stack }: GroupPlan, stage: Stage, cause: unknown): Trouble {
  const { aws, settings } = place;
  const refusal = cause instanceof BuildError ? cause : undefined;
  const message = messageOf(cause);
  const code = awsMessage(cause) === message ? '' : awsCode(cause);
  return { aws, settings, owner, stack, stage, code, message, refusal };
}

async function adviceOf(trouble: Trouble, cause: unknown): Promise<Advice> {
  const known = cause instanceof UserError ? undefined : rowOf(trouble);
  if (known === undefined) return general(trouble.stage, trouble.owner, cause);
  const { row, match } = known;
  const said = await explained(trouble, () => row.explain(trouble, match));
  const { what, details = [], why = row.why, advice, blame = [] } = said;
  const blamed = trouble.refusal?.member === undefined ? blame : [trouble.refusal.member, ...blame];
  return { code: row.code, what, details, why, advice, ...sharesOf(trouble.owner, blamed, trouble.stage) };
}

/** AWS may refuse the look around as well: then the message stands for itself. */
async function explained(
  { message }: Trouble,
  explain: () => Explanation | Promise<Explanation>,
): Promise<Explanation> {
  try {
    return await explain();
  } catch (error) {
    return {
      what: `More cannot be said, because AWS refuses to be asked: ${awsMessage(error)}`,
      advice: `Mend what the first line names: ${message}`,
    };
  }
}

/** Where no row knows more: failures with words of their own keep them. */
function general(stage: Stage, owner: GroupPlan['owner'], cause: unknown): Advice {
  const known = translateAwsError(cause);
  const shares = sharesOf(
    owner,
    cause instanceof BuildError && cause.member !== undefined ? [cause.member] : [],
    stage,
  );
  if (known instanceof UserError) {
    const { code, message, details, why, advice = GENERAL[stage].advice } = known;
    // The first line has our own words already.
    const words =
      known === cause
        ? { what: why.length > 0 ? why.join(' ') : GENERAL[stage].what }
        : { what: message, why: why.length > 0 ? why.join(' ') : undefined };
    return { ...GENERAL[stage], ...defined(words), code, details, advice, ...shares };
  }
  return { code: OTHER[stage], details: [], ...GENERAL[stage], ...shares };
}

/** Without `why` where there is none, so that it does not hide the general one. */
function defined({ what, why }: { what: string; why?: string | undefined }): { what: string; why?: string } {
  return why === undefined ? { what } : { what, why };
}

const GENERAL: Readonly<Record<Stage, Readonly<Record<'what' | 'why' | 'advice', string>>>> = {
  build: {
    what: 'The load balancer cannot be built from the manifests.',
    why: 'The controller would refuse it as well: while one member cannot be built, none of the group is changed.',
    advice: 'Mend what the first line names; `ekslb lint` finds most mistakes in the files.',
  },
  deploy: {
    what: 'A change could not be made.',
    why: 'What was done before it stays and is found again by its tags; what comes after it was not done.',
    advice: 'Mend what the first line names and run the command again: it goes on where it stopped.',
  },
};
