import type { Rule } from '@aws-sdk/client-elastic-load-balancing-v2';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Tagged } from '../../src/aws/elbv2';
import { DEFAULT_SETTINGS } from '../../src/model/build';
import { LISTENER_RULE, type ListenerRuleSpec } from '../../src/model/stack';
import { newOutputs, type Run } from '../../src/reconcile/change';
import { planRules } from '../../src/reconcile/resources/listenerRule';
import { fakeAws } from '../helpers/fakeAws';
import { recordingHost } from '../helpers/recordingHost';

const settings = { ...DEFAULT_SETTINGS, clusterName: 'shop', vpcId: 'vpc-1' };
const LISTENER = 'arn:listener';

/** A listener with rules as the API behaves: priorities are unique, and so many rules fit. */
function listener(start: readonly Tagged<Rule>[], limit: number) {
  const rules = new Map(start.map((one) => [one.value.RuleArn ?? '', one]));
  const refuse = (name: string) => Object.assign(new Error(name), { name: `${name}Exception` });
  const free = (priority: number, but?: string) => {
    for (const [arn, { value }] of rules) {
      if (arn !== but && value.Priority === String(priority)) throw refuse('PriorityInUse');
    }
  };
  let made = 0;
  const aws = fakeAws({
    SetRulePriorities: ({ RulePriorities }: { RulePriorities: { RuleArn: string; Priority: number }[] }) => {
      const moving = new Set(RulePriorities.map(({ RuleArn }) => RuleArn));
      const kept = [...rules].filter(([arn]) => !moving.has(arn)).map(([, { value }]) => value.Priority);
      const wanted = RulePriorities.map(({ Priority }) => String(Priority));
      if (new Set([...kept, ...wanted]).size < kept.length + wanted.length) throw refuse('PriorityInUse');
      for (const { RuleArn, Priority } of RulePriorities) edit(RuleArn, { Priority: String(Priority) });
    },
    ModifyRule: ({ RuleArn, Actions, Conditions }: Rule & { RuleArn: string }) => {
      edit(RuleArn, { ...(Actions && { Actions }), ...(Conditions && { Conditions }) });
    },
    CreateRule: ({
      Priority,
      Actions,
      Conditions,
      Tags,
    }: Rule & { Priority: number; Tags: { Key: string; Value: string }[] }) => {
      free(Priority);
      if (rules.size >= limit) throw refuse('TooManyRules');
      const RuleArn = `arn:new-${made++}`;
      const value = {
        RuleArn,
        Priority: String(Priority),
        ...(Actions && { Actions }),
        ...(Conditions && { Conditions }),
      };
      rules.set(RuleArn, { value, tags: Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])) });
    },
    DeleteRule: ({ RuleArn }: { RuleArn: string }) => {
      if (!rules.delete(RuleArn)) throw refuse('RuleNotFound');
    },
    AddTags: ({
      ResourceArns: [arn = ''],
      Tags,
    }: {
      ResourceArns: string[];
      Tags: { Key: string; Value: string }[];
    }) => {
      const one = rules.get(arn);
      if (one === undefined) throw refuse('RuleNotFound');
      rules.set(arn, {
        ...one,
        tags: { ...one.tags, ...Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])) },
      });
    },
  });
  function edit(arn: string, change: Partial<Rule>): void {
    const one = rules.get(arn);
    if (one === undefined) throw refuse('RuleNotFound');
    rules.set(arn, { ...one, value: { ...one.value, ...change } });
  }
  const all = () => [...rules.values()].sort((a, b) => Number(a.value.Priority) - Number(b.value.Priority));
  return { aws, all };
}

const path = (one: string) => [{ Field: 'path-pattern', PathPatternConfig: { Values: [one] } }];
const answer = { Type: 'fixed-response' as const, Order: 1, FixedResponseConfig: { StatusCode: '200' } };

function actual(paths: readonly string[], priorities: readonly number[]): Tagged<Rule>[] {
  return paths.map((one, at) => ({
    value: {
      RuleArn: `arn:old-${at}`,
      Priority: String(priorities[at]),
      Actions: [answer],
      Conditions: path(one),
    },
    tags: {},
  }));
}

function contextFor(paths: readonly string[]) {
  const rules = Object.fromEntries(
    paths.map((one, at): [string, { spec: ListenerRuleSpec }] => [
      `80:${at + 1}`,
      {
        spec: {
          ...{ listenerARN: LISTENER, priority: at + 1 },
          actions: [{ type: 'fixed-response', fixedResponseConfig: { statusCode: '200' } }],
          conditions: [{ field: 'path-pattern', pathPatternConfig: { values: [one] } }],
        },
      },
    ]),
  );
  const group = { namespace: 'demo', name: 'web' };
  const stack = { kind: 'ingress' as const, id: 'demo/web', group, resources: { [LISTENER_RULE]: rules } };
  return { settings, stack, outputs: newOutputs() };
}

/** Brings a listener from one list of paths to another; the list that it has then, and the calls. */
async function bring(from: readonly Tagged<Rule>[], to: readonly string[], limit = 100) {
  const { aws, all } = listener(from, limit);
  const context = contextFor(to);
  const run: Run = {
    aws,
    kube: undefined,
    settings,
    outputs: context.outputs,
    host: recordingHost(),
    signal: new AbortController().signal,
  };
  const { moves, sets, surplus } = planRules(context, LISTENER, 'HTTP:80', from);
  for (const step of [moves, sets, surplus]) await Promise.all(step.map((change) => change.apply(run)));
  const again = Object.values(planRules(context, LISTENER, 'HTTP:80', all())).flat();
  return {
    paths: all().map(({ value }) => value.Conditions?.[0]?.PathPatternConfig?.Values?.[0]),
    calls: aws.calls,
    again,
  };
}

/** Few names, so that equal rules, moves and replacements all happen. */
const paths = fc.array(fc.constantFrom('/a', '/b', '/c', '/d', '/e', '/f'), { maxLength: 8 });
const start = fc
  .tuple(
    paths,
    fc.uniqueArray(fc.oneof(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 49_000 })), {
      minLength: 8,
      maxLength: 8,
    }),
  )
  .map(([some, priorities]) => actual(some, priorities));

test('from whatever rules to whatever rules, in one go', async () => {
  await fc.assert(
    fc.asyncProperty(start, paths, async (from, to) => {
      const { paths: found, again } = await bring(from, to);
      expect(found).toEqual(to);
      expect(again).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test('also where the listener is full', async () => {
  await fc.assert(
    fc.asyncProperty(start, paths, async (from, to) => {
      const { paths: found } = await bring(from, to, Math.max(from.length, to.length));
      expect(found).toEqual(to);
    }),
    { numRuns: 200 },
  );
});

test('another order is one call for all rules, and their tags', async () => {
  const from = actual(['/a', '/b', '/c'], [1, 2, 3]);
  const { paths: found, calls } = await bring(from, ['/c', '/a', '/b']);
  expect(found).toEqual(['/c', '/a', '/b']);
  expect(calls).toEqual(['SetRulePriorities', 'AddTags', 'AddTags', 'AddTags']);
});
