import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openAws } from '../../src/aws/clients';
import { DEFAULT_CHOICES } from '../../src/setup/choices';
import { openSetup, type Setup } from '../../src/setup/setup';
import { checkOf, notedTools, planOf, stepOf } from './harness';

const CONFIG = `
[profile sign-in]
sso_session = company
sso_account_id = 123456789012
sso_role_name = Developer
region = eu-west-1
[profile empty]
region = eu-west-1
[sso-session company]
sso_start_url = https://company.awsapps.com/start
sso_region = eu-west-1
`;

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'ekslb-aws-'));
  await writeFile(join(home, 'config'), CONFIG);
  vi.stubEnv('HOME', home);
  vi.stubEnv('AWS_CONFIG_FILE', join(home, 'config'));
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(home, 'none'));
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE'])
    vi.stubEnv(name, undefined);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(home, { recursive: true, force: true });
});

async function setupWith(profile: string): Promise<Setup> {
  // Nobody listens there: without credentials nothing is asked.
  const options = { profile, endpointUrl: 'http://127.0.0.1:9' };
  const aws = await openAws(options);
  return openSetup({
    choices: DEFAULT_CHOICES,
    clusterName: 'shop',
    aws,
    tools: notedTools(['aws']),
    options,
  });
}

test('a profile that signs in has to sign in first', async () => {
  const setup = await setupWith('sign-in');
  expect(await checkOf(setup, 'credentials')).toMatchInlineSnapshot(`
    "false
    The AWS session has expired. Run \`aws sso login\` (or renew your session) and try again. What was done so far is kept."
  `);
  expect(await planOf(setup, 'credentials')).toMatchInlineSnapshot(`
    "  - Sign in to AWS
        $ aws sso login --region eu-west-1 --profile sign-in --endpoint-url http://127.0.0.1:9"
  `);
});

test('keys are a person’s own affair', async () => {
  const setup = await setupWith('empty');
  await expect(checkOf(setup, 'credentials')).rejects.toThrow('No AWS credentials were found.');
  expect(await stepOf('credentials').plan(setup)).toEqual([]);
});
