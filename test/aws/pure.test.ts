import { describe, expect, test } from 'vitest';
import { certificatesFor } from '../../src/aws/certificates';
import { consoleUrl } from '../../src/aws/console';
import { awsCode, translateAwsError } from '../../src/aws/errors';
import { diffTags } from '../../src/aws/inventory';
import { inBatches } from '../../src/aws/paging';
import { explain, UserError } from '../../src/errors';

describe('certificates for hosts', () => {
  const certificates = [
    { arn: 'arn:b', domains: ['*.example.com'] },
    { arn: 'arn:a', domains: ['shop.example.com', 'example.com'] },
  ];
  test.each<[string[], string[] | string]>([
    [['shop.example.com'], ['arn:a', 'arn:b']],
    [['other.example.com'], ['arn:b']],
    [['example.com'], ['arn:a']],
    [
      ['example.com', 'other.example.com'],
      ['arn:a', 'arn:b'],
    ],
    [['a.b.example.com'], 'no certificate found for host: a.b.example.com'],
    [['shop.example.com', 'example.org'], 'no certificate found for host: example.org'],
    [['*.example.com'], ['arn:b']],
    [[], []],
  ])('%j', (hosts, expected) => {
    const found = () => certificatesFor(hosts, certificates);
    if (typeof expected === 'string') expect(found).toThrow(expected);
    else expect(found()).toEqual(expected);
  });
});

describe('tags that differ', () => {
  const diff = (wanted: Record<string, string>, current: Record<string, string>) =>
    diffTags(wanted, current, 'shop', ['managed']);
  test.each([
    ['new and changed', { a: '1', b: '2' }, { a: '0' }, { set: { a: '1', b: '2' }, remove: [] }],
    ['gone', {}, { b: '1', a: '1' }, { set: {}, remove: ['a', 'b'] }],
    ['the same', { a: '1' }, { a: '1' }, { set: {}, remove: [] }],
    ['managed by somebody else', { managed: '1' }, { managed: '2' }, { set: {}, remove: [] }],
    [
      'of AWS, and of the first controller',
      {},
      {
        'aws:cloudformation:stack-name': 'x',
        'kubernetes.io/cluster/shop': 'owned',
        'ingress.k8s.aws/cluster': 'shop',
      },
      { set: {}, remove: [] },
    ],
  ])('%s', (_, wanted, current, expected) => expect(diff(wanted, current)).toEqual(expected));
});

describe('pages of the console', () => {
  const arn = (resource: string, partition = 'aws', region = 'eu-west-1') =>
    `arn:${partition}:elasticloadbalancing:${region}:1:${resource}`;
  test.each([
    [
      arn('loadbalancer/app/web/1'),
      `https://eu-west-1.console.aws.amazon.com/ec2/home?region=eu-west-1#LoadBalancer:loadBalancerArn=${arn('loadbalancer/app/web/1')}`,
    ],
    [
      arn('listener/app/web/1/2'),
      `https://eu-west-1.console.aws.amazon.com/ec2/home?region=eu-west-1#LoadBalancer:loadBalancerArn=${arn('loadbalancer/app/web/1')}`,
    ],
    [
      arn('listener-rule/app/web/1/2/3'),
      `https://eu-west-1.console.aws.amazon.com/ec2/home?region=eu-west-1#LoadBalancer:loadBalancerArn=${arn('loadbalancer/app/web/1')}`,
    ],
    [
      arn('targetgroup/t/1', 'aws-cn', 'cn-north-1'),
      `https://cn-north-1.console.amazonaws.cn/ec2/home?region=cn-north-1#TargetGroup:targetGroupArn=${arn('targetgroup/t/1', 'aws-cn', 'cn-north-1')}`,
    ],
  ])('%s', (one, url) => expect(consoleUrl(one)).toBe(url));
});

describe('failures of AWS', () => {
  const failure = (name: string, message = '', more: object = {}) =>
    Object.assign(new Error(message), { name }, more);
  test.each<[string, Error]>([
    ['no-credentials', failure('CredentialsProviderError', 'Could not load credentials from any providers')],
    [
      'expired-credentials',
      failure('ExpiredTokenException', 'The security token included in the request is expired'),
    ],
    [
      'expired-credentials',
      failure('CredentialsProviderError', 'The SSO session associated with this profile has expired.'),
    ],
    [
      'bad-credentials',
      failure('InvalidClientTokenId', 'The security token included in the request is invalid'),
    ],
    ['no-region', failure('Error', 'Region is missing')],
    [
      'no-profile',
      failure(
        'CredentialsProviderError',
        'Could not resolve credentials using profile: [x] in configuration/credentials file(s).',
      ),
    ],
    ['aws-unreachable', failure('Error', 'connect ECONNREFUSED 127.0.0.1:1', { code: 'ECONNREFUSED' })],
    ['aws-unreachable', failure('AggregateError', '', { code: 'ECONNREFUSED' })],
    [
      'access-denied',
      failure('AccessDenied', 'User: x is not authorized to perform: elasticloadbalancing:CreateRule'),
    ],
  ])('%s: %s', (code, error) => {
    const translated = translateAwsError(error);
    expect(translated).toBeInstanceOf(UserError);
    expect(translated).toMatchObject({ code, cause: error });
    expect(explain(translated).split('\n').length).toBeGreaterThan(1);
  });

  test('the action that is denied is named', () => {
    expect(
      explain(translateAwsError(failure('AccessDenied', 'not authorized to perform: ec2:CreateTags on x'))),
    ).toContain('ec2:CreateTags');
  });

  test('what nobody knows stays as it is', () => {
    const odd = failure('ValidationError', 'no');
    expect(translateAwsError(odd)).toBe(odd);
    expect(translateAwsError('text')).toBe('text');
    expect([
      awsCode(failure('X', '', { Code: 'Throttling' })),
      awsCode(failure('RuleNotFoundException')),
      awsCode(1),
    ]).toEqual(['Throttling', 'RuleNotFound', '']);
  });
});

test('batches are of the right size and their answers in order', async () => {
  const sizes: number[] = [];
  const doubled = await inBatches([1, 2, 3, 4, 5], 2, async (batch) => {
    sizes.push(batch.length);
    return batch.map((one) => one * 2);
  });
  expect(doubled).toEqual([2, 4, 6, 8, 10]);
  expect(sizes).toEqual([2, 2, 1]);
});
