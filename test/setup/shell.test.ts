import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Action, applyAction, awsAction, deleteAction, later } from '../../src/setup/action';
import { kebab, quote, quoted, type ShellPlace, shellOf } from '../../src/setup/shell';

/** What bash makes of a line of words. */
function readBack(line: string, env: Record<string, string> = {}): string[] {
  const told = execFileSync('bash', [], {
    input: `printf "%s\\0" ${line}`,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  return told.split('\0').slice(0, -1);
}

/** Without what no command line can hold; with what shells make something of. */
const letter = fc.oneof(
  fc.constantFrom(...'\'"`$\\!*?[]{}()<>|&;#~=%^ \t\n\r-', '$(', '${', '\\\n', 'é', '日本', '🙂'),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 3 }).filter((text) => !text.includes('\0')),
);
const word = fc.array(letter, { maxLength: 12 }).map((letters) => letters.join(''));

describe('a word for the shell', () => {
  it('is read back as it was', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 40 }), (words) => {
        expect(readBack(quoted(words))).toEqual(words);
      }),
      { numRuns: 60 },
    );
  });

  it('has in it what is known later, and nothing else is replaced', () => {
    const piece = fc.oneof(word, fc.constant(later('VPC_ID')), fc.constant(later('ACCOUNT_ID')));
    const pieces = fc.array(piece, { minLength: 1, maxLength: 8 }).map((some) => some.join(''));
    fc.assert(
      fc.property(fc.array(pieces, { minLength: 1, maxLength: 40 }), (words) => {
        const known = { VPC_ID: 'vpc-1', ACCOUNT_ID: '123' };
        const wanted = words.map((one) =>
          // biome-ignore lint/suspicious/noTemplateCurlyInString: what a shell replaces
          one.replaceAll('${VPC_ID}', 'vpc-1').replaceAll('${ACCOUNT_ID}', '123'),
        );
        expect(readBack(quoted(words), known)).toEqual(wanted);
      }),
      { numRuns: 60 },
    );
  });

  it('is left as it is where nothing in it is special', () => {
    for (const one of ['shop', 'arn:aws:iam::123456789012:role/a', 'a@b+c,d=e', '--name'])
      expect(quote(one)).toBe(one);
    expect(quote('')).toBe("''");
    expect(quote("it's")).toBe(`'it'\\''s'`);
  });
});

