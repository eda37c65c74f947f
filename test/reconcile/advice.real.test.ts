import {
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  CreateVpcCommand,
  DeleteSecurityGroupCommand,
  DeleteTagsCommand,
  DeleteVpcCommand,
} from '@aws-sdk/client-ec2';
import {
  CreateLoadBalancerCommand,
  DeleteLoadBalancerCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { planCommand, syncCommand } from '../../src/cli/commands';
import { explain, explainShort } from '../../src/errors';
import { getObject, mergePatch } from '../../src/kube/client';
import { RESOURCES } from '../../src/kube/resources';
import { readCluster } from '../../src/kube/snapshot';
import type { KubeObject } from '../../src/kube/types';
import { stuckIn, stuckLines } from '../../src/reconcile/advice/stuck';
import type { Engine } from '../../src/reconcile/engine';
import { planJson } from '../../src/reconcile/planJson';
import { recordingHost } from '../helpers/recordingHost';
import { type Bench, objectsIn, startBench } from './bench';

const P = 'alb.ingress.kubernetes.io';

let bench: Bench;
let engine: Engine;
let before: string[];
beforeAll(async () => {
  bench = await startBench();
  engine = await bench.engine();
  before = await bench.aws();
});
afterAll(() => bench?.stop());
afterEach(async () => {
  await bench.faults();
  await bench.removeAll();
  expect(await bench.aws()).toEqual(before);
});

const APP = objectsIn(`
apiVersion: v1
kind: Namespace
metadata: { name: demo }
---
apiVersion: v1
kind: Service
metadata: { namespace: demo, name: web }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }
`);

/** An Ingress for `web`; annotations without their prefix. */
function ingress(
  name: string,
  annotations: Readonly<Record<string, string>>,
  host = `${name}.example.org`,
): KubeObject {
  const all = { 'target-type': 'ip', ...annotations };
  const backend = { service: { name: 'web', port: { number: 80 } } };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      ...{ namespace: 'demo', name },
      annotations: Object.fromEntries(Object.entries(all).map(([key, value]) => [`${P}/${key}`, value])),
    },
    spec: {
      ingressClassName: 'alb',
      rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
    },
  } as KubeObject;
}

/** Ids and ARNs of this world by their names, so that texts can be compared. */
function plain(text: string): string {
  const { ids, vpcId } = bench.world;
  const entries = Object.entries(ids).filter(([, id]) => id !== vpcId);
  const named = entries.sort(([, a], [, b]) => b.length - a.length);
  const known = named.reduce((all, [name, id]) => all.replaceAll(id, name), text);
  return known.replaceAll(vpcId, 'the VPC').replace(/ {2,}/g, '  ');
}

/** What a person is told when applying is refused. */
async function refusal(...manifests: readonly KubeObject[]): Promise<string[]> {
  const error = await bench.provision([...APP, ...manifests]).then(
    () => new Error('it went through'),
    (thrown: unknown) => thrown,
  );
  return plain(explain(error)).split('\n');
}

/** What a person is told when a run fails: by group. */
async function failures(...manifests: readonly KubeObject[]): Promise<string[]> {
  const { outcome } = await bench.provision([...APP, ...manifests]);
  return (outcome?.groups ?? []).flatMap(({ failure }) =>
    failure === undefined ? [] : plain(explain(failure)).split('\n'),
  );
}

const INTERNAL = { Key: 'kubernetes.io/role/internal-elb', Value: '1' };
const FOREIGN = { Key: 'kubernetes.io/cluster/other', Value: 'shared' };
const OWN = { Key: 'kubernetes.io/cluster/shop', Value: 'shared' };

/** The private subnet of each zone. */
function privateSubnets(): string[] {
  return ['a', 'b', 'c'].map((zone) => bench.world.ids[`\${subnet:shop-private-${zone}}`] ?? '');
}

/** What the commands print on standard error. */
async function printed(command: typeof syncCommand, options: object): Promise<string[]> {
  const { kubeconfig, clusterName, region, vpcId, endpoint } = bench.world;
  const lines: string[] = [];
  const terminal = {
    out: () => undefined,
    exact: () => undefined,
    err: (text: string) => lines.push(text),
    interactive: false,
  };
  const where = { kubeconfig, clusterName, region, vpcId, endpointUrl: endpoint };
  await command({ ...where, ...options }, terminal, new AbortController().signal);
  return lines.flatMap((line) => plain(line).split('\n'));
}

