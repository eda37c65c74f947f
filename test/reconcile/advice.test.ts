import type { Subnet } from '@aws-sdk/client-ec2';
import { describe, expect, test } from 'vitest';
import { reportSubnets } from '../../src/aws/subnetReport';
import { explain, explainShort, UserError } from '../../src/errors';
import { DEFAULT_SETTINGS } from '../../src/model/build';
import { BuildError } from '../../src/model/errors';
import type { SubnetQuery } from '../../src/model/lookups';
import { adviseOnOutcome, adviseOnPlan, refusalError } from '../../src/reconcile/advice';
import { parseArn, strangeness } from '../../src/reconcile/advice/arns';
import { sharesOf } from '../../src/reconcile/advice/members';
import { ownerByTags } from '../../src/reconcile/advice/nameRows';
import { stuckIn } from '../../src/reconcile/advice/stuck';
import { subnetTable } from '../../src/reconcile/advice/subnetRows';
import { ROWS, rowOf } from '../../src/reconcile/advice/table';
import { placesOf } from '../../src/reconcile/advice/trouble';
import { newOutputs } from '../../src/reconcile/change';
import type { GroupPlan } from '../../src/reconcile/groupPlan';
import { loadOwners, type Owner } from '../../src/reconcile/owner';
import type { Plan } from '../../src/reconcile/plan';
import { type Answers, type FakeAws, fakeAws } from '../helpers/fakeAws';
import { clusterOf } from './cluster';

const settings = { ...DEFAULT_SETTINGS, clusterName: 'shop', vpcId: 'vpc-1' };
const ACCOUNT = '111122223333';
const IDENTITY = { GetCallerIdentity: () => ({ Account: ACCOUNT, Arn: 'me' }) };
const CLASS = `
kind: IngressClass
apiVersion: networking.k8s.io/v1
metadata: { name: alb }
spec: { controller: ingress.k8s.aws/alb }
`;

/** A member of the group `shop`, with annotations as `suffix: value`. */
function member(name: string, annotations: Readonly<Record<string, string>> = {}, more = ''): string {
  const lines = Object.entries({ 'group.name': 'shop', ...annotations }).map(
    ([suffix, value]) => `    alb.ingress.kubernetes.io/${suffix}: ${JSON.stringify(value)}\n`,
  );
  return `
kind: Ingress
apiVersion: networking.k8s.io/v1
metadata:
  namespace: demo
  name: ${name}
${more}  annotations:
${lines.join('')}spec: { ingressClassName: alb, rules: [{ host: ${name}.example.com }] }
`;
}

function ownerIn(...manifests: readonly string[]): Owner {
  const [owner] = loadOwners(clusterOf([CLASS, ...manifests].join('---')));
  if (owner === undefined) throw new Error('no owner');
  return owner;
}

function groupPlan(owner: Owner, refusal?: BuildError): GroupPlan {
  const empty = { stack: undefined, reasons: undefined, notes: [], steps: [], cleanup: [] };
  return { owner, refusal, outputs: newOutputs(), ...empty };
}

function planOf(group: GroupPlan): Plan {
  const empty = { prepare: [], network: [], untouched: false, finish: [], misplaced: [] };
  return { ...empty, groups: [group], outputs: newOutputs(), cluster: clusterOf('') };
}

/** What is told of a refusal of the build. */
async function refused(owner: Owner, error: BuildError, answers: Answers = {}): Promise<string[]> {
  const aws = fakeAws({ ...IDENTITY, ...answers });
  const plan = await adviseOnPlan({ aws, settings }, planOf(groupPlan(owner, error)));
  const [group] = plan.groups;
  return group === undefined ? [] : explain(refusalError(group)).split('\n');
}

/** A failure as the SDK throws it. */
function awsError(name: string, message: string): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: 400 } });
}

/** What is told of a failure of a run. */
async function failed(owner: Owner, cause: Error, answers: Answers = {}): Promise<string[]> {
  const aws = fakeAws({ ...IDENTITY, ...answers });
  return explain(await failure(aws, owner, cause)).split('\n');
}

