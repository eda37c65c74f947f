import { describe, expect, test } from 'vitest';
import { liveValuesOf } from '../../src/aws/live';
import { type Answers, fakeAws } from '../helpers/fakeAws';

type Source = Parameters<typeof liveValuesOf>[1];

/** What is offered, as "value: label" lines. */
async function lines(source: Source, answers: Answers, vpcId?: string): Promise<string[]> {
  const values = await liveValuesOf(fakeAws(answers), source, vpcId);
  return values.map(({ value, label }) => `${value}: ${label}`);
}

const tagged = (Name: string) => [{ Key: 'Name', Value: Name }];

describe('live values of AWS', () => {
  test('subnets: name, zone, reach and role, of the VPC', async () => {
    const asked: unknown[] = [];
    const found = await lines(
      'subnets',
      {
        DescribeSubnets: (input) => {
          asked.push(input);
          const role = { Key: 'kubernetes.io/role/elb', Value: '1' };
          return {
            Subnets: [
              { SubnetId: 'subnet-2', AvailabilityZone: 'eu-west-1b', Tags: tagged('private-b') },
              { SubnetId: 'subnet-1', AvailabilityZone: 'eu-west-1a', Tags: [...tagged('a'), role] },
              { SubnetId: 'subnet-3', AvailabilityZone: 'eu-west-1c', AvailableIpAddressCount: 3 },
            ],
          };
        },
        DescribeRouteTables: () => ({
          RouteTables: [
            { Associations: [{ SubnetId: 'subnet-1' }], Routes: [{ GatewayId: 'igw-1' }] },
            { Associations: [{ Main: true }], Routes: [{ GatewayId: 'local' }] },
          ],
        }),
      },
      'vpc-1',
    );
    expect(found).toEqual([
      'subnet-1: a, eu-west-1a, public, role elb',
      'subnet-3: eu-west-1c, private, only 3 free addresses',
      'subnet-2: private-b, eu-west-1b, private',
    ]);
    expect(asked).toEqual([{ Filters: [{ Name: 'vpc-id', Values: ['vpc-1'] }] }]);
  });

  test('certificates: what cannot be used says why, and long ones are looked at', async () => {
    const summary = (id: string, Status: string | undefined, day: string, more: object = {}) => ({
      CertificateArn: `arn:${id}`,
      Status,
      NotAfter: new Date(`${day}T00:00:00Z`),
      SubjectAlternativeNameSummaries: [`${id}.example.com`],
      ...more,
    });
    const values = await liveValuesOf(
      fakeAws({
        ListCertificates: () => ({
          CertificateSummaryList: [
            summary('a', 'ISSUED', '2999-01-01'),
            summary('b', 'ISSUED', '2020-01-31'),
            summary('c', 'PENDING_VALIDATION', '2999-01-01'),
            summary('d', 'ISSUED', '2999-01-01', { HasAdditionalSubjectAlternativeNames: true }),
          ],
        }),
        DescribeCertificate: ({ CertificateArn }: { CertificateArn: string }) => ({
          Certificate: { CertificateArn, Status: 'ISSUED', SubjectAlternativeNames: ['d', 'e', 'f'] },
        }),
      }),
      'certificates',
    );
    expect(values.map(({ label }) => label)).toEqual([
      'a.example.com, issued, until 2999-01-01, eu-west-1',
      'b.example.com, issued, until 2020-01-31, eu-west-1',
      'c.example.com, pending validation, until 2999-01-01, eu-west-1',
      'd and 2 more, issued, eu-west-1',
    ]);
    expect(values.map(({ unusable }) => unusable)).toEqual([
      undefined,
      'it has expired on 2020-01-31',
      'its status is PENDING_VALIDATION',
      undefined,
    ]);
    expect(values[3]?.facts).toEqual({ domains: 'd,e,f' });
  });

  test('the simple sources', async () => {
    const group = { TargetGroupArn: 'arn:tg', TargetGroupName: 'legacy', Protocol: 'HTTP', Port: 80 };
    expect(await lines('targetGroups', { DescribeTargetGroups: () => ({ TargetGroups: [group] }) })).toEqual([
      'arn:tg: legacy, HTTP 80',
    ]);
    expect(
      await lines('securityGroups', {
        DescribeSecurityGroups: () => ({
          SecurityGroups: [{ GroupId: 'sg-1', GroupName: 'web', Tags: tagged('front'), Description: 'all' }],
        }),
      }),
    ).toEqual(['sg-1: front, web, all']);
    expect(
      await lines('elasticIps', {
        DescribeAddresses: () => ({
          Addresses: [{ AllocationId: 'eipalloc-1', PublicIp: '192.0.2.1', AssociationId: 'x' }],
        }),
      }),
    ).toEqual(['eipalloc-1: 192.0.2.1, in use']);
    expect(
      await lines('ipamPools', {
        DescribeIpamPools: () => ({ IpamPools: [{ IpamPoolId: 'ipam-pool-1', Locale: 'eu-west-1' }] }),
      }),
    ).toEqual(['ipam-pool-1: eu-west-1']);
    expect(
      await lines('trustStores', {
        DescribeTrustStores: () => ({ TrustStores: [{ Name: 'ca', Status: 'ACTIVE' }] }),
      }),
    ).toEqual(['ca: active, 0 certificates']);
  });

  test('web ACLs of the region, in pages', async () => {
    const pages = [{ WebACLs: [{ ARN: 'arn:1', Name: 'shop' }], NextMarker: 'shop' }, { WebACLs: [] }];
    const answers = {
      ListWebACLs: ({ Scope }: { Scope: string }) => (Scope === 'REGIONAL' ? (pages.shift() ?? {}) : {}),
    };
    expect(await lines('webAcls', answers)).toEqual(['arn:1: shop, eu-west-1']);
    expect(pages).toEqual([]);
  });

  test('authorities are those of the private certificates', async () => {
    expect(
      await lines('certificateAuthorities', {
        ListCertificates: () => ({
          CertificateSummaryList: [
            { CertificateArn: 'arn:1', Type: 'PRIVATE' },
            { CertificateArn: 'arn:2', Type: 'AMAZON_ISSUED' },
          ],
        }),
        DescribeCertificate: () => ({
          Certificate: { CertificateAuthorityArn: 'arn:ca', DomainName: 'shop.internal' },
        }),
      }),
    ).toEqual(['arn:ca: issued shop.internal']);
  });

  test('what AWS refuses is thrown', async () => {
    const refuse = () => {
      throw new Error('AccessDenied');
    };
    await expect(lines('buckets', { ListBuckets: refuse })).rejects.toThrow('AccessDenied');
  });
});