test('subnets: a verdict for each, in the refusal, the plan, its data and on the terminal', async () => {
  const [, b = '', c = ''] = privateSubnets();
  await engine.aws.ec2.send(new DeleteTagsCommand({ Resources: [b], Tags: [INTERNAL] }));
  await engine.aws.ec2.send(new CreateTagsCommand({ Resources: [c], Tags: [FOREIGN] }));
  await engine.aws.ec2.send(new DeleteTagsCommand({ Resources: [c], Tags: [{ Key: OWN.Key }] }));
  try {
    expect(await refusal(ingress('web', {}))).toMatchInlineSnapshot(`
      [
        "Failed build model due to couldn't auto-discover subnets: subnets count less than minimal required count: 1 < 2",
        "The subnets cover too few zones (1 of 2): the internal load balancer looks for subnets by their tags in the VPC.",
        "  SUBNET  NAME  ZONE  FREE  ROLE  CLUSTERS  REACH  VERDICT",
        "  \${subnet:shop-public-a}  shop-public-a  eu-west-1a  4091  elb  shop  public  not used: no tag kubernetes.io/role/internal-elb",
        "  \${subnet:shop-private-a}  shop-private-a  eu-west-1a  4030  internal-elb  shop  private  fits",
        "  \${subnet:shop-private-b}  shop-private-b  eu-west-1b  4030  -  shop  private  not used: no tag kubernetes.io/role/internal-elb",
        "  \${subnet:shop-public-b}  shop-public-b  eu-west-1b  4091  elb  shop  public  not used: no tag kubernetes.io/role/internal-elb",
        "  \${subnet:shop-public-c}  shop-public-c  eu-west-1c  4091  elb  shop  public  not used: no tag kubernetes.io/role/internal-elb",
        "  \${subnet:shop-private-c}  shop-private-c  eu-west-1c  4030  internal-elb  other  private  not used: tagged for another cluster (kubernetes.io/cluster/other)",
        "Without subnets AWS makes no load balancer, so nothing of it is made or changed.",
        "Nothing was changed.",
        "Tag the private subnets of at least two zones: aws ec2 create-tags --resources \${subnet:shop-private-b} --tags Key=kubernetes.io/role/internal-elb,Value=1. Tag \${subnet:shop-private-c} for this cluster as well, if both may use it. Or name subnets of two zones in the annotation subnets.",
      ]
    `);
    await bench.apply([
      ...APP,
      ingress('web', { 'group.name': 'shop' }),
      ingress('two', { 'group.name': 'shop' }),
    ]);
    const [group] = JSON.parse(JSON.stringify(planJson(await bench.plan(), await bench.engine()))).groups;
    expect(group).toMatchObject({
      code: 'subnets-too-few',
      advice: { blamed: [], others: ['demo/two', 'demo/web'] },
    });
    expect(await printed(planCommand, { all: true })).toMatchInlineSnapshot(`
      [
        "shop: Failed build model due to couldn't auto-discover subnets: subnets count less than minimal required count: 1 < 2",
        "  The subnets cover too few zones (1 of 2): the internal load balancer looks for subnets by their tags in the VPC.",
        "  Without subnets AWS makes no load balancer, so nothing of it is made or changed.",
        "  Of the group, demo/two and demo/web stay as they were.",
        "  Tag the private subnets of at least two zones: aws ec2 create-tags --resources \${subnet:shop-private-b} --tags Key=kubernetes.io/role/internal-elb,Value=1. Tag \${subnet:shop-private-c} for this cluster as well, if both may use it. Or name subnets of two zones in the annotation subnets.",
        "  Code: subnets-too-few",
      ]
    `);
    await expect(bench.plan()).resolves.toHaveProperty('stuck', []);
    const outcome = await bench.trySync();
    expect(plain(explainShort(outcome.groups[0]?.failure))).toMatchInlineSnapshot(
      `"Failed build model due to couldn't auto-discover subnets: subnets count less than minimal required count: 1 < 2. The subnets cover too few zones (1 of 2): the internal load balancer looks for subnets by their tags in the VPC. Tag the private subnets of at least two zones: aws ec2 create-tags --resources \${subnet:shop-private-b} --tags Key=kubernetes.io/role/internal-elb,Value=1. Tag \${subnet:shop-private-c} for this cluster as well, if both may use it. Or name subnets of two zones in the annotation subnets."`,
    );
  } finally {
    await engine.aws.ec2.send(new CreateTagsCommand({ Resources: [b], Tags: [INTERNAL] }));
    await engine.aws.ec2.send(new CreateTagsCommand({ Resources: [c], Tags: [OWN] }));
    await engine.aws.ec2.send(new DeleteTagsCommand({ Resources: [c], Tags: [FOREIGN] }));
  }
});

