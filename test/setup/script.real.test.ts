import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, type TestContext } from 'vitest';
import { onPath, run } from '../../sandbox/run';
import { LATER } from '../../src/setup/action';
import type { Choices } from '../../src/setup/choices';
import { planSetup, planUndo } from '../../src/setup/flow';
import { scriptOf } from '../../src/setup/script';
import type { Setup } from '../../src/setup/setup';
import { kebab, shellOf } from '../../src/setup/shell';
import type { StepId } from '../../src/setup/stepIds';
import { STEPS } from '../../src/setup/steps';
import { startWorld, type World } from '../helpers/world';
import { awsFolder, awsPython } from './awsProgram';
import { call } from './behind';
import { setupOf, stepOf } from './harness';

let world: World;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ekslb-script-'));
  world = await startWorld({ pods: false, world: { seed: 7 } });
});
afterAll(async () => {
  await world?.stop();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => world.reset({ seed: 7 }));

/** Where bash finds the AWS CLI; skips the test on a machine that could not install it. */
function awsOrSkip(context: TestContext): Readonly<Record<string, string | undefined>> {
  const found = awsFolder();
  if (found === undefined) context.skip('The AWS CLI is not installed.');
  // Nothing of ours: what the script needs to know it says itself.
  const { PATH, HOME } = process.env;
  return { PATH: `${found}:${PATH}`, HOME, AWS_ACCESS_KEY_ID: 'sandbox', AWS_SECRET_ACCESS_KEY: 'sandbox' };
}

async function written(text: string): Promise<string> {
  const file = join(folder, 'setup.sh');
  await writeFile(file, text, { mode: 0o755 });
  return file;
}

async function scriptFor(setup: Setup, ids?: readonly StepId[]): Promise<string> {
  const steps = ids === undefined ? STEPS : STEPS.filter(({ id }) => ids.includes(id));
  return scriptOf(setup, await planSetup(setup, steps));
}

const alias = {
  zone: 'Shop.example.com.',
  by: 'alias',
  host: 'www.shop.example.com',
  ingress: 'shop/front',
} as const;
const everything: Partial<Choices> = { samples: ['2048', 'two-apps', 'two-apps-ip', 'fastapi', 'nlb'] };

const WAYS: Readonly<Record<string, Partial<Choices>>> = {
  'IRSA and Helm': {},
  'everything by manifests': { ...everything, install: 'manifest', namespace: 'lbc', dns: alias },
  'EKS Pod Identity and external-dns': {
    ...everything,
    identity: 'pod-identity',
    dns: { zone: 'shop.example.com', by: 'external-dns' },
    webhookCertificate: 'cert-manager',
  },
  eksctl: {
    serviceAccountBy: 'eksctl',
    createCluster: true,
    image: 'example.org/app:1',
    samples: ['fastapi'],
  },
};

describe.each(Object.entries(WAYS))('the script for %s', (_, choices) => {
  it.each(['shop', 'new'])('is clean for shellcheck (cluster %s)', async (clusterName) => {
    const setup = { ...(await setupOf(world, { ...choices, createCluster: true })), clusterName };
    const text = await scriptFor(setup);
    expect(text).not.toMatch(/undefined|\[object/);
    if (onPath(['shellcheck']) === undefined) return;
    const { all } = await run('shellcheck', [await written(text)]);
    expect(all).toBe('');
  });
});

describe('the script', () => {
  it('makes the permissions by IRSA true, and the subnets', async (context) => {
    const env = awsOrSkip(context);
    const setup = await setupOf(world, { extraPermissions: ['certificates'] });
    await untagSubnets(setup);
    const ids = ['subnets', 'oidc-provider', 'iam-policy', 'iam-role'] as const;
    expect(await becomesTrue(setup, ids, env)).toMatchInlineSnapshot(`
      "== Subnets for load balancers
      == OIDC provider of the cluster in IAM
      == IAM policy of the controller
      == IAM role of the controller
      subnets: true
      oidc-provider: true
      iam-policy: true
      iam-role: true"
    `);
  });

  it('makes EKS Pod Identity true', async (context) => {
    const env = awsOrSkip(context);
    const setup = await setupOf(world, { identity: 'pod-identity' });
    const ids = ['pod-identity-agent', 'iam-policy', 'iam-role', 'pod-identity-association'] as const;
    expect(await becomesTrue(setup, ids, env)).toMatchInlineSnapshot(`
      "== Agent of EKS Pod Identity
      == IAM policy of the controller
      == IAM role of the controller
      == EKS Pod Identity association of the controller
      pod-identity-agent: true
      iam-policy: true
      iam-role: true
      pod-identity-association: true"
    `);
  });

  it('makes a hosted zone, and what is allowed in it, though others have names after it', async (context) => {
    const env = awsOrSkip(context);
    const setup = await setupOf(world, { dns: { zone: 'Shop.example.com', by: 'external-dns' } });
    const zone = (Name: string) =>
      call(setup, 'route53', 'CreateHostedZone', {
        Name,
        CallerReference: Name,
        HostedZoneConfig: { PrivateZone: Name === 'shop.example.com' },
        ...(Name === 'shop.example.com' ? { VPC: { VPCId: world.vpcId, VPCRegion: 'eu-west-1' } } : {}),
      });
    for (const name of ['shop.example.com', 'zz.example.com']) await zone(name);
    const ids = ['oidc-provider', 'hosted-zone', 'external-dns-role'] as const;
    expect(await becomesTrue(setup, ids, env)).toMatchInlineSnapshot(`
      "== OIDC provider of the cluster in IAM
      == Hosted zone in Route 53
      == IAM role of external-dns
      oidc-provider: true
      hosted-zone: true
      external-dns-role: true"
    `);
  });

  it('mends what is broken, and brings a policy up to date', async (context) => {
    const env = awsOrSkip(context);
    const ids = ['oidc-provider', 'iam-policy', 'iam-role'] as const;
    await becomesTrue(await setupOf(world, { controllerVersion: '2.4.0' }), ids, env);
    const setup = await setupOf(world, { namespace: 'lbc' });
    expect(await becomesTrue(setup, ids, env)).toMatchInlineSnapshot(`
      "== IAM policy of the controller
      == IAM role of the controller
      oidc-provider: true
      iam-policy: true
      iam-role: true"
    `);
  });

  it('stops at the first command that fails, and says what is missing before it begins', async (context) => {
    const env = awsOrSkip(context);
    const setup = await setupOf(world);
    const file = await written(await scriptFor(setup, ['oidc-provider', 'iam-policy']));
    expect((await run(file, [], { env })).code).toBe(0);
    const again = await run(file, [], { env });
    expect(again.code).not.toBe(0);
    expect(again.all).toContain('EntityAlreadyExists');
    expect(again.all).not.toContain('Done.');
    const bare = await run('/bin/bash', [file], { env: { ...env, PATH: '/bin' } });
    expect(bare.all.trim()).toBe('aws is not on the PATH.');
    expect(bare.code).toBe(1);
  });
});

async function untagSubnets(setup: Setup): Promise<void> {
  const Resources = ['b', 'c'].map((zone) => world.ids[`\${subnet:shop-public-${zone}}`] ?? '');
  await call(setup, 'ec2', 'DeleteTags', { Resources, Tags: [{ Key: 'kubernetes.io/role/elb' }] });
}

/** Runs the script of some steps, all of which are to do; what it prints, and how the steps are afterwards. */
async function becomesTrue(
  setup: Setup,
  ids: readonly StepId[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const { code, all } = await run(await written(await scriptFor(setup, ids)), [], { env });
  if (code !== 0) throw new Error(all);
  const fresh = await setupOf(world, setup.choices);
  const states = await Promise.all(
    ids.map(async (id) => {
      const { state, evidence } = await stepOf(id).check(fresh);
      return [`${id}: ${state}`, ...(state === 'true' ? [] : evidence)].join('\n');
    }),
  );
  const told = all.split('\n').filter((line) => line.startsWith('== '));
  return [...told, ...states].join('\n');
}

describe('commands', () => {
  it('have the names that botocore makes', async (context) => {
    awsOrSkip(context);
    const { code, stdout, all } = await run(awsPython(), ['-c', ALL_NAMES]);
    if (code !== 0) throw new Error(all);
    const names = Object.entries(JSON.parse(stdout) as Record<string, string>);
    expect(names.length).toBeGreaterThan(2_000);
    expect(names.filter(([name, spelled]) => kebab(name) !== spelled)).toEqual([]);
  });

  it('are all known to the AWS CLI, with values that it takes', { timeout: 240_000 }, async (context) => {
    awsOrSkip(context);
    const lines = new Set<string>(Object.values(LATER).filter((line) => line.startsWith('aws ')));
    for (const choices of Object.values(WAYS)) {
      const setup = { ...(await setupOf(world, { ...choices, createCluster: true })) };
      for (const clusterName of ['shop', 'new']) {
        const plans = await planSetup({ ...setup, clusterName }, STEPS);
        for (const line of await awsLines(plans.flatMap(({ actions }) => actions))) lines.add(line);
      }
      const file = await written(
        await scriptFor(setup, ['subnets', 'oidc-provider', 'iam-policy', 'iam-role']),
      );
      await run(file, [], { env: awsOrSkip(context) });
      const undone = await planUndo(await setupOf(world, choices), STEPS);
      for (const line of await awsLines(undone.flatMap(({ actions }) => actions))) lines.add(line);
    }
    const argvs = await Promise.all([...lines].map(wordsOf));
    expect(argvs.length).toBeGreaterThan(20);
    const { code, stdout, all } = await run(awsPython(), ['-c', PARSE, JSON.stringify(argvs)]);
    if (code !== 0) throw new Error(all);
    expect(JSON.parse(stdout)).toEqual([]);
  });
});

/** Commands of aws that actions are shown as; documents are written where they are looked for. */
async function awsLines(actions: readonly Parameters<typeof shellOf>[0][]): Promise<string[]> {
  const found: string[] = [];
  for (const [at, action] of actions.entries()) {
    if (action.kind !== 'aws') continue;
    const { files, line } = shellOf(action, `${found.length}-${at}-${lineCount++}`, { folder });
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    found.push(line);
  }
  return found;
}
let lineCount = 0;

/** The words of a command as a shell reads them. */
async function wordsOf(line: string): Promise<string[]> {
  const known = Object.fromEntries(Object.keys(LATER).map((name) => [name, `${name}-as-it-will-be`]));
  const env = { ...process.env, CLUSTER: 'shop', ZONE: 'example.com', ...known };
  const shell = `aws() { printf '%s\\0' "$@" >&3; }; { ${line}; } 3>&1 >/dev/null`;
  const { stdout } = await run('bash', ['-c', shell], { env });
  return stdout.split('\0').slice(0, -1);
}

/** Every operation and its members, as botocore spells them. */
const ALL_NAMES = `
import json
from awscli.botocore import session, xform_name
names = {}
for service in ('ec2', 'ecr', 'eks', 'elbv2', 'iam', 'route53'):
    model = session.get_session().get_service_model(service)
    for operation in model.operation_names:
        names[operation] = xform_name(operation, '-')
        shape = model.operation_model(operation).input_shape
        for member in (shape.members if shape else ()):
            names[member] = xform_name(member, '-')
print(json.dumps(names))
`;

/** What the AWS CLI refuses of these command lines: it reads and checks everything, and calls nobody. */
const PARSE = `
import contextlib, io, json, sys
from awscli.botocore import validate
from awscli.clidriver import CLIOperationCaller, create_clidriver

def check(self, service, operation, parameters, _):
    shape = self._session.get_service_model(service).operation_model(operation).input_shape
    report = validate.ParamValidator().validate(parameters, shape)
    if report.has_errors():
        raise ValueError(report.generate_report())
    return 0

CLIOperationCaller.invoke = check
driver = create_clidriver()
refused = []
for argv in json.loads(sys.argv[1]):
    told = io.StringIO()
    with contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
        try:
            code = driver.main(argv)
        except SystemExit as end:
            code = end.code
    if code != 0:
        refused.append([' '.join(argv), told.getvalue()[-400:]])
print(json.dumps(refused))
`;
