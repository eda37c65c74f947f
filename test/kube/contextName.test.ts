import { expect, test } from 'vitest';
import { clusterOfContext } from '../../src/kube/contextName';

test.each([
  ['arn:aws:eks:eu-west-1:111122223333:cluster/shop', { region: 'eu-west-1', name: 'shop' }],
  ['arn:aws-us-gov:eks:us-gov-west-1:111122223333:cluster/a-b', { region: 'us-gov-west-1', name: 'a-b' }],
  ['me@shop.eu-west-1.eksctl.io', { region: 'eu-west-1', name: 'shop' }],
  ['me@example.com@shop.eu-west-1.eksctl.io', { region: 'eu-west-1', name: 'shop' }],
  ['kind-shop', undefined],
  ['', undefined],
])('%s', (context, expected) => expect(clusterOfContext(context)).toEqual(expected));
