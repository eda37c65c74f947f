import type { RouteTable, Subnet } from '@aws-sdk/client-ec2';
import { describe, expect, test } from 'vitest';
import { resolveSubnets } from '../../src/aws/subnets';
import type { SubnetQuery } from '../../src/model/lookups';
import { fakeAws } from '../helpers/fakeAws';

interface Filter {
  readonly Name: string;
  readonly Values: readonly string[];
}

/** `name zone [role] [tag=value ...] [free:N] [v6]` as a subnet. */
function subnet(line: string): Subnet {
  const [name = '', zone = '', ...words] = line.split(' ');
  const roles: Record<string, string> = {
    public: 'kubernetes.io/role/elb',
    internal: 'kubernetes.io/role/internal-elb',
  };
  const tags = words.flatMap((word) => {
    if (word in roles) return [{ Key: roles[word], Value: '1' }];
    if (word === 'own') return [{ Key: 'kubernetes.io/cluster/shop', Value: 'shared' }];
    return word === 'foreign' ? [{ Key: 'kubernetes.io/cluster/other', Value: 'shared' }] : [];
  });
  return {
    ...{ SubnetId: `subnet-${name}`, AvailabilityZone: zone, AvailabilityZoneId: `id-${zone}` },
    AvailableIpAddressCount: Number(/free:(\d+)/.exec(line)?.[1] ?? 100),
    Tags: [{ Key: 'Name', Value: name.replace(/\d$/, '') }, ...tags],
    Ipv6CidrBlockAssociationSet: words.includes('v6')
      ? [{ Ipv6CidrBlockState: { State: 'associated' } }]
      : [],
  };
}

const DISCOVERY: SubnetQuery = { by: 'discovery', scheme: 'internal', ipAddressType: 'ipv4' };

/** Ids of the chosen subnets, without their prefix, or the message of the refusal. */
async function chosen(
  lines: readonly string[],
  query: Partial<SubnetQuery> | object = {},
  tables: readonly RouteTable[] = [],
): Promise<string> {
  const all = lines.map(subnet);
  const matches = ({ Tags = [] }: Subnet, { Name, Values }: Filter) =>
    !Name.startsWith('tag:') ||
    Tags.some(({ Key, Value = '' }) => Name === `tag:${Key}` && Values.includes(Value));
  const aws = fakeAws({
    DescribeSubnets: ({ SubnetIds, Filters = [] }: { SubnetIds?: string[]; Filters?: Filter[] }) => ({
      Subnets: all.filter(
        (one) => SubnetIds?.includes(one.SubnetId ?? '') ?? Filters.every((filter) => matches(one, filter)),
      ),
    }),
    DescribeRouteTables: () => ({ RouteTables: tables }),
    DescribeAvailabilityZones: ({ ZoneIds }: { ZoneIds: string[] }) => ({
      AvailabilityZones: ZoneIds.map((ZoneId) => ({
        ZoneId,
        ZoneType: ZoneId.includes('local') ? 'local-zone' : 'availability-zone',
      })),
    }),
  });
  try {
    const ids = await resolveSubnets(aws, { vpcId: 'vpc-1', clusterName: 'shop' }, {
      ...DISCOVERY,
      ...query,
    } as SubnetQuery);
    return ids.map((id) => id.replace('subnet-', '')).join(' ');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe('discovery', () => {
  test.each<[string, string[], object, string]>([
    ['by role', ['a zone-a internal', 'b zone-b internal', 'c zone-c public'], {}, 'a b'],
    [
      'one per zone: the cluster’s own first, then the lowest id',
      ['a2 zone-a internal', 'a1 zone-a internal', 'b1 zone-b internal', 'b2 zone-b internal own'],
      {},
      'a1 b2',
    ],
    [
      'not those of other clusters',
      ['a zone-a internal', 'b zone-b internal', 'c zone-c internal foreign'],
      {},
      'a b',
    ],
    [
      'not those without room',
      ['a zone-a internal', 'b zone-b internal', 'c zone-c internal free:7'],
      {},
      'a b',
    ],
    [
      'dualstack needs IPv6',
      ['a zone-a internal v6', 'b zone-b internal v6', 'c zone-c internal'],
      { ipAddressType: 'dualstack' },
      'a b',
    ],
    [
      'one zone is too few',
      ['a zone-a internal'],
      {},
      'subnets count less than minimal required count: 1 < 2',
    ],
    ['one zone is enough for an NLB', ['a zone-a internal'], { network: true }, 'a'],
    ['a local zone is enough', ['a local-a internal'], {}, 'a'],
    [
      'not both',
      ['a local-a internal', 'b zone-b internal'],
      {},
      'subnets in multiple locales: [availabilityZone localZone]',
    ],
    [
      'none fits',
      ['a zone-a internal foreign', 'b zone-b internal free:1'],
      {},
      'unable to resolve at least one subnet. Evaluated 2 subnets: 1 are tagged for other clusters, and 1 have insufficient available IP addresses',
    ],
  ])('%s', async (_, lines, query, expected) => expect(await chosen(lines, query)).toBe(expected));

  test('without role tags, by the way to the internet', async () => {
    const route = (id: string, gateway: string) => ({
      Associations: [{ SubnetId: `subnet-${id}` }],
      Routes: [{ GatewayId: gateway }],
    });
    const tables = [
      route('a', 'igw-1'),
      route('b', 'igw-1'),
      { Associations: [{ Main: true }], Routes: [{ GatewayId: 'local' }] },
    ];
    const lines = ['a zone-a', 'b zone-b', 'c zone-a', 'd zone-b'];
    expect(await chosen(lines, { scheme: 'internet-facing' }, tables)).toBe('a b');
    expect(await chosen(lines, {}, tables)).toBe('c d');
  });
});

describe('by annotation', () => {
  const lines = ['a zone-a', 'b zone-b', 'b2 zone-c', 'c zone-a'];
  test.each<[string, object, string]>([
    ['names and ids, in their order', { by: 'names', namesOrIds: ['b', 'subnet-a'] }, 'b a'],
    ['a name twice is two subnets of that name', { by: 'names', namesOrIds: ['b', 'b'] }, 'b b2'],
    [
      'more often than there are',
      { by: 'names', namesOrIds: ['a', 'a'] },
      'subnet with Name tag "a" requested 2 times but only 1 subnet(s) found with that name',
    ],
    [
      'a name that does not exist',
      { by: 'names', namesOrIds: ['a', 'z'] },
      "couldn't find all subnets, missing names: [z]",
    ],
    [
      'ids',
      { by: 'ids', ids: ['subnet-b', 'subnet-z'] },
      "couldn't find all subnets, want: [subnet-b subnet-z], found: [subnet-b]",
    ],
    [
      'two in one zone',
      { by: 'ids', ids: ['subnet-a', 'subnet-c'] },
      'multiple subnets in same Availability Zone zone-a: [subnet-a subnet-c]',
    ],
    [
      'dualstack without IPv6',
      { by: 'ids', ids: ['subnet-a', 'subnet-b'], ipAddressType: 'dualstack' },
      'subnets [subnet-a subnet-b] do not have an associated IPv6 CIDR block',
    ],
  ])('%s', async (_, query, expected) => expect(await chosen(lines, query)).toContain(expected));
});