async function failure(aws: FakeAws, owner: Owner, cause: Error): Promise<Error | undefined> {
  const error = new Error(`Failed deploy model due to ${cause.message}`, { cause });
  const groups = [{ plan: groupPlan(owner), dnsName: undefined, failure: error }];
  const outcome = await adviseOnOutcome({ aws, settings }, { groups, done: [], failures: [] });
  return outcome.groups[0]?.failure;
}

describe('each message finds its row', () => {
  const EXAMPLES: readonly (readonly [string, string, ('build' | 'deploy')?])[] = [
    [
      'subnets-not-resolved',
      "couldn't auto-discover subnets: unable to resolve at least one subnet. Evaluated 2 subnets",
    ],
    ['subnets-too-few', 'subnets count less than minimal required count: 1 < 2'],
    ['subnets-same-zone', 'multiple subnets in same Availability Zone eu-west-1a: [a b]'],
    ['subnets-mixed-zones', 'subnets in multiple locales: [availabilityZone localZone]'],
    ['subnets-without-ipv6', 'subnets [a] do not have an associated IPv6 CIDR block, which is required'],
    [
      'subnets-not-found',
      "failed to list subnets by names or IDs: couldn't find all subnets, missing names: [x]",
    ],
    ['subnet-refused', 'InvalidSubnet: VPC vpc-1 has no internet gateway', 'deploy'],
    ['no-certificate-for-host', 'ingress: a/b: no certificate found for host: x.example.com'],
    ['certificate-not-found', "CertificateNotFound: Certificate 'arn:x' not found", 'deploy'],
    ['certificate-not-found', "ValidationError: Certificate ARN 'arn:arn:x' is not valid", 'deploy'],
    [
      'certificate-not-usable',
      "UnsupportedCertificate: The certificate 'arn:x' must have a fully-qualified domain name",
      'deploy',
    ],
    ['security-group-not-found', "couldn't find all security groups: requested names [x] but found []"],
    ['foreign-security-group', "InvalidSecurityGroup: The security group 'sg-1' does not exist", 'deploy'],
    [
      'name-in-use',
      "DuplicateLoadBalancerName: A load balancer with the same name 'x' exists, but with different settings",
      'deploy',
    ],
    [
      'name-in-use',
      "DuplicateTargetGroupName: A target group with the same name 'x' exists, but with different settings",
      'deploy',
    ],
    [
      'name-in-use',
      "InvalidGroup.Duplicate: The security group 'x' already exists for VPC 'vpc-1'",
      'deploy',
    ],
    ['quota-exceeded', 'TooManyUniqueTargetGroupsPerLoadBalancer: more', 'deploy'],
    [
      'quota-exceeded',
      'RulesPerSecurityGroupLimitExceeded: The maximum number of rules per security group has been reached.',
      'deploy',
    ],
    ['too-many-values', "A rule can only have '5' condition values", 'deploy'],
    ['throttled', 'Throttling: Rate exceeded', 'deploy'],
    [
      'access-denied',
      'AccessDenied: User: x is not authorized to perform: elasticloadbalancing:CreateRule',
      'deploy',
    ],
    ['still-in-use', 'DependencyViolation: resource sg-1 has a dependent object', 'deploy'],
    ['deletion-protection', 'deletion_protection is enabled, cannot delete the ingress: web'],
    [
      'deletion-protection',
      "OperationNotPermitted: Load balancer 'arn:x' cannot be deleted because deletion protection is enabled",
      'deploy',
    ],
    [
      'log-bucket-refused',
      'InvalidConfigurationRequest: Access Denied for bucket: b. Please check S3bucket permission',
      'deploy',
    ],
    ['web-acl-not-found', "couldn't find WAFv2 WebACL with name: x"],
    ['target-group-not-found', 'searching TargetGroup with name x: no target group of that name exists'],
    ['trust-store-not-found', "couldn't find TrustStore with names [x]"],
    ['ssl-policy-unknown', "SSLPolicyNotFound: SSL policy 'x' not found", 'deploy'],
    [
      'unsupported-setting',
      'ValidationError: Health check interval must be greater than the timeout.',
      'deploy',
    ],
    [
      'target-port-missing',
      "TargetGroup port is empty. When using Instance targets, your service be must of type 'NodePort' or 'LoadBalancer'",
    ],
    ['service-not-found', 'ingress: a/b: Service "x" not found'],
    ['port-not-found', 'unable to find port 9999 on service a/b'],
    ['secret-not-usable', 'missing clientID, secret: a/b'],
    ['login-not-complete', 'missing IDPConfigCognito'],
    ['conflicting-settings', 'conflicting scheme: map[internal:{} internet-facing:{}]'],
    ['two-default-backends', 'multiple ingress defined default backend: [a/b a/c]'],
    ['path-wildcards', "prefix path shouldn't contain wildcards: /*"],
    ['ssl-redirect-wrong', 'listener does not exist for SSLRedirect port: 443'],
    [
      'conditions-wrong',
      'invalid httpHeaderConfig: precisely one of values and regexValues can be specified',
    ],
    ['ipv6-not-possible', 'unsupported IPv6 configuration, lb not dual-stack'],
    ['name-too-long', 'load balancer name cannot be longer than 32 characters'],
    [
      'group-order-wrong',
      'explicit Ingress group order must be within [-1000:1000], Ingress: a/b, order: 2000',
    ],
    ['value-not-readable', 'unknown targetType: pods'],
  ];

  const cases = EXAMPLES.map(([code, message, stage = 'build']) => ({ code, message, stage }));
  test.each(cases)('$code: $message', ({ code, message, stage }) => {
    expect(rowOf({ code: '', message, stage })?.row.code).toBe(code);
  });

  test('no row is without an example', () => {
    const shown = new Set(EXAMPLES.map(([code]) => code));
    expect(ROWS.map(({ code }) => code).filter((code) => !shown.has(code))).toEqual([]);
  });

  test('words of manifests mean nothing in messages of AWS', () => {
    expect(rowOf({ code: 'InternalFailure', message: 'invalid state', stage: 'deploy' })).toBeUndefined();
  });
});