test('a subnet that does not exist, named by one member of a group: the other is named', async () => {
  const group = { 'group.name': 'shop' };
  const named = ingress('bad', { ...group, subnets: 'subnet-00000000000000000,shop-private-b' });
  expect(await refusal(ingress('good', group), named)).toMatchInlineSnapshot(`
    [
      "Failed build model due to failed to list subnets by names or IDs: api error InvalidSubnetID.NotFound: The subnet ID 'subnet-00000000000000000' does not exist",
      "Some of the named subnets do not exist in this account and region (demo/bad, annotation alb.ingress.kubernetes.io/subnets): the internal load balancer looks for the subnets that the annotation names in the VPC.",
      "  SUBNET  NAME  ZONE  FREE  ROLE  CLUSTERS  REACH  VERDICT",
      "  \${subnet:shop-public-a}  shop-public-a  eu-west-1a  4091  elb  shop  public  not named",
      "  \${subnet:shop-private-a}  shop-private-a  eu-west-1a  4030  internal-elb  shop  private  not named",
      "  \${subnet:shop-private-b}  shop-private-b  eu-west-1b  4030  internal-elb  shop  private  fits",
      "  \${subnet:shop-public-b}  shop-public-b  eu-west-1b  4091  elb  shop  public  not named",
      "  \${subnet:shop-public-c}  shop-public-c  eu-west-1c  4091  elb  shop  public  not named",
      "  \${subnet:shop-private-c}  shop-private-c  eu-west-1c  4030  internal-elb  shop  private  not named",
      "  subnet-00000000000000000  -  -  -  -  -  -  missing: this account and region have no such subnet",
      "Without subnets AWS makes no load balancer, so nothing of it is made or changed.",
      "demo/bad is to blame. Of the group, demo/good stays as it was because of it.",
      "Nothing was changed.",
      "Correct subnet-00000000000000000: names are Name tags, in this VPC. Name subnets of two zones with 8 free addresses each.",
    ]
  `);
});

test('a certificate that does not exist, and one of another region', async () => {
  const https = { 'listen-ports': '[{"HTTPS":443}]' };
  const arn = (region: string) =>
    `arn:aws:acm:${region}:123456789012:certificate/11111111-2222-3333-4444-555555555555`;
  const gone = ingress('web', { ...https, 'certificate-arn': arn('eu-west-1') }, 'a.shop.example.com');
  expect(await failures(gone)).toMatchInlineSnapshot(`
    [
      "Failed deploy model due to CertificateNotFound: Certificate ARN 'arn:aws:acm:eu-west-1:123456789012:certificate/11111111-2222-3333-4444-555555555555' is not found",
      "The certificate arn:aws:acm:eu-west-1:123456789012:certificate/11111111-2222-3333-4444-555555555555 (demo/web, annotation alb.ingress.kubernetes.io/certificate-arn) does not exist in this account and region.",
      "  The certificates of eu-west-1, closest first:",
      "  \${acm:*.shop.example.com}  *.shop.example.com, issued, until 2045-01-01, eu-west-1, serves it",
      "  \${acm:shop.example.com}  shop.example.com, issued, until 2045-01-01, eu-west-1",
      "  \${acm:api.example.org}  api.example.org, issued, until 2045-01-01, eu-west-1",
      "Without its certificate the HTTPS listener is neither made nor changed.",
      "Name one of the certificates above, or request one and wait until it is issued.",
    ]
  `);
  await bench.removeAll();
  const away = ingress('web', { ...https, 'certificate-arn': arn('us-east-1') }, 'a.shop.example.com');
  await bench.apply([...APP, away]);
  expect((await bench.plan()).groups[0]?.notes).toMatchInlineSnapshot(`
    [
      "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555 is of the region us-east-1, the load balancer of eu-west-1 (demo/web, annotation alb.ingress.kubernetes.io/certificate-arn): AWS will refuse it. Request or import the certificate in the region and account of the load balancer, and name that one.",
    ]
  `);
  expect((await failures(away)).slice(0, 2)).toMatchInlineSnapshot(`
    [
      "Failed deploy model due to CertificateNotFound: Certificate ARN 'arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555' is not found",
      "The certificate arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555 (demo/web, annotation alb.ingress.kubernetes.io/certificate-arn) is of the region us-east-1, the load balancer of eu-west-1.",
    ]
  `);
});

