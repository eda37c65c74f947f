import type { Change, Step } from '../change';
import type { GroupPlan } from '../groupPlan';
import type { HostEvent } from '../host';
import { ownerKey } from '../owner';
import type { Plan } from '../plan';
import type { Outcome } from '../run';
import type { Ending } from './queue';
import { doneText, driftText, type WatchEvent } from './text';

/** Tells what happens, and nothing twice that only goes on. */
export interface Reports {
  once(event: WatchEvent): void;
  change(group: string | undefined, change: Change, drift: boolean): void;
  /** What a run says besides its changes. */
  passOn(event: HostEvent): void;
  outcome(outcome: Outcome): void;
}

export function openReports(tell: (event: WatchEvent) => void): Reports {
  const said = new Set<string>();
  const names = new Map<string, string>();
  const once = (event: WatchEvent) => {
    const key = `${event.group}\n${event.text}`;
    if (said.has(key)) return;
    said.add(key);
    tell(event);
  };
  return {
    once,
    change: (group, change, drift) =>
      tell(
        drift
          ? { kind: 'drift', group, text: driftText(change) }
          : { kind: 'change', group, text: doneText(change) },
      ),
    passOn: ({ level, text, progress }) => {
      if (progress !== undefined || level === 'debug') return;
      tell({ kind: level, group: undefined, text });
    },
    outcome: ({ groups }) => {
      for (const { plan, dnsName, failure } of groups) {
        const group = ownerKey(plan.owner);
        for (const text of plan.notes) once({ kind: 'warning', group, text });
        // A binding that somebody wrote has no load balancer to be told of.
        if (failure !== undefined || plan.owner.kind === 'binding' || names.get(group) === dnsName) continue;
        if (dnsName === undefined) names.delete(group);
        else names.set(group, dnsName);
        tell({
          kind: 'info',
          group,
          text: dnsName === undefined ? 'has no load balancer any more' : `is served by ${dnsName}`,
        });
      }
    },
  };
}

/** The plan, with each change told as soon as it is done; `rest` is what a run did besides. */
export function announced(
  plan: Plan,
  tell: (group: string | undefined, change: Change) => void,
): { plan: Plan; rest(outcome: Outcome): Change[] } {
  const wrapped = new Set<Change>();
  const wrap = (group: string | undefined) => (change: Change) => {
    const told: Change = {
      ...change,
      async apply(run) {
        await change.apply(run);
        tell(group, change);
      },
    };
    wrapped.add(told);
    return told;
  };
  const inSteps = (key: string, steps: readonly Step[]) =>
    steps.map((step) => ({ ...step, changes: step.changes.map(wrap(key)) }));
  const inGroup = (group: GroupPlan): GroupPlan => {
    const key = ownerKey(group.owner);
    return { ...group, steps: inSteps(key, group.steps), cleanup: inSteps(key, group.cleanup) };
  };
  const shared = wrap(undefined);
  return {
    plan: {
      ...plan,
      prepare: plan.prepare.map(shared),
      groups: plan.groups.map(inGroup),
      finish: plan.finish.map(shared),
    },
    rest: ({ done }) => done.filter((change) => !wrapped.has(change)),
  };
}

/** How each key that was due ended; what belongs to no group fails all of them. */
export function endingsOf({ groups, failures }: Outcome, due: readonly string[]): Map<string, Ending> {
  const [shared] = failures;
  const endings = new Map<string, Ending>();
  if (shared !== undefined) for (const key of due) endings.set(key, { kind: 'failed', error: shared });
  for (const { plan, failure } of groups) {
    if (failure !== undefined) endings.set(ownerKey(plan.owner), { kind: 'failed', error: failure });
  }
  return endings;
}
