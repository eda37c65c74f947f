import {
  CreateRuleCommand,
  DeleteRuleCommand,
  ModifyRuleCommand,
  type Rule,
  SetRulePrioritiesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { isGone, type Tagged } from '../../aws/elbv2';
import { awsCode, inContext } from '../../aws/errors';
import { diffTags } from '../../aws/inventory';
import { actionsInWords, conditionsInWords } from '../../aws/words';
import { LISTENER_RULE, type ListenerRuleSpec, type Token } from '../../model/stack';
import { type Change, type FieldChange, type Run, showToken } from '../change';
import { ruleText } from '../compare';
import { sdkActions, sdkConditions, sdkTags, sdkTransforms } from '../sdk';
import { resourceTags, type StackContext } from './context';
import { tagFields } from './securityGroup';
import { writeElbTags } from './targetGroup';

const WHAT = 'Rule';
/** API CreateRule: the highest priority number. Rules that go are parked there while others move. */
const LAST_PRIORITY = 50_000;

interface Desired {
  readonly id: string;
  readonly spec: ListenerRuleSpec;
}
interface Pair extends Desired {
  readonly actual: Tagged<Rule>;
}

/** How the rules of one listener get from what is to what is wanted, without a moment in which none answers. */
interface RuleMatch {
  /** Same rule, other priority. */
  readonly moved: readonly Pair[];
  /** Same priority, other rule: changed in place. */
  readonly changed: readonly Pair[];
  readonly same: readonly Pair[];
  readonly missing: readonly Desired[];
  readonly surplus: readonly Tagged<Rule>[];
}

/** Changes of one listener's rules, in the order of these members; those of one may run side by side. */
export interface RulePlan {
  readonly moves: readonly Change[];
  readonly sets: readonly Change[];
  readonly surplus: readonly Change[];
}

/** No two changes are about one priority once the moves are done. Source: lbc:pkg/deploy/elbv2/listener_rule_synthesizer.go. */
export function planRules(
  context: StackContext,
  listener: Token,
  name: string,
  actual: readonly Tagged<Rule>[],
): RulePlan {
  const match = matchRules(context, rulesOf(context, listener), actual);
  const { creates, deletes } = swapRules(context, match, listener, name);
  const kept = [...match.moved, ...match.same, ...match.changed];
  return {
    moves: movePriorities(match, name),
    sets: [
      ...match.changed.map((pair) => changeRule(context, pair, name)),
      ...creates,
      ...kept.flatMap((pair) => retagRule(context, pair, name)),
    ],
    surplus: deletes,
  };
}

function rulesOf({ stack }: StackContext, listener: Token): Desired[] {
  const key = JSON.stringify(listener);
  return Object.entries(stack.resources[LISTENER_RULE] ?? {})
    .filter(([, { spec }]) => JSON.stringify(spec.listenerARN) === key)
    .map(([id, { spec }]) => ({ id, spec }));
}

/** Matched by their text first, then by priority: linear in the number of rules. */
function matchRules(
  context: StackContext,
  desired: readonly Desired[],
  actual: readonly Tagged<Rule>[],
): RuleMatch {
  const show = (token: Token) => showToken(token, context.outputs);
  const byText = new Map<string, Tagged<Rule>[]>();
  for (const one of actual) {
    const text = ruleText(one.value.Actions, one.value.Conditions, one.value.Transforms);
    byText.set(text, [...(byText.get(text) ?? []), one]);
  }
  const taken = new Set<Tagged<Rule>>();
  const [moved, same, left]: [Pair[], Pair[], Desired[]] = [[], [], []];
  for (const { id, spec } of desired) {
    const text = ruleText(
      sdkActions(spec.actions, show),
      sdkConditions(spec.conditions),
      sdkTransforms(spec.transforms),
    );
    const found = byText.get(text)?.shift();
    if (found === undefined) {
      left.push({ id, spec });
      continue;
    }
    taken.add(found);
    (priorityOf(found) === spec.priority ? same : moved).push({ id, spec, actual: found });
  }
  const free = new Map(actual.filter((one) => !taken.has(one)).map((one) => [priorityOf(one), one]));
  const changed = left.flatMap(({ id, spec }) => {
    const found = free.get(spec.priority);
    return found === undefined ? [] : [{ id, spec, actual: found }];
  });
  for (const { spec } of changed) free.delete(spec.priority);
  const mended = new Set(changed.map(({ id }) => id));
  const missing = left.filter(({ id }) => !mended.has(id));
  return { moved, changed, same, missing, surplus: [...free.values()] };
}

function priorityOf(rule: Tagged<Rule>): number {
  return Number(rule.value.Priority);
}

/** One call moves all; rules that will be deleted make room at the far end, keeping their order. */
function movePriorities({ moved, surplus }: RuleMatch, name: string): Change[] {
  if (moved.length === 0) return [];
  const parked = [...surplus].sort((a, b) => priorityOf(b) - priorityOf(a));
  const RulePriorities = [
    ...parked.map(({ value }, at) => ({ RuleArn: value.RuleArn, Priority: LAST_PRIORITY - at })),
    ...moved.map(({ spec, actual }) => ({ RuleArn: actual.value.RuleArn, Priority: spec.priority })),
  ];
  return [
    {
      ...{ kind: 'update', what: 'Rule order', name },
      fields: moved.map(({ spec, actual }) => ({
        path: conditionsInWords(sdkConditions(spec.conditions)),
        before: priorityOf(actual),
        after: spec.priority,
      })),
      apply: async ({ aws }) => {
        await aws.elbv2.send(new SetRulePrioritiesCommand({ RulePriorities }));
      },
    },
  ];
}

function ruleName(name: string, priority: number): string {
  return `${name} #${priority}`;
}

function describe(context: StackContext, spec: ListenerRuleSpec): FieldChange[] {
  const show = (token: Token) => showToken(token, context.outputs);
  const rewrites = (spec.transforms ?? []).flatMap(
    (one) => one.urlRewriteConfig ?? one.hostHeaderRewriteConfig ?? [],
  );
  return [
    { path: 'if', after: conditionsInWords(sdkConditions(spec.conditions)) },
    ...rewrites.flatMap(({ rewrites: all }) =>
      all.map((one) => ({ path: 'rewrite', after: `${one.regex} -> ${one.replace}` })),
    ),
    { path: 'then', after: actionsInWords(sdkActions(spec.actions, show)) },
  ];
}

function changeRule(context: StackContext, { id, spec, actual }: Pair, name: string): Change {
  const RuleArn = actual.value.RuleArn ?? '';
  const fields = describe(context, spec);
  return {
    ...{ kind: 'update', what: WHAT, name: ruleName(name, spec.priority), arn: RuleArn, fields },
    of: { type: LISTENER_RULE, id },
    async apply({ aws, outputs }) {
      const Transforms = sdkTransforms(spec.transforms);
      await aws.elbv2.send(
        new ModifyRuleCommand({
          ...{
            RuleArn,
            Actions: sdkActions(spec.actions, outputs.need),
            Conditions: sdkConditions(spec.conditions),
          },
          // An empty list would mean "leave the transforms as they are".
          ...(Transforms === undefined ? { ResetTransforms: true } : { Transforms }),
        }),
      );
    },
  };
}

/** Creates before deletes; at the listener's limit of rules, one is deleted for each that is created. */
function swapRules(
  context: StackContext,
  { missing, surplus }: RuleMatch,
  listener: Token,
  name: string,
): { creates: Change[]; deletes: Change[] } {
  const toDelete = surplus.map((rule) => deleteRule(rule, name));
  const spare = [...toDelete];
  const gone = new Set<Change>();
  const creates = missing.map(({ id, spec }): Change => {
    const create = createRule(context, id, spec, listener, name);
    const apply = async (run: Run): Promise<void> => {
      try {
        await create.apply(run);
      } catch (error) {
        const next = awsCode(error) === 'TooManyRules' ? spare.shift() : undefined;
        if (next === undefined) throw error;
        await next.apply(run);
        gone.add(next);
        await apply(run);
      }
    };
    return { ...create, apply };
  });
  const deletes = toDelete.map((change) => ({
    ...change,
    apply: async (run: Run) => {
      if (!gone.has(change)) await change.apply(run);
    },
  }));
  return { creates, deletes };
}

function createRule(
  context: StackContext,
  id: string,
  spec: ListenerRuleSpec,
  listener: Token,
  name: string,
): Change {
  return {
    ...{ kind: 'create', what: WHAT, name: ruleName(name, spec.priority), fields: describe(context, spec) },
    of: { type: LISTENER_RULE, id },
    async apply({ aws, outputs }) {
      const command = new CreateRuleCommand({
        ...{ ListenerArn: outputs.need(listener), Priority: spec.priority },
        ...{ Actions: sdkActions(spec.actions, outputs.need), Conditions: sdkConditions(spec.conditions) },
        Transforms: sdkTransforms(spec.transforms),
        Tags: sdkTags(resourceTags(context, id, spec.tags)),
      });
      await inContext('failed to create listener rule', () => aws.elbv2.send(command));
    },
  };
}

function deleteRule({ value }: Tagged<Rule>, name: string): Change {
  const RuleArn = value.RuleArn ?? '';
  return {
    ...{ kind: 'delete', what: WHAT, name: ruleName(name, Number(value.Priority)), arn: RuleArn, fields: [] },
    async apply({ aws }) {
      try {
        await aws.elbv2.send(new DeleteRuleCommand({ RuleArn }));
      } catch (error) {
        if (!isGone(error)) throw error;
      }
    },
  };
}

function retagRule(context: StackContext, { id, spec, actual }: Pair, name: string): Change[] {
  const { clusterName, externalManagedTags } = context.settings;
  const arn = actual.value.RuleArn ?? '';
  const tags = diffTags(resourceTags(context, id, spec.tags), actual.tags, clusterName, externalManagedTags);
  const fields = tagFields(tags, actual.tags);
  if (fields.length === 0) return [];
  const apply = ({ aws }: Run) => writeElbTags(aws, arn, tags);
  return [{ kind: 'update', what: WHAT, name: ruleName(name, spec.priority), arn, fields, apply }];
}