describe('a call of AWS', () => {
  it.each([
    // As `aws help` lists them (AWS CLI Command Reference).
    ['CreateOpenIDConnectProvider', 'create-open-id-connect-provider'],
    ['OpenIDConnectProviderArn', 'open-id-connect-provider-arn'],
    ['AddClientIDToOpenIDConnectProvider', 'add-client-id-to-open-id-connect-provider'],
    ['ClientIDList', 'client-id-list'],
    ['AssumeRolePolicyDocument', 'assume-role-policy-document'],
    ['UpdateAssumeRolePolicy', 'update-assume-role-policy'],
    ['HostedZoneId', 'hosted-zone-id'],
    ['CallerReference', 'caller-reference'],
    ['LoadBalancerArn', 'load-balancer-arn'],
    ['IpPermissions', 'ip-permissions'],
    ['DNSName', 'dns-name'],
    ['VPCId', 'vpc-id'],
    ['CertificateARNs', 'certificate-arns'],
    ['repositoryName', 'repository-name'],
    ['addonName', 'addon-name'],
    ['associationId', 'association-id'],
  ])('spells %s as %s', (name, spelled) => {
    expect(kebab(name)).toBe(spelled);
  });

  it('spells everything that steps call', () => {
    expect(operationsInSources()).toMatchInlineSnapshot(`
      [
        "ec2 create-tags",
        "ec2 delete-security-group",
        "ec2 delete-tags",
        "ec2 revoke-security-group-ingress",
        "ecr create-repository",
        "ecr delete-repository",
        "eks create-addon",
        "eks create-pod-identity-association",
        "eks delete-addon",
        "eks delete-pod-identity-association",
        "eks update-pod-identity-association",
        "elbv2 delete-load-balancer",
        "elbv2 delete-target-group",
        "iam add-client-id-to-open-id-connect-provider",
        "iam attach-role-policy",
        "iam create-open-id-connect-provider",
        "iam create-policy",
        "iam create-policy-version",
        "iam create-role",
        "iam delete-open-id-connect-provider",
        "iam delete-policy",
        "iam delete-policy-version",
        "iam delete-role",
        "iam delete-role-policy",
        "iam detach-role-policy",
        "iam update-assume-role-policy",
        "route53 change-resource-record-sets",
        "route53 create-hosted-zone",
        "route53 delete-hosted-zone",
      ]
    `);
  });

  const place: ShellPlace = { region: 'eu-west-1', profile: 'my profile', folder: 'docs' };
  const lineOf = (action: Action, where = place) => shellOf(action, 'step', where);

  it('is a command with everything that the process was told', () => {
    const action = awsAction('x', 'iam', 'CreatePolicyVersion', {
      PolicyArn: 'arn:aws:iam::1:policy/p',
      PolicyDocument: '{}',
      SetAsDefault: true,
    });
    expect(lineOf(action).line).toBe(
      "aws iam create-policy-version --region eu-west-1 --profile 'my profile' --policy-arn arn:aws:iam::1:policy/p --policy-document file://docs/step-policy-document.json --set-as-default",
    );
  });

  it('has long documents in files, and each of a list as a word', () => {
    const PolicyDocument = JSON.stringify({ Statement: ['x'.repeat(200)] });
    const action = awsAction('x', 'iam', 'CreatePolicy', { PolicyName: 'p', PolicyDocument });
    const { files, line } = lineOf(action);
    expect(line).toMatch(/--policy-document file:\/\/docs\/step-policy-document\.json$/);
    expect(JSON.parse(files['step-policy-document.json'] ?? '')).toEqual(JSON.parse(PolicyDocument));
    const list = awsAction('x', 'iam', 'CreateOpenIDConnectProvider', {
      Url: 'u',
      ClientIDList: ['a', "b's"],
    });
    expect(lineOf(list).line).toMatch(/--client-id-list a 'b'\\''s'$/);
    const off = awsAction('x', 'ecr', 'DeleteRepository', { repositoryName: 'r', force: false });
    expect(lineOf(off).line).toMatch(/--repository-name r --no-force$/);
  });

  it('finds files in a folder that only the shell knows', () => {
    const action = awsAction('x', 'iam', 'CreatePolicy', {
      PolicyName: 'p',
      PolicyDocument: JSON.stringify({ a: 'x'.repeat(200) }),
    });
    expect(lineOf(action, { folder: '$WORK' }).line).toMatch(
      /file:\/\/"\$WORK"\/step-policy-document\.json$/,
    );
  });
});

describe('a command for the cluster', () => {
  const place: ShellPlace = { kubeconfig: '/my kube', context: 'shop', profile: 'p', folder: 'docs' };
  const object = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace: 'a', name: 'b' } };
  const where = "--kubeconfig '/my kube' --context shop";

  it('names kubeconfig and context', () => {
    expect(shellOf(applyAction('x', [object]), 'step', place).line).toBe(
      `kubectl ${where} apply --server-side --force-conflicts --field-manager=ekslb -f docs/step.yaml`,
    );
    expect(shellOf(deleteAction('x', object, 'b'), 'step', place).line).toBe(
      `kubectl ${where} delete deployment.v1.apps b --namespace a --ignore-not-found`,
    );
    const node = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n' } };
    expect(shellOf(deleteAction('x', node, 'n'), 'step', place).line).toBe(
      `kubectl ${where} delete namespace n --ignore-not-found`,
    );
  });

  it('is told to helm and eksctl in their own words', () => {
    const tool = (...argv: [string, ...string[]]): Action => ({ kind: 'tool', text: 'x', argv });
    expect(shellOf(tool('helm', 'list'), 's', place).line).toBe(
      "helm list --kubeconfig '/my kube' --kube-context shop",
    );
    expect(shellOf(tool('eksctl', 'x'), 's', place).line).toBe('eksctl x --profile p');
    expect(shellOf(tool('docker', 'build', '.'), 's', place).line).toBe('docker build .');
  });
});

/** `service operation` of every call in the sources, as a person would type it. */
function operationsInSources(): string[] {
  const folder = resolve(import.meta.dirname, '../../src/setup');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const calls = /'(ec2|ecr|eks|elbv2|iam|route53)',\s*'([A-Z]\w+)',/g;
  const found = files.flatMap((file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    const starts = [...text.matchAll(/awsAction\(/g)].map(({ index }) => text.slice(index, index + 260));
    return starts.flatMap((start) => [...start.matchAll(calls)].slice(0, 1));
  });
  return [...new Set(found.map(([, service, name = '']) => `${service} ${kebab(name)}`))].sort();
}
