import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Case, readCases, recordedOf } from './case';
import {
  ASPECTS,
  type Aspect,
  buildFails,
  compareStep,
  expectedErrors,
  type Problems,
  says,
} from './compare';
import { CAUGHT, type Change, HARMLESS, type Replay, SOMETIMES_HARMLESS } from './damage';
import { createNames } from './names';
import { LOAD_BALANCER, type Stack } from './stack';
import { toleranceOf, withPlaceholders } from './tolerance';

/* Proves the comparison itself, without AWS and without a cluster. */

const cases = readCases(join(import.meta.dirname, 'cases'));
const steps = cases.flatMap((testCase) =>
  testCase.recorded.map((_, index) => ({ testCase, step: index + 1 })),
);

/** The run of an engine that does exactly what was recorded. */
function replay(testCase: Case, step: number): Replay {
  const recorded = recordedOf(testCase, step);
  const { demanded } = expectedErrors(recorded);
  return {
    ...structuredClone({ state: recorded.state, objects: recorded.objects }),
    stacks: structuredClone(Object.values(recorded.stack)),
    modelExit: buildFails(recorded) ? 1 : 0,
    modelOutput: '',
    modelProblem: '',
    modelWrites: 0,
    exit: demanded.length > 0 ? 1 : 0,
    output: demanded.join('\n'),
    calls: 0,
    writes: 0,
  };
}

/** The steps to which a change applies and where the comparison does not say what it has to. */
function wrong(change: Change, right: (problems: Problems, testCase: Case) => boolean) {
  const wrongAt: string[] = [];
  let applied = 0;
  for (const { testCase, step } of steps) {
    const run = replay(testCase, step);
    if (!change(run)) continue;
    applied++;
    if (!right(compareStep(testCase, step, run), testCase)) wrongAt.push(`${testCase.name}/${step}`);
  }
  return { wrongAt, applies: applied > 0 };
}

function isEqual(problems: Problems): boolean {
  return ASPECTS.every((aspect) => problems[aspect].length === 0);
}

const NOTHING_WRONG = { wrongAt: [], applies: true };

test('every recording equals itself', () => {
  expect(wrong(() => true, isEqual)).toEqual(NOTHING_WRONG);
});

describe('damage is caught', () => {
  for (const aspect of Object.keys(CAUGHT) as Aspect[]) {
    test.for(Object.entries(CAUGHT[aspect]))(`${aspect}: %s`, ([, change]) => {
      expect(wrong(change, (problems) => problems[aspect].length > 0)).toEqual(NOTHING_WRONG);
    });
  }
});

describe('what is tolerated passes', () => {
  test.for(Object.entries(HARMLESS))('%s', ([, change]) => {
    expect(wrong(change, isEqual)).toEqual(NOTHING_WRONG);
  });
  test.for(Object.entries(SOMETIMES_HARMLESS))(
    '%s, where it is left open and only there',
    ([, { change, open }]) => {
      const right = (problems: Problems, { text }: Case) => isEqual(problems) === toleranceOf(text)[open];
      expect(wrong(change, right)).toEqual(NOTHING_WRONG);
    },
  );
});

/* Placeholders are spelled like templates, but are not. */
const placeholder = (text: string) => `\${${text}}`;

test('ids and generated names become placeholders', () => {
  const names = createNames({ [placeholder('vpc')]: 'vpc-1', [placeholder('subnet:a')]: 'subnet-11' });
  const tags = { 'service.k8s.aws/stack': 'web/site', 'service.k8s.aws/resource': 'web/site:80' };
  names.targetGroup({ arn: 'arn:1', name: 'k8s-web-site-0000000001' }, tags);
  names.targetGroup({ arn: 'arn:2', name: 'k8s-web-site-0000000002' }, tags);
  names.loadBalancer({ arn: 'arn:lb', name: 'k8s-web-site-0123456789', dnsName: 'Host' }, tags);
  const given = [
    'vpc-1',
    'subnet-11',
    'arn:1',
    'k8s-web-site-0000000002',
    'arn:lb',
    'host',
    'request id: 1f-2',
  ];
  expect(names.rename(given)).toEqual([
    ...['vpc', 'subnet:a', 'tg:web/site:80', 'tgname:web/site:80#2', 'lb:web/site', 'dns:web/site'].map(
      placeholder,
    ),
    'request id: -',
  ]);
});

test('names that hash a UID, and ids still to come, become placeholders in a printed stack', () => {
  const spec = { name: 'k8s-web-site-0123456789', type: 'network', securityGroups: ['new:k8s-traffic-1'] };
  const stack: Stack = { id: 'web/site', resources: { [LOAD_BALANCER]: { LoadBalancer: { spec } } } };
  expect(withPlaceholders(stack).resources[LOAD_BALANCER]?.['LoadBalancer']?.spec).toEqual({
    name: placeholder('lbname:web/site'),
    type: 'network',
    securityGroups: [placeholder('sg:k8s-traffic-1')],
  });
});

test('recorded reasons are found in what an engine says', () => {
  const recorded =
    'failed to find it: operation error EC2: DescribeThings, https response error StatusCode: 400,' +
    " RequestID: -, api error InvalidThing.NotFound: The thing 'x' does not exist";
  expect(says('Error: no  such\nthing', 'no such thing')).toBe(true);
  expect(says('no thing', 'no such thing')).toBe(false);
  expect(says("failed to find it: InvalidThing.NotFound: The thing 'x' does not exist", recorded)).toBe(true);
  expect(says("failed to find it: The thing 'x' does not exist", recorded)).toBe(false);
  expect(says("InvalidThing.NotFound: The thing 'x' does not exist", recorded)).toBe(false);
});
