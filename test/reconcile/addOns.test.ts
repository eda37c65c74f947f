import { describe, expect, test } from 'vitest';
import { Cancelled } from '../../src/errors';
import { DEFAULT_SETTINGS } from '../../src/model/build';
import { LOAD_BALANCER, type Resources, refTo, type Stack } from '../../src/model/stack';
import { type Change, newOutputs, type Run } from '../../src/reconcile/change';
import { type ObservedAddOns, observeAddOns } from '../../src/reconcile/observeAddOns';
import { planAddOns } from '../../src/reconcile/resources/addOns';
import { type Answers, fakeAws } from '../helpers/fakeAws';
import { recordingHost } from '../helpers/recordingHost';

const LB = 'arn:lb';
const SHOP = 'arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/shop/1';
const OTHER = 'arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/other/2';
const OURS = 'managed by aws-load-balancer-controller';
const resourceARN = refTo(LOAD_BALANCER, 'LoadBalancer', 'loadBalancerARN');
const settings = { ...DEFAULT_SETTINGS, clusterName: 'shop', vpcId: 'vpc-1' };

interface Wanted {
  readonly webAcl?: string;
  readonly shield?: boolean;
}

function stackOf({ webAcl, shield }: Wanted): Stack {
  const resources: Resources = {
    ...(webAcl === undefined
      ? {}
      : {
          'AWS::WAFv2::WebACLAssociation': { LoadBalancer: { spec: { webACLARN: webAcl, resourceARN } } },
        }),
    ...(shield === undefined
      ? {}
      : { 'AWS::Shield::Protection': { LoadBalancer: { spec: { enabled: shield, resourceARN } } } }),
  };
  return { kind: 'ingress', id: 'demo/web', group: { namespace: 'demo', name: 'web' }, resources };
}

function observed(all: Partial<ObservedAddOns>): ObservedAddOns {
  return { webAcls: new Map(), protections: new Map(), withoutShield: undefined, ...all };
}

const outputs = newOutputs();
outputs.put(resourceARN, LB);

function plan(wanted: Wanted, found: Partial<ObservedAddOns> = {}): Change[] {
  return planAddOns({ settings, stack: stackOf(wanted), outputs }, observed(found));
}

/** Calls that the changes make, with what they send. */
async function sent(
  changes: readonly Change[],
  answers: Answers = {},
  signal = new AbortController().signal,
): Promise<unknown[]> {
  const calls: unknown[] = [];
  const note = (name: string) => (input: object) => {
    calls.push([name, input]);
    return {};
  };
  const names = ['AssociateWebACL', 'DisassociateWebACL', 'CreateProtection', 'DeleteProtection'];
  const aws = fakeAws({ ...Object.fromEntries(names.map((name) => [name, note(name)])), ...answers });
  const run: Run = { aws, kube: undefined, settings, outputs, host: recordingHost(), signal };
  for (const change of changes) await change.apply(run);
  return calls;
}

const lines = (changes: readonly Change[]) =>
  changes.map(({ kind, what, name, destructive }) => [kind, what, name, destructive ?? ''].join(' ').trim());