/** `name zone [role] [own|foreign] [free:N] [v6]` as a subnet of the VPC, public where its name begins with "pub". */
function subnet(line: string): Subnet {
  const [name = '', zone = '', ...words] = line.split(' ');
  const tag = (Key: string, Value = '1') => ({ Key, Value });
  const tags: Readonly<Record<string, { Key: string; Value: string }>> = {
    elb: tag('kubernetes.io/role/elb'),
    internal: tag('kubernetes.io/role/internal-elb'),
    odd: tag('kubernetes.io/role/internal-elb', 'yes'),
    own: tag('kubernetes.io/cluster/shop'),
    foreign: tag('kubernetes.io/cluster/other'),
  };
  return {
    ...{
      SubnetId: `subnet-${name}`,
      AvailabilityZone: zone,
      VpcId: words.includes('away') ? 'vpc-2' : 'vpc-1',
    },
    AvailableIpAddressCount: Number(/free:(\d+)/.exec(line)?.[1] ?? 100),
    Tags: [tag('Name', name), ...words.flatMap((word) => tags[word] ?? [])],
    Ipv6CidrBlockAssociationSet: words.includes('v6')
      ? [{ Ipv6CidrBlockState: { State: 'associated' } }]
      : [],
  };
}

interface Filter {
  readonly Name: string;
  readonly Values: readonly string[];
}

/** An AWS with these subnets. */
function subnetsOf(...lines: readonly string[]): Answers {
  const all = lines.map(subnet);
  const valuesOf = (one: Subnet, name: string) => {
    if (name === 'vpc-id') return one.VpcId;
    if (name === 'subnet-id') return one.SubnetId;
    return one.Tags?.find(({ Key }) => `tag:${Key}` === name)?.Value;
  };
  const associations = all
    .filter(({ SubnetId }) => SubnetId?.startsWith('subnet-pub'))
    .map(({ SubnetId }) => ({ SubnetId }));
  return {
    DescribeSubnets: ({ Filters = [] }: { Filters?: Filter[] }) => ({
      Subnets: all.filter((one) =>
        Filters.every(({ Name, Values }) => Values.includes(valuesOf(one, Name) ?? '-')),
      ),
    }),
    DescribeRouteTables: () => ({
      RouteTables: [
        { Associations: associations, Routes: [{ GatewayId: 'igw-1' }] },
        { Associations: [{ Main: true }] },
      ],
    }),
  };
}

