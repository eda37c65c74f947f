import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { DEFAULT_SETTINGS } from '../../src/model/build';
import { BuildError } from '../../src/model/errors';
import type { Advice } from '../../src/reconcile/advice/advice';
import type { Stuck } from '../../src/reconcile/advice/stuck';
import { type Change, newOutputs } from '../../src/reconcile/change';
import type { Engine } from '../../src/reconcile/engine';
import type { GroupPlan } from '../../src/reconcile/groupPlan';
import { ownerOfGroup } from '../../src/reconcile/owner';
import type { Plan } from '../../src/reconcile/plan';
import { planJson } from '../../src/reconcile/planJson';
import { planText, questionOf, summaryOf } from '../../src/reconcile/planText';
import { fakeAws } from '../helpers/fakeAws';
import { fakeKube } from '../helpers/fakeKube';
import { clusterOf } from './cluster';

const IDENTITY = { account: '111122223333', arn: 'arn:aws:iam::111122223333:user/me' };
const engine: Engine = {
  aws: fakeAws({}),
  kube: fakeKube(),
  settings: { ...DEFAULT_SETTINGS, clusterName: 'shop', vpcId: 'vpc-1' },
  options: {},
  knownTo: 'EKS',
};

function change(line: Pick<Change, 'kind' | 'what' | 'name'> & Partial<Change>): Change {
  return { fields: [], apply: async () => undefined, ...line };
}

const CHANGES: readonly Change[] = [
  change({
    kind: 'delete',
    what: 'Load balancer',
    name: 'old',
    arn: 'arn:old',
    destructive: 'it makes way for its replacement',
  }),
  change({
    kind: 'replace',
    what: 'Load balancer',
    name: 'new',
    destructive: 'its DNS name stops working',
    fields: [
      { path: 'scheme', after: 'internal' },
      { path: 'subnets', after: ['a', 'b'] },
    ],
  }),
  change({
    kind: 'update',
    what: 'Target group',
    name: 'web',
    fields: [
      { path: 'port', before: 80, after: 81 },
      { path: 'tags.a', before: '1' },
    ],
  }),
];

function planWith(changes: readonly Change[], refusal?: BuildError): Plan {
  const owner = ownerOfGroup({ id: { namespace: 'demo', name: 'web' }, members: [], inactive: [] });
  const steps = changes.length === 0 ? [] : [{ title: 'x', order: 'sequence' as const, changes }];
  const one: GroupPlan = {
    owner,
    stack: undefined,
    reasons: undefined,
    refusal,
    notes: [],
    outputs: newOutputs(),
    steps,
    cleanup: [],
  };
  return {
    prepare: [],
    groups: [one],
    network: [],
    untouched: false,
    finish: [],
    misplaced: [],
    outputs: newOutputs(),
    cluster: clusterOf(''),
  };
}

test('every change with its fields, and what is lost', () => {
  expect(planText(planWith(CHANGES), engine, IDENTITY)).toMatchInlineSnapshot(`
    "Plan: 1 to update, 1 to replace, 1 to delete

      account  111122223333
      region   eu-west-1
      cluster  shop (context shop)
      VPC      vpc-1

      + create   ~ update in place   ± replace   - delete

    IngressGroup demo/web (no member left)
      - Load balancer old
          ! it makes way for its replacement
      ± Load balancer new
          scheme: internal
          subnets: a, b
          ! its DNS name stops working
      ~ Target group web
          port: 80 -> 81
          tags.a: 1 -> (none)
    "
  `);
});

test('nothing to do, and a group that cannot be built', () => {
  expect(planText(planWith([]), engine, IDENTITY).trimEnd().split('\n').slice(-2)).toMatchInlineSnapshot(`
    [
      "",
      "AWS is already as the manifests want it.",
    ]
  `);
  expect(
    planText(planWith([], new BuildError('conflicting scheme: map[a:{} b:{}]')), engine, IDENTITY),
  ).toContain('cannot be built: conflicting scheme');
});

