/** What was confirmed, against what would run: time passes between a question, its answer and the run. */
import { Cancelled, UserError } from '../errors';
import type { Change } from './change';
import type { Engine } from './engine';
import { identityOf } from './engine';
import type { Host } from './host';
import { ownerKey } from './owner';
import { changesOf, type Plan } from './plan';
import { questionOf, summaryOf } from './planText';

/** Resources whose making costs money from the first hour on. */
const COSTLY: ReadonlySet<string> = new Set(['Load balancer', 'Shield protection']);

/** Whether somebody must have agreed to a change: it makes something that costs, replaces or deletes. */
function weighs({ kind, what, destructive }: Change): boolean {
  return (
    kind === 'delete' ||
    kind === 'replace' ||
    destructive !== undefined ||
    (kind === 'create' && COSTLY.has(what))
  );
}

/** Changes that need consent, by what they are about: names that are yet to be known do not count. */
function weighty(plan: Plan): Map<string, Change> {
  const keyOf = (scope: string, { kind, what, of, arn, name }: Change) =>
    [scope, kind, what, kind === 'delete' ? (arn ?? name) : (of?.id ?? name)].join(' ');
  const own = plan.groups.flatMap((group) =>
    [...group.steps, ...group.cleanup].flatMap(({ changes }) =>
      changes.filter(weighs).map((change) => [keyOf(ownerKey(group.owner), change), change] as const),
    ),
  );
  const shared = [...plan.prepare, ...plan.network, ...plan.finish].filter(weighs);
  return new Map([...own, ...shared.map((change) => [keyOf('', change), change] as const)]);
}

/** Creations of cost, replacements and deletions of a plan that are not in the one that was confirmed. */
export function unconfirmed(confirmed: Plan, now: Plan): Change[] {
  const known = weighty(confirmed);
  return [...weighty(now)].flatMap(([key, change]) => (known.has(key) ? [] : [change]));
}

/** Asks again where a plan would do what nobody has agreed to. Throws Cancelled for no. */
export async function confirmAgain(engine: Engine, confirmed: Plan, now: Plan, host: Host): Promise<void> {
  const changes = unconfirmed(confirmed, now);
  if (changes.length === 0) return;
  const question = questionOf(now, engine, await identityOf(engine));
  const agreed = await host.confirm({
    ...question,
    title: `Things have changed since the plan was confirmed. Apply the new one (${summaryOf(changesOf(now))})?`,
    facts: [
      ...question.facts,
      ...changes.map(({ kind, what, name }) => `not confirmed: ${kind} ${what} ${name}`),
    ],
    consent: { kind: 'changed-plan' },
  });
  if (!agreed) throw new Cancelled();
}

/** Where nobody can be asked. */
export function planChanged(lines: readonly string[]): UserError {
  return new UserError('plan-changed', 'The plan has changed since it was confirmed.', {
    details: lines,
    why: 'Somebody changed the cluster or AWS meanwhile. Nothing more was changed in AWS.',
    advice:
      'Look at it with `ekslb plan` and run the command again; --accept-changes takes whatever the plan is by then.',
  });
}