/** The table for a query, without its heading and with the columns one blank apart. */
async function verdicts(lines: readonly string[], query: object = {}): Promise<string[]> {
  const asked = { by: 'discovery', scheme: 'internal', ipAddressType: 'ipv4', ...query } as SubnetQuery;
  const reports = await reportSubnets(fakeAws(subnetsOf(...lines)), settings, asked);
  return subnetTable(reports)
    .slice(1)
    .map((line) => line.trim().replace(/ {2,}/g, ' '));
}

describe('a verdict for each subnet', () => {
  test('by role tag', async () => {
    const lines = [
      'a1 zone-a internal own',
      'a2 zone-a internal',
      'b zone-b internal free:5',
      'c zone-c internal foreign',
      'd zone-d odd',
      'pub zone-a elb',
    ];
    expect(await verdicts(lines)).toMatchInlineSnapshot(`
      [
        "subnet-a1 a1 zone-a 100 internal-elb shop private fits",
        "subnet-a2 a2 zone-a 100 internal-elb - private not used: another subnet of zone-a is preferred",
        "subnet-pub pub zone-a 100 elb - public not used: no tag kubernetes.io/role/internal-elb",
        "subnet-b b zone-b 5 internal-elb - private not used: 5 free addresses, 8 are needed",
        "subnet-c c zone-c 100 internal-elb other private not used: tagged for another cluster (kubernetes.io/cluster/other)",
        "subnet-d d zone-d 100 internal-elb - private not used: its tag kubernetes.io/role/internal-elb is 'yes', and must be empty or 1",
      ]
    `);
  });

  test('without role tags, by the way to the internet; dualstack needs IPv6', async () => {
    const lines = ['pub1 zone-a v6', 'pub2 zone-b', 'c zone-c v6'];
    expect(
      await verdicts(lines, { scheme: 'internet-facing', ipAddressType: 'dualstack' }),
    ).toMatchInlineSnapshot(`
      [
        "subnet-pub1 pub1 zone-a 100 - - public fits",
        "subnet-pub2 pub2 zone-b 100 - - public not used: no IPv6 range, which dualstack needs",
        "subnet-c c zone-c 100 - - private not used: private, and no tag kubernetes.io/role/elb",
      ]
    `);
  });

  test('named ones: of one zone, of another VPC, none at all', async () => {
    const lines = ['a zone-a', 'b zone-a', 'c zone-c', 'd zone-d away'];
    const namesOrIds = ['a', 'subnet-b', 'subnet-d', 'subnet-z', 'nobody'];
    expect(await verdicts(lines, { by: 'names', namesOrIds })).toMatchInlineSnapshot(`
      [
        "subnet-a a zone-a 100 - - private refused: two subnets of zone-a are named, one is allowed",
        "subnet-b b zone-a 100 - - private refused: two subnets of zone-a are named, one is allowed",
        "subnet-c c zone-c 100 - - private not named",
        "subnet-d d zone-d 100 - - - refused: it is in vpc-2, the load balancer in vpc-1",
        "subnet-z - - - - - - missing: this account and region have no such subnet",
        "? nobody - - - - - missing: no subnet of the VPC has this Name tag",
      ]
    `);
  });
});

