import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { later } from '../../src/setup/action';
import { controllerObjects } from '../../src/setup/controller/manifests';
import { differences } from '../conformance/differences';
import { offline } from './harness';
import { byName, chartAtHand, rendered } from './rendered';

/*
 * The manifest installation beside the chart of the same release: every field of every object. The chart is not ours
 * and stands nowhere in this repository: EKSLB_CHART=FOLDER names an unpacked one of release 3.5.0.
 */

const RELEASE = '3.5.0';

/** What is another on purpose: the line begins so. */
const DELIBERATE: readonly (readonly [RegExp, string])[] = [
  [/^Secret aws-load-balancer-tls:/, 'the certificate is made by a step of its own, and never shown'],
  [/caBundle:/, 'follows from the certificate'],
  [/^(IngressClass|IngressClassParams) alb:/, 'the class is a step of its own'],
  [
    /^ClusterRole .*: 159 entries expected, 152 found; missing \["get extensions\/ingresses/,
    'Ingresses of the group extensions: no API server has them since Kubernetes 1.22',
  ],
  [/^PodDisruptionBudget /, 'the chart makes one only when it is told to'],
  [/metadata\/labels\/helm\.sh\/chart:/, 'a label of Helm'],
  [/metadata\/labels\/app\.kubernetes\.io\/managed-by:/, 'by which either knows its own'],
  [/metadata\/labels\/app\.kubernetes\.io\/version:/, 'only the Deployment has a version of ours'],
];

test('the manifest installation is the chart, but for what is another on purpose', async (context) => {
  const hand = chartAtHand(resolve(import.meta.dirname, '../..'));
  if (typeof hand === 'string') return context.skip(hand);
  const setup = offline({ choices: { install: 'manifest' } });
  const values = {
    clusterName: setup.clusterName,
    region: setup.aws.region,
    vpcId: later('VPC_ID'),
    'serviceAccount.create': 'false',
    'serviceAccount.name': setup.choices.serviceAccount,
  };
  const lines = differences(
    byName(await rendered(hand, values)),
    byName(await controllerObjects(setup, RELEASE)),
  );
  expect(lines.filter((line) => !DELIBERATE.some(([pattern]) => pattern.test(line)))).toEqual([]);
  const unused = DELIBERATE.filter(([pattern]) => !lines.some((line) => pattern.test(line)));
  expect(unused.map(([, why]) => why)).toEqual([]);
});
