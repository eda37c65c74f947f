/** The plan as data, for `--json`; schemas/plan.schema.json describes it. */
import { groupIdText } from '../model/groupId';
import { allowed, type Use, useOf } from '../model/quotas';
import type { Advice } from './advice/advice';
import type { Change } from './change';
import type { Engine } from './engine';
import type { GroupPlan } from './groupPlan';
import { changesOf, type Plan } from './plan';
import { placeWarnings, reasonOf, summaryOf } from './planText';

/** Counted up whenever a member changes its meaning or goes; new members do not count. */
const VERSION = 1;

export function planJson(plan: Plan, engine: Pick<Engine, 'kube'>): unknown {
  return {
    version: VERSION,
    summary: summaryOf(changesOf(plan)),
    warnings: placeWarnings(engine),
    shared: [...plan.prepare, ...plan.network, ...plan.finish].map((change) => changeJson(change)),
    groups: plan.groups.map(groupJson),
    misplaced: plan.misplaced,
    stuck: plan.stuck ?? [],
  };
}

function groupJson(group: GroupPlan) {
  const { owner, refusal, advice, notes, stack, steps, cleanup } = group;
  return {
    kind: owner.kind,
    group: groupIdText(owner.group),
    members: owner.members.map(({ key }) => key),
    refusal: refusal?.message,
    code: advice?.code,
    advice: advice === undefined ? undefined : adviceJson(advice),
    notes,
    quotas: stack === undefined ? undefined : quotasJson(useOf(stack.resources)),
    changes: [...steps, ...cleanup].flatMap(({ changes }) =>
      changes.map((change) => changeJson(change, reasonOf(group, change))),
    ),
  };
}

function adviceJson({ what, details, why, advice, blamed, others }: Advice) {
  return { what, details, why, advice, blamed, others };
}

function quotasJson(use: Use) {
  const kinds = Object.keys(use) as (keyof Use)[];
  return Object.fromEntries(kinds.map((kind) => [kind, { used: use[kind], allowed: allowed[kind] }]));
}

function changeJson({ kind, what, name, arn, of, fields, destructive }: Change, reason?: string) {
  return { kind, what, name, arn, resource: of, reason, fields, destructive };
}