describe('a refusal', () => {
  test('the controller’s words, ours, the table, the reason, whom it concerns, what to do', async () => {
    const query = { by: 'discovery', scheme: 'internal', ipAddressType: 'ipv4' } as const;
    const error = new BuildError(
      'unable to resolve at least one subnet. Evaluated 1 subnets',
      undefined,
      undefined,
      query,
    );
    const answers = subnetsOf('a zone-a internal free:1', 'b zone-b');
    expect(await refused(ownerIn(member('one'), member('two')), error, answers)).toMatchInlineSnapshot(`
      [
        "Failed build model due to unable to resolve at least one subnet. Evaluated 1 subnets",
        "No subnet can carry the load balancer: the internal load balancer looks for subnets by their tags in vpc-1.",
        "  SUBNET    NAME  ZONE    FREE  ROLE          CLUSTERS  REACH    VERDICT",
        "  subnet-a  a     zone-a  1     internal-elb  -         private  not used: 1 free address, 8 are needed",
        "  subnet-b  b     zone-b  100   -             -         private  not used: no tag kubernetes.io/role/internal-elb",
        "Without subnets AWS makes no load balancer, so nothing of it is made or changed.",
        "Of the group, demo/one and demo/two stay as they were.",
        "Tag the private subnets of at least two zones: aws ec2 create-tags --resources subnet-b --tags Key=kubernetes.io/role/internal-elb,Value=1. Free addresses in subnet-a, or add larger subnets. Or name subnets of two zones in the annotation subnets.",
      ]
    `);
  });

  test('names the member to blame, and those that wait', async () => {
    const owner = ownerIn(
      member('bad'),
      member('good'),
      member(
        'gone',
        {},
        '  finalizers: [group.ingress.k8s.aws/shop]\n  deletionTimestamp: "2026-01-01T00:00:00Z"\n',
      ),
    );
    expect(
      await refused(owner, new BuildError('unable to find port 9 on service demo/web', 'demo/bad')),
    ).toMatchInlineSnapshot(`
      [
        "Failed build model due to unable to find port 9 on service demo/web",
        "The Service demo/web has no port 9.",
        "A load balancer is built from all its members at once: while one of them cannot be built, none of them is changed.",
        "demo/bad is to blame. Of the group, demo/good stays as it was because of it. demo/gone, which leaves, cannot be let go before.",
        "Name a port of the Service, by its number or its name.",
      ]
    `);
  });

  test('where no row knows more', async () => {
    expect(await refused(ownerIn(member('one')), new BuildError('something new'))).toMatchInlineSnapshot(`
      [
        "Failed build model due to something new",
        "The load balancer cannot be built from the manifests.",
        "The controller would refuse it as well: while one member cannot be built, none of the group is changed.",
        "Mend what the first line names; \`ekslb lint\` finds most mistakes in the files.",
      ]
    `);
  });

  test('AWS may refuse to be asked for more: the refusal stands', async () => {
    const answers = {
      ListCertificates: () => {
        throw awsError('AccessDeniedException', 'not authorized to perform: acm:ListCertificates');
      },
    };
    const error = new BuildError('no certificate found for host: x.example.com', 'demo/one');
    expect((await refused(ownerIn(member('one')), error, answers)).slice(0, 2)).toMatchInlineSnapshot(`
      [
        "Failed build model due to no certificate found for host: x.example.com",
        "More cannot be said, because AWS refuses to be asked: AccessDenied: not authorized to perform: acm:ListCertificates",
      ]
    `);
  });
});