test('no certificate for a host: the closest are named', async () => {
  const https = ingress('web', { 'listen-ports': '[{"HTTPS":443}]' }, 'deep.sub.shop.example.com');
  expect(await refusal(https)).toMatchInlineSnapshot(`
    [
      "Failed build model due to ingress: demo/web: no certificate found for host: deep.sub.shop.example.com",
      "No certificate of ACM in eu-west-1 serves the host deep.sub.shop.example.com (demo/web).",
      "  The certificates of eu-west-1, closest first:",
      "  \${acm:shop.example.com}  shop.example.com, issued, until 2045-01-01, eu-west-1",
      "  \${acm:*.shop.example.com}  *.shop.example.com, issued, until 2045-01-01, eu-west-1",
      "  \${acm:api.example.org}  api.example.org, issued, until 2045-01-01, eu-west-1",
      "The Ingress has an HTTPS listener and names no certificate, so one that is issued for every host of it must be in ACM of this region.",
      "Nothing was changed.",
      "Request a certificate for deep.sub.shop.example.com, name one in the annotation certificate-arn, or correct the host. A wildcard stands for one label: *.example.com serves a.example.com and not a.b.example.com.",
    ]
  `);
});

test('a security group of another VPC, and a name that is none', async () => {
  const { ec2 } = engine.aws;
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.9.0.0/16' }));
  const { GroupId = '' } = await ec2.send(
    new CreateSecurityGroupCommand({ VpcId: Vpc?.VpcId ?? '', GroupName: 'elsewhere', Description: 'x' }),
  );
  const masked = (lines: readonly string[]) =>
    lines.map((line) =>
      line.replaceAll(GroupId, 'sg-elsewhere').replaceAll(Vpc?.VpcId ?? '-', 'vpc-elsewhere'),
    );
  try {
    await bench.faults({
      action: 'elasticloadbalancing:CreateLoadBalancer',
      code: 'InvalidConfigurationRequest',
      message: 'One or more security groups are invalid',
    });
    expect(masked(await failures(ingress('web', { 'security-groups': GroupId })))).toMatchInlineSnapshot(`
      [
        "Failed deploy model due to InvalidConfigurationRequest: One or more security groups are invalid",
        "The security group sg-elsewhere (demo/web, annotation alb.ingress.kubernetes.io/security-groups) cannot be used by a load balancer in the VPC.",
        "  sg-elsewhere  elsewhere, in vpc-elsewhere: another VPC than the VPC",
        "Without its security groups the load balancer is neither made nor changed.",
        "Name groups of the VPC of the cluster, by id or by the value of their Name tag.",
      ]
    `);
    await bench.faults();
    expect(
      masked(await refusal(ingress('web', { 'security-groups': 'shop-frontendd' }))),
    ).toMatchInlineSnapshot(`
      [
        "Failed build model due to couldn't find all security groups: requested names [shop-frontendd] but found []",
        "The security group shop-frontendd (demo/web, annotation alb.ingress.kubernetes.io/security-groups) cannot be found.",
        "  shop-frontendd  did you mean shop-frontend?",
        "Without its security groups the load balancer is neither made nor changed.",
        "Nothing was changed.",
        "Name groups of the VPC of the cluster, by id or by the value of their Name tag.",
      ]
    `);
  } finally {
    await bench.faults();
    await ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
    await ec2.send(new DeleteVpcCommand({ VpcId: Vpc?.VpcId ?? '' }));
  }
});