describe('web ACL', () => {
  test('nothing where nothing is asked, and where it stands already', () => {
    expect(plan({}, { webAcls: new Map([[LB, SHOP]]) })).toEqual([]);
    expect(plan({ webAcl: SHOP }, { webAcls: new Map([[LB, SHOP]]) })).toEqual([]);
    expect(plan({ webAcl: '' }, { webAcls: new Map([[LB, '']]) })).toEqual([]);
  });

  test('is put in front, replaced and taken away', async () => {
    const added = plan({ webAcl: SHOP });
    const replaced = plan({ webAcl: SHOP }, { webAcls: new Map([[LB, OTHER]]) });
    const removed = plan({ webAcl: '' }, { webAcls: new Map([[LB, SHOP]]) });
    expect(lines([...added, ...replaced, ...removed])).toEqual([
      'create Web ACL shop',
      'update Web ACL shop',
      'delete Web ACL shop requests are no longer filtered by it',
    ]);
    expect(replaced[0]?.fields).toEqual([{ path: 'web ACL', before: OTHER, after: SHOP }]);
    expect(await sent([...added, ...replaced, ...removed])).toEqual([
      ['AssociateWebACL', { ResourceArn: LB, WebACLArn: SHOP }],
      ['AssociateWebACL', { ResourceArn: LB, WebACLArn: SHOP }],
      ['DisassociateWebACL', { ResourceArn: LB }],
    ]);
  });

  test('what AWS refuses is told in the words of the controller', async () => {
    const refuse = () => {
      throw Object.assign(new Error('no such web ACL'), { name: 'WAFNonexistentItemException' });
    };
    await expect(sent(plan({ webAcl: SHOP }), { AssociateWebACL: refuse })).rejects.toMatchObject({
      name: 'WAFNonexistentItemException',
      message: 'failed to create WAFv2 webACL association on LoadBalancer: no such web ACL',
    });
  });

  test('a wait for WAF that is broken off stays a cancellation', async () => {
    const refuse = () => {
      throw Object.assign(new Error('retry'), { name: 'WAFUnavailableEntityException' });
    };
    const stop = new AbortController();
    const work = sent(plan({ webAcl: SHOP }), { AssociateWebACL: refuse }, stop.signal);
    stop.abort();
    await expect(work).rejects.toBeInstanceOf(Cancelled);
  });

  test('WAF that does not know the load balancer yet is asked again', async () => {
    let asked = 0;
    const later = () => {
      asked += 1;
      if (asked > 1) return {};
      throw Object.assign(new Error('retry'), { name: 'WAFUnavailableEntityException' });
    };
    await sent(plan({ webAcl: SHOP }), { AssociateWebACL: later });
    expect(asked).toBe(2);
  });
});

describe('Shield', () => {
  const protections = (name: string) => new Map([[LB, { id: 'p-1', name }]]);

  test('is switched on and off, and left alone where somebody else switched it on', async () => {
    const on = plan({ shield: true });
    const off = plan({ shield: false }, { protections: protections(OURS) });
    expect(lines([...on, ...off])).toEqual([
      'create Shield protection',
      'delete Shield protection  the load balancer is no longer protected by Shield Advanced',
    ]);
    expect(await sent([...on, ...off])).toEqual([
      ['CreateProtection', { ResourceArn: LB, Name: OURS }],
      ['DeleteProtection', { ProtectionId: 'p-1' }],
    ]);
    expect(plan({ shield: false }, { protections: protections('by hand') })).toEqual([]);
    expect(plan({ shield: true }, { protections: protections('by hand') })).toEqual([]);
    expect(plan({ shield: false })).toEqual([]);
  });

  test('an account without it changes nothing', () => {
    expect(plan({ shield: true }, { withoutShield: 'no subscription' })).toEqual([]);
  });
});

describe('what exists', () => {
  test('nothing is asked where the manifests say nothing', async () => {
    const aws = fakeAws({});
    expect(await observeAddOns(aws, stackOf({}), [LB])).toEqual(observed({}));
    expect(aws.calls).toEqual([]);
  });

  test('web ACL and protection of the load balancers that stay', async () => {
    const aws = fakeAws({
      GetWebACLForResource: () => ({ WebACL: { ARN: SHOP } }),
      GetSubscriptionState: () => ({ SubscriptionState: 'ACTIVE' }),
      DescribeProtection: () => ({ Protection: { Id: 'p-1', Name: OURS } }),
    });
    expect(await observeAddOns(aws, stackOf({ webAcl: SHOP, shield: true }), [LB])).toEqual(
      observed({ webAcls: new Map([[LB, SHOP]]), protections: new Map([[LB, { id: 'p-1', name: OURS }]]) }),
    );
  });

  test('without a subscription protections are not asked for, and the reason is kept', async () => {
    const aws = fakeAws({ GetSubscriptionState: () => ({ SubscriptionState: 'INACTIVE' }) });
    const { withoutShield } = await observeAddOns(aws, stackOf({ shield: true }), [LB]);
    expect(withoutShield).toBe('the account has no subscription of AWS Shield Advanced');
    expect(aws.calls).toEqual(['GetSubscriptionState']);
  });
});