test('the question names account, region, cluster and every loss', () => {
  const { title, facts, destructive } = questionOf(planWith(CHANGES), engine, IDENTITY);
  expect([title, ...facts, destructive]).toMatchInlineSnapshot(`
    [
      "Apply the plan (1 to update, 1 to replace, 1 to delete)?",
      "account  111122223333",
      "region   eu-west-1",
      "cluster  shop (context shop)",
      "VPC      vpc-1",
      "! Load balancer old (arn:old): it makes way for its replacement",
      "! Load balancer new: its DNS name stops working",
      true,
    ]
  `);
  expect(questionOf(planWith(CHANGES.slice(2)), engine, IDENTITY).destructive).toBe(false);
});

test('as data, as its schema says', () => {
  const schema: object = JSON.parse(readFileSync('schemas/plan.schema.json', 'utf8'));
  const validate = new Ajv().compile(schema);
  validate(JSON.parse(JSON.stringify(planJson(planWith(CHANGES, new BuildError('no scheme')), engine))));
  expect(validate.errors).toBeNull();

  expect(planJson(planWith(CHANGES.slice(1, 2)), engine)).toMatchObject({
    summary: '1 to replace',
    groups: [
      {
        group: 'demo/web',
        changes: [{ kind: 'replace', name: 'new', destructive: 'its DNS name stops working' }],
      },
    ],
  });
  expect(summaryOf([])).toBe('no change');
});

const ADVICE: Advice = {
  code: 'conflicting-settings',
  what: 'demo/a and demo/b say different things.',
  details: ['  a table'],
  why: 'There is one load balancer.',
  advice: 'Say it once.',
  blamed: ['demo/a', 'demo/b'],
  others: ['demo/c'],
  members: 'demo/a and demo/b are to blame. Of the group, demo/c stays as it was because of it.',
};
const KEPT: Stuck = {
  code: 'finalizer-unhandled',
  kind: 'Ingress',
  key: 'demo/old',
  finalizer: 'example.com/x',
  since: '2026-01-01T00:00:00Z',
  what: 'Nobody runs that would let it go.',
  advice: 'Start it.',
};

test('advice on a refusal, and what finalizers keep, as text and as data', () => {
  const plan = planWith([], new BuildError('conflicting scheme: map[a:{} b:{}]'));
  const advised = {
    ...plan,
    groups: plan.groups.map((group) => ({ ...group, advice: ADVICE })),
    stuck: [KEPT],
  };
  const text = planText(advised, engine, IDENTITY).split('\n');
  expect(text.slice(text.indexOf('IngressGroup demo/web (no member left)'))).toMatchInlineSnapshot(`
    [
      "IngressGroup demo/web (no member left)",
      "  cannot be built: conflicting scheme: map[a:{} b:{}]",
      "    demo/a and demo/b say different things.",
      "      a table",
      "    There is one load balancer.",
      "    demo/a and demo/b are to blame. Of the group, demo/c stays as it was because of it.",
      "    Say it once.",
      "    Code: conflicting-settings",
      "",
      "Kept by finalizers",
      "  ! Ingress demo/old was deleted at 2026-01-01T00:00:00Z and is still there: nobody lets it go.",
      "    Nobody runs that would let it go.",
      "    Start it.",
      "    Code: finalizer-unhandled",
      "",
    ]
  `);

  const schema: object = JSON.parse(readFileSync('schemas/plan.schema.json', 'utf8'));
  const validate = new Ajv().compile(schema);
  const data = JSON.parse(JSON.stringify(planJson(advised, engine)));
  validate(data);
  expect(validate.errors).toBeNull();
  expect(data.groups[0]).toMatchObject({
    code: 'conflicting-settings',
    advice: { blamed: ['demo/a', 'demo/b'] },
  });
  expect(data.stuck).toEqual([KEPT]);
});

test('a certificate that nobody checks is a warning in every plan and question', () => {
  const careless: Engine = { ...engine, kube: { ...fakeKube(), insecure: true } };
  const plan = planWith(CHANGES);
  const warning = /certificate of the API server is not checked/;
  expect(planText(plan, careless, IDENTITY)).toMatch(warning);
  expect(questionOf(plan, careless, IDENTITY).facts.join('\n')).toMatch(warning);
  expect(planJson(plan, careless)).toMatchObject({ warnings: [expect.stringMatching(warning)] });
  expect(planText(plan, engine, IDENTITY)).not.toMatch(warning);
});