test('a name that somebody else has: whose it is', async () => {
  const Tags = [
    { Key: 'elbv2.k8s.aws/cluster', Value: 'old' },
    { Key: 'ingress.k8s.aws/stack', Value: 'web/front' },
  ];
  const { LoadBalancers = [] } = await engine.aws.elbv2.send(
    new CreateLoadBalancerCommand({ Name: 'front', Scheme: 'internal', Subnets: privateSubnets(), Tags }),
  );
  const [{ LoadBalancerArn = '' } = {}] = LoadBalancers;
  try {
    const text = await failures(ingress('web', { 'load-balancer-name': 'front' }));
    expect(text.map((line) => line.replace(LoadBalancerArn, 'ARN'))).toMatchInlineSnapshot(`
      [
        "Failed deploy model due to DuplicateLoadBalancerName: A load balancer with the same name 'front' exists, but with different settings",
        "The name front of the load balancer (demo/web, annotation alb.ingress.kubernetes.io/load-balancer-name) is in use: the one that has it is of the IngressGroup web/front of the cluster old.",
        "  ARN",
        "  elbv2.k8s.aws/cluster = old",
        "  ingress.k8s.aws/stack = web/front",
        "Names are unique within an account and region (those of security groups within a VPC), and what belongs to somebody else is never taken over or changed.",
        "Take another name, or leave the annotation out and a name is made; or delete the other one, if nobody needs it any more. A name counts only when the load balancer is made.",
      ]
    `);
  } finally {
    await engine.aws.elbv2.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }));
  }
});

test('deletion protection: the refusal on delete, and that of AWS', async () => {
  const safe = { 'group.name': 'shop', 'load-balancer-attributes': 'deletion_protection.enabled=true' };
  const open = { ...safe, 'load-balancer-attributes': 'deletion_protection.enabled=false' };
  await bench.provision([...APP, ingress('one', safe), ingress('two', safe)]);
  const error = await bench.remove('demo/one').catch((thrown: unknown) => thrown);
  expect(plain(explain(error)).split('\n')).toMatchInlineSnapshot(`
    [
      "Failed build model due to deletion_protection is enabled, cannot delete the ingress: one",
      "The load balancer is protected from deletion (demo/one, annotation alb.ingress.kubernetes.io/load-balancer-attributes).",
      "Somebody asked that this load balancer is not deleted by accident; its DNS name could not be had back.",
      "demo/one is to blame. Of the group, demo/two stays as it was because of it.",
      "Nothing was changed.",
      "Set deletion_protection.enabled=false in the annotation load-balancer-attributes (of a Service: attributes), apply it, and delete again.",
    ]
  `);
  await bench.provision([ingress('one', open), ingress('two', open)]);
});

test('an action that the policy lacks: who, what, and the rest of the group', async () => {
  await bench.faults({
    action: 'elasticloadbalancing:CreateRule',
    code: 'AccessDenied',
    status: 403,
    message:
      'User: arn:aws:iam::123456789012:user/dev is not authorized to perform: elasticloadbalancing:CreateRule on resource: arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/x because no identity-based policy allows the elasticloadbalancing:CreateRule action',
  });
  const group = { 'group.name': 'shop' };
  expect(await failures(ingress('one', group), ingress('two', group))).toMatchInlineSnapshot(`
    [
      "Failed deploy model due to failed to create listener rule: AccessDenied: User: arn:aws:iam::123456789012:user/dev is not authorized to perform: elasticloadbalancing:CreateRule on resource: arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/x because no identity-based policy allows the elasticloadbalancing:CreateRule action",
      "arn:aws:iam::123456789012:user/dev may not call elasticloadbalancing:CreateRule on arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/x.",
      "The identity that runs this may do only what its IAM policies allow; nothing was changed by this call.",
      "Of the group, demo/one and demo/two may be changed only in part.",
      "Allow elasticloadbalancing:CreateRule in an IAM policy of this identity; the policy that the AWS Load Balancer Controller publishes for its release has every action that is used.",
    ]
  `);
  await bench.faults();
  await bench.sync();
});

