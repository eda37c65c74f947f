import type { Instance, SecurityGroup } from '@aws-sdk/client-ec2';
import { describe, expect, test } from 'vitest';
import { openInventory } from '../../src/aws/inventory';
import { explain } from '../../src/errors';
import type { TargetGroupBinding } from '../../src/kube/types';
import { DEFAULT_SETTINGS } from '../../src/model/build';
import { planNetworking, RULE_LABEL } from '../../src/reconcile/networking';
import { fakeAws } from '../helpers/fakeAws';
import { cluster, node, web } from './cluster';

const settings = { ...DEFAULT_SETTINGS, clusterName: 'shop', vpcId: 'vpc-1' };
const OWNED = [{ Key: 'kubernetes.io/cluster/shop', Value: 'owned' }];
const pods = cluster(node('n1'), web({ address: '10.0.0.1' }));

function binding(
  name: string,
  ports: readonly (number | string)[],
  from: object = { securityGroup: { groupID: 'sg-lb' } },
): TargetGroupBinding {
  const ingress = ports.map((port) => ({ from: [from], ports: [{ protocol: 'TCP', port }] }));
  const spec = {
    targetGroupARN: `arn:${name}`,
    targetType: 'ip',
    ipAddressType: 'ipv4',
    vpcID: 'vpc-1',
    serviceRef: { name: 'web', port: 80 },
    networking: { ingress },
  };
  return { metadata: { namespace: 'default', name }, spec } as unknown as TargetGroupBinding;
}

interface Network {
  readonly groups?: readonly SecurityGroup[];
  /** Security groups of the node's interface. */
  readonly on?: readonly string[];
}

/** What would change, as `group: + rule` and `group: - rule`. */
async function changes(
  bindings: readonly TargetGroupBinding[],
  { groups = [{ GroupId: 'sg-node', Tags: OWNED }], on = ['sg-node'] }: Network = {},
): Promise<string[]> {
  const face = {
    Attachment: { DeviceIndex: 0 },
    Groups: on.map((GroupId) => ({ GroupId })),
    PrivateIpAddresses: [{ PrivateIpAddress: '10.0.0.1' }],
  };
  const instance: Instance = { InstanceId: 'i-n1', NetworkInterfaces: [face] };
  const aws = fakeAws({
    DescribeSecurityGroups: ({ GroupIds }: { GroupIds?: string[] }) => ({
      SecurityGroups: groups.filter(({ GroupId = '', Tags }) =>
        GroupIds === undefined ? Tags !== undefined : GroupIds.includes(GroupId),
      ),
    }),
    DescribeInstances: () => ({ Reservations: [{ Instances: [instance] }] }),
  });
  const inventory = openInventory(aws, settings.vpcId, settings.clusterName);
  const plan = await planNetworking({ aws, settings, inventory }, pods, bindings);
  return plan.flatMap(({ arn, fields }) =>
    fields.map(({ before, after }) => (after === undefined ? `${arn}: - ${before}` : `${arn}: + ${after}`)),
  );
}

describe('rules of the targets’ security group', () => {
  test('ports of one source are joined into one range', async () => {
    expect(await changes([binding('a', [8080]), binding('b', [9090, 30_000])])).toEqual([
      'sg-node: + tcp 8080-30000 from sg-lb',
    ]);
  });

  test('a named port is that of the targets', async () => {
    expect(await changes([binding('a', ['http'])])).toEqual(['sg-node: + tcp 8080 from sg-lb']);
  });

  test('addresses keep their ports apart', async () => {
    const cidr = { ipBlock: { cidr: '10.0.0.0/8' } };
    expect(await changes([binding('a', [80, 443], cidr)])).toEqual([
      'sg-node: + tcp 80 from 10.0.0.0/8',
      'sg-node: + tcp 443 from 10.0.0.0/8',
    ]);
  });

  test('what is there stays, what nobody needs goes, what is not ours is not seen', async () => {
    const rule = (port: number, Description: string) => ({
      IpProtocol: 'tcp',
      FromPort: port,
      ToPort: port,
      UserIdGroupPairs: [{ GroupId: 'sg-lb', Description }],
    });
    const held = {
      GroupId: 'sg-node',
      Tags: OWNED,
      IpPermissions: [rule(8080, RULE_LABEL), rule(9090, RULE_LABEL), rule(22, 'by hand')],
    };
    expect(await changes([binding('a', [8080])], { groups: [held] })).toEqual([
      'sg-node: - tcp 9090 from sg-lb',
    ]);
    expect(await changes([], { groups: [held] })).toHaveLength(2);
  });

  test('of several groups the one with the cluster’s tag', async () => {
    const groups = [{ GroupId: 'sg-node', Tags: OWNED }, { GroupId: 'sg-other' }];
    expect(await changes([binding('a', [8080])], { groups, on: ['sg-other', 'sg-node'] })).toEqual([
      'sg-node: + tcp 8080 from sg-lb',
    ]);
  });

  test('two with the tag: it says which tag, and what to do', async () => {
    const groups = [
      { GroupId: 'sg-1', Tags: OWNED },
      { GroupId: 'sg-2', Tags: OWNED },
    ];
    const error = await changes([binding('a', [8080])], { groups, on: ['sg-1', 'sg-2'] }).catch(
      (thrown: unknown) => thrown,
    );
    expect(explain(error).split('\n')).toMatchInlineSnapshot(`
      [
        "expected exactly one securityGroup tagged with kubernetes.io/cluster/shop for i-n1, got: [sg-1 sg-2] (clusterName: shop)",
        "Targets with several security groups need one that may be opened to the load balancer.",
        "Tag exactly one of the node's security groups with kubernetes.io/cluster/shop=owned.",
      ]
    `);
  });
});