describe('a failure', () => {
  const owner = ownerIn(
    member('one', { 'certificate-arn': `arn:aws:acm:eu-west-1:${ACCOUNT}:certificate/1` }),
  );

  test('a certificate that has expired', async () => {
    const NotAfter = new Date('2020-02-03');
    const answers = {
      DescribeCertificate: () => ({ Certificate: { Status: 'EXPIRED', NotAfter } }),
      ListCertificates: () => ({ CertificateSummaryList: [] }),
    };
    const error = awsError(
      'UnsupportedCertificateException',
      `The certificate 'arn:aws:acm:eu-west-1:${ACCOUNT}:certificate/1' must have a supported key size`,
    );
    expect(await failed(owner, error, answers)).toMatchInlineSnapshot(`
      [
        "Failed deploy model due to The certificate 'arn:aws:acm:eu-west-1:111122223333:certificate/1' must have a supported key size",
        "The certificate arn:aws:acm:eu-west-1:111122223333:certificate/1 (demo/one, annotation alb.ingress.kubernetes.io/certificate-arn) has expired on 2020-02-03.",
        "  ACM has no certificate in eu-west-1.",
        "Without its certificate the HTTPS listener is neither made nor changed.",
        "Name one of the certificates above, or request one and wait until it is issued.",
      ]
    `);
  });

  test('an explicit deny', async () => {
    const message =
      'User: arn:aws:iam::1:role/dev is not authorized to perform: ec2:CreateSecurityGroup on resource: arn:aws:ec2:eu-west-1:1:vpc/vpc-1 with an explicit deny in a service control policy';
    expect(await failed(owner, awsError('UnauthorizedOperation', message))).toMatchInlineSnapshot(`
      [
        "Failed deploy model due to User: arn:aws:iam::1:role/dev is not authorized to perform: ec2:CreateSecurityGroup on resource: arn:aws:ec2:eu-west-1:1:vpc/vpc-1 with an explicit deny in a service control policy",
        "arn:aws:iam::1:role/dev may not call ec2:CreateSecurityGroup on arn:aws:ec2:eu-west-1:1:vpc/vpc-1.",
        "The identity that runs this may do only what its IAM policies allow; nothing was changed by this call.",
        "A policy denies it explicitly (service control policy): ask whoever keeps it, an allowance elsewhere does not help.",
      ]
    `);
  });

  test('words of our own are kept; of those of the SDK, ours are told', async () => {
    const lost = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });
    expect(await failed(owner, lost)).toMatchInlineSnapshot(`
      [
        "Failed deploy model due to connect ECONNREFUSED 127.0.0.1:1",
        "AWS cannot be reached.",
        "What was done before it stays and is found again by its tags; what comes after it was not done.",
        "Check the network, the proxy and AWS_ENDPOINT_URL (is the sandbox still running?).",
      ]
    `);
  });

  test('what is explained already is not said twice', async () => {
    const error = new UserError('ambiguous-security-group', 'Two groups carry the tag.', {
      why: 'One must.',
      advice: 'Take it from one.',
    });
    expect(await failed(owner, error)).toMatchInlineSnapshot(`
      [
        "Failed deploy model due to Two groups carry the tag.",
        "One must.",
        "What was done before it stays and is found again by its tags; what comes after it was not done.",
        "Take it from one.",
      ]
    `);
  });

  test('in one line', async () => {
    const error = await failure(fakeAws(IDENTITY), owner, awsError('Throttling', 'Rate exceeded'));
    expect(explainShort(error)).toMatchInlineSnapshot(
      `"Failed deploy model due to Rate exceeded. AWS answers that it is called too often (throttling), also after waiting and trying again. Run the command again in some minutes, it goes on where it stopped; find out in CloudTrail who calls so often."`,
    );
  });
});

test.each<[string, string | undefined]>([
  [`arn:aws:acm:eu-west-1:${ACCOUNT}:certificate/1`, undefined],
  [
    `arn:aws:acm:us-east-1:${ACCOUNT}:certificate/1`,
    'is of the region us-east-1, the load balancer of eu-west-1',
  ],
  ['arn:aws:acm:eu-west-1:999:certificate/1', `is of the account 999, the load balancer of ${ACCOUNT}`],
  [
    `arn:aws-cn:acm:eu-west-1:${ACCOUNT}:certificate/1`,
    'is of the partition aws-cn, the load balancer of aws',
  ],
  [`arn:aws:iam::${ACCOUNT}:server-certificate/x`, undefined],
  [
    `arn:aws:wafv2:us-east-1:${ACCOUNT}:global/webacl/x/1`,
    'is a web ACL for CloudFront (global), a load balancer takes regional ones',
  ],
  [`arn:aws:cognito-idp:us-east-1:${ACCOUNT}:userpool/x`, undefined],
])('%s', (text, expected) => {
  const arn = parseArn(text);
  expect(arn && strangeness(arn, { region: 'eu-west-1', account: ACCOUNT })).toBe(expected);
});

test('an ARN of another account is told before AWS is asked to use it; the account is asked for once', async () => {
  const acl = 'arn:aws:wafv2:eu-west-1:999:regional/webacl/x/1';
  const aws = fakeAws(IDENTITY);
  const plan = planOf(groupPlan(ownerIn(member('one', { 'wafv2-acl-arn': acl }))));
  await adviseOnPlan({ aws, settings }, plan);
  const { groups } = await adviseOnPlan({ aws, settings }, plan);
  expect(groups[0]?.notes).toMatchInlineSnapshot(`
    [
      "arn:aws:wafv2:eu-west-1:999:regional/webacl/x/1 is of the account 999, the load balancer of 111122223333 (demo/one, annotation alb.ingress.kubernetes.io/wafv2-acl-arn): AWS will refuse it. Name a web ACL of the region and account of the load balancer.",
    ]
  `);
  expect(aws.calls).toEqual(['GetCallerIdentity']);
});