test('a bucket that may not be written, and a quota', async () => {
  const logs = 'access_logs.s3.enabled=true,access_logs.s3.bucket=shop-logs';
  await bench.faults({
    action: 'elasticloadbalancing:ModifyLoadBalancerAttributes',
    code: 'InvalidConfigurationRequest',
    message: 'Access Denied for bucket: shop-logs. Please check S3bucket permission',
  });
  expect(await failures(ingress('web', { 'load-balancer-attributes': logs }))).toMatchInlineSnapshot(`
    [
      "Failed deploy model due to InvalidConfigurationRequest: Access Denied for bucket: shop-logs. Please check S3bucket permission",
      "The load balancer may not write its logs into the bucket shop-logs (demo/web, annotation alb.ingress.kubernetes.io/load-balancer-attributes).",
      "  The bucket must be in eu-west-1, and encrypted with keys of S3 (SSE-S3) if it is for access logs.",
      "  Its policy must let logdelivery.elasticloadbalancing.amazonaws.com (in older regions the account of Elastic Load Balancing)",
      "  call s3:PutObject on arn:aws:s3:::shop-logs/PREFIX/AWSLogs/123456789012/*.",
      "AWS writes a test object when a bucket is set, also while logging is off, and takes no load balancer whose logs it could not write.",
      "Mend the policy or the region of the bucket, or take access_logs.s3.bucket out of load-balancer-attributes while logging is off.",
    ]
  `);
  await bench.faults({
    action: 'elasticloadbalancing:CreateRule',
    code: 'TooManyRules',
    message: 'The maximum number of rules has been reached',
  });
  expect(await failures(ingress('web', {}))).toMatchInlineSnapshot(`
    [
      "Failed deploy model due to failed to create listener rule: TooManyRules: The maximum number of rules has been reached",
      "A quota is used up: rules of a load balancer (100, can be raised).",
      "  this load balancer: 1 of 50 listeners",
      "  this load balancer: 1 of 100 rules",
      "  this load balancer: 1 of 100 target groups",
      "  this load balancer: 0 of 25 certificates besides the default ones",
      "AWS makes nothing beyond a quota. What was made before it stays, and the rest is not made.",
      "Delete what nobody needs, divide the group among several load balancers, or ask AWS for more in Service Quotas.",
    ]
  `);
});

test('finalizers that nobody handles', async () => {
  const { kube } = engine;
  const place = { namespace: 'demo', name: 'web' };
  await bench.provision([...APP, ingress('web', {})]);
  const current = await getObject<KubeObject>(kube, RESOURCES.Ingress, 'demo', 'web');
  const finalizers = [...(current?.metadata.finalizers ?? []), 'legacy.example.com/cleanup'];
  await mergePatch(kube, RESOURCES.Ingress, place, { metadata: { finalizers } });
  const later = new Date(Date.now() + 600_000);
  const dated = (lines: readonly string[]) =>
    lines.map((line) => line.replace(/deleted at \S+/, 'deleted at TIME'));

  await bench.tryRemove('demo/web');
  const cluster = await readCluster(kube);
  const stuck = stuckIn(cluster, [], { kind: 'nobody' }, later);
  expect(dated(stuck.flatMap(stuckLines))).toMatchInlineSnapshot(`
    [
      "Ingress demo/web was deleted at TIME and is still there: nobody lets it go.",
      "The AWS Load Balancer Controller has to let it go when its load balancer is deleted, and none runs in the cluster.",
      "Run \`ekslb sync --all\` (or keep \`ekslb watch\` running): it deletes the load balancer and lets the object go.",
      "Code: finalizer-unhandled",
      "Ingress demo/web was deleted at TIME and is still there: nobody lets it go.",
      "Its finalizer legacy.example.com/cleanup is of a controller that is neither the AWS Load Balancer Controller nor ekslb (legacy.example.com), which has to let it go.",
      "See that it runs and still looks after this Ingress: it does not after its class was changed, or when it was uninstalled first. If it is gone for good, delete what it made, and then take the finalizer legacy.example.com/cleanup away: kubectl -n demo edit ingress web.",
      "Code: finalizer-unhandled",
    ]
  `);
  expect((await bench.plan()).stuck).toEqual([]);

  const host = recordingHost();
  await bench.removeWith(host, 'demo/web');
  const warnings = host.events.filter(({ level }) => level === 'warning').map(({ text }) => text);
  expect(dated(warnings.flatMap((text) => text.split('\n')))).toMatchInlineSnapshot(`
    [
      "Ingress demo/web was deleted at TIME and is still there: nobody lets it go.",
      "Its finalizer legacy.example.com/cleanup is of a controller that is neither the AWS Load Balancer Controller nor ekslb (legacy.example.com), which has to let it go.",
      "See that it runs and still looks after this Ingress: it does not after its class was changed, or when it was uninstalled first. If it is gone for good, delete what it made, and then take the finalizer legacy.example.com/cleanup away: kubectl -n demo edit ingress web.",
      "Code: finalizer-unhandled",
    ]
  `);
  await mergePatch(kube, RESOURCES.Ingress, place, { metadata: { finalizers: [] } });
  expect(await printed(syncCommand, { all: true, yes: true })).toEqual([]);
});