test.each<[Readonly<Record<string, string>>, string]>([
  [{}, 'has no tags: somebody made it by hand or with another tool'],
  [{ team: 'x' }, 'carries no tag of a cluster: somebody made it by hand or with another tool'],
  [
    { 'elbv2.k8s.aws/cluster': 'shop', 'service.k8s.aws/stack': 'a/b' },
    'is of the Service a/b of this cluster (shop)',
  ],
  [{ 'kubernetes.io/service-name': 'a/b' }, 'was made for the Service a/b by Kubernetes itself'],
  [{ 'eks:eks-cluster-name': 'auto' }, 'was made by EKS Auto Mode of the cluster auto'],
])('whose %j is', (tags, expected) => expect(ownerByTags(tags, 'shop')).toBe(expected));

test('many members are counted', () => {
  const names = Array.from({ length: 30 }, (_, at) => `m${at + 10}`);
  const { members, others } = sharesOf(ownerIn(...names.map((name) => member(name))), ['demo/m10'], 'build');
  expect(others).toHaveLength(29);
  expect(members).toMatchInlineSnapshot(
    `"demo/m10 is to blame. Of the group, demo/m11, demo/m12, demo/m13, demo/m14, demo/m15, demo/m16, demo/m17, demo/m18 and 21 more stay as they were because of it."`,
  );
});

test('a name is found as a word, not as a part of another', () => {
  const owner = ownerIn(
    member('one', { 'load-balancer-name': 'front' }),
    member('two', { tags: 'a=frontend' }),
  );
  expect(placesOf({ owner }, 'front').map(({ key }) => key)).toEqual(['demo/one']);
});

describe('finalizers', () => {
  const now = new Date('2026-01-01T01:00:00Z');
  const leaving = (finalizer: string, at = '2026-01-01T00:00:00Z') =>
    member(
      'web',
      { 'group.name': 'shop' },
      `  finalizers: [${finalizer}]\n  deletionTimestamp: ${JSON.stringify(at)}\n`,
    );
  const told = (text: string) =>
    stuckIn(clusterOf(`${CLASS}---${text}`), [], { kind: 'nobody' }, now).map(
      ({ key, finalizer, what }) => `${key} ${finalizer}: ${what}`,
    );

  test('of another controller, of ours while nobody runs, and one that has just been deleted', () => {
    expect(told(leaving('example.com/x'))).toMatchInlineSnapshot(`
      [
        "demo/web example.com/x: Its finalizer example.com/x is of a controller that is neither the AWS Load Balancer Controller nor ekslb (example.com), which has to let it go.",
      ]
    `);
    expect(told(leaving('group.ingress.k8s.aws/shop'))).toMatchInlineSnapshot(`
      [
        "demo/web group.ingress.k8s.aws/shop: The AWS Load Balancer Controller has to let it go when its load balancer is deleted, and none runs in the cluster.",
      ]
    `);
    expect(told(leaving('example.com/x', '2026-01-01T00:59:30Z'))).toEqual([]);
  });

  test('what a plan lets go is not stuck', () => {
    const cluster = clusterOf(`${CLASS}---${leaving('group.ingress.k8s.aws/shop')}`);
    expect(stuckIn(cluster, loadOwners(cluster), { kind: 'nobody' }, now)).toEqual([]);
  });

  test('a binding whose group is gone', () => {
    const binding = `
kind: TargetGroupBinding
apiVersion: elbv2.k8s.aws/v1beta1
metadata:
  namespace: demo
  name: k8s-demo-web-1
  labels: { ingress.k8s.aws/stack: shop }
  finalizers: [elbv2.k8s.aws/resources]
  deletionTimestamp: "2026-01-01T00:00:00Z"
spec: { targetGroupARN: arn:tg, targetType: ip, serviceRef: { name: web, port: 80 } }
`;
    expect(told(binding)).toMatchInlineSnapshot(`
      [
        "demo/k8s-demo-web-1 elbv2.k8s.aws/resources: It was made for the IngressGroup shop, of which the cluster has no object any more: only a running AWS Load Balancer Controller would let it go.",
      ]
    `);
  });
});
