import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Action, applyAction, later } from '../../src/setup/action';
import type { State } from '../../src/setup/report';
import { scriptOf } from '../../src/setup/script';
import { offline, stepOf } from './harness';

const setup = offline({ options: { context: 'my shop', profile: 'prod' } });

function scriptFor(
  actions: readonly Action[],
  state: State = 'todo',
  evidence: readonly string[] = [],
): string {
  return scriptOf(setup, [{ step: stepOf('crds'), state, evidence, actions }]);
}

/** A folder for the PATH in which `aws` answers everything with one word. */
function fakePath(answer: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'ekslb-path-'));
  writeFileSync(join(folder, 'aws'), `#!/bin/sh\necho ${answer}\n`, { mode: 0o755 });
  return `${folder}:${process.env['PATH']}`;
}

function output(script: string, PATH = fakePath('vpc-1')): string {
  const env = { ...process.env, PATH };
  return execFileSync('bash', [], { input: script, encoding: 'utf8', env, stdio: ['pipe', 'pipe', 'pipe'] });
}

const body = (told: string) => /== [^\n]*\n(.*)Done\.\n$/s.exec(told)?.[1];
const show = (text: string): Action => ({
  kind: 'tool',
  text: 'Show it',
  argv: ['cat', { file: 'a file.txt' }],
  files: { 'a file.txt': text },
});

describe('files in the script', () => {
  const line = fc.array(
    fc.oneof(
      fc.constantFrom(
        'EOF',
        '$',
        '`',
        '\\',
        '"',
        "'",
        '${',
        '$(date)',
        '\\"',
        ' ',
        '\t',
        'é',
        later('VPC_ID'),
      ),
      fc.string({ unit: 'grapheme' }).filter((text) => !/[\0\n\r]/.test(text)),
    ),
    { maxLength: 6 },
  );
  const lines = fc.array(
    line.map((parts) => parts.join('')),
    { minLength: 1, maxLength: 6 },
  );

  it('are written as they are, but for what is known later', () => {
    fc.assert(
      fc.property(lines, (some) => {
        const text = `${some.join('\n')}\n`;
        expect(body(output(scriptFor([show(text)])))).toBe(text.replaceAll(later('VPC_ID'), 'vpc-1'));
      }),
      { numRuns: 40 },
    );
  });
});

describe('the script', () => {
  it('names the context at every command, and leaves the current one alone', () => {
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: later('LB_HOST') } };
    const text = scriptFor([applyAction('Make it', [object])]);
    expect(text).toContain(`LB_HOST=$(for _ in {1..120}; do host=$(kubectl --context 'my shop' get ingress`);
    expect(text).toContain("kubectl --context 'my shop' apply --server-side");
    expect(text).not.toContain('use-context');
    expect(text).toContain('export AWS_PROFILE=prod');
  });

  it('asks for the programs that it calls, before it begins', () => {
    const secret: Action = {
      kind: 'secret',
      text: 'Make a key',
      shown: {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'tls', namespace: 'lbc', labels: { 'made-by': 'us' } },
      },
      make: () => Promise.reject(new Error('not here')),
      commands: [['openssl', 'req', '-out', { file: 'tls.crt' }]],
      keys: { 'tls.crt': { file: 'tls.crt' } },
    };
    const text = scriptFor([secret]);
    expect(text).toContain('for tool in kubectl openssl; do');
    expect(text.split('\n').find((one) => one.startsWith('('))).toMatchInlineSnapshot(
      `"(set -e; KEYS=$(mktemp -d); trap 'rm -rf "$KEYS"' EXIT; openssl req -out "$KEYS"/tls.crt; kubectl --context 'my shop' create secret generic tls --namespace lbc --type=kubernetes.io/tls --from-file=tls.crt="$KEYS"/tls.crt --dry-run=client -o yaml | kubectl label --local -f - -o yaml made-by=us | kubectl --context 'my shop' apply --server-side --force-conflicts --field-manager=ekslb -f -)"`,
    );
    const looks = scriptFor([{ kind: 'tool', text: 'x', argv: ['helm', 'list', later('VPC_ID')] }]);
    expect(looks).toContain('for tool in aws helm; do');
  });

  it('stops where something cannot be found out', () => {
    const action = show(later('VPC_ID'));
    for (const answer of ['None', '']) {
      expect(() => output(scriptFor([action]), fakePath(answer))).toThrow('VPC_ID could not be found out.');
    }
  });

  it('is not led astray by names: no comment of it goes on in the next line', () => {
    const marker = join(mkdtempSync(join(tmpdir(), 'ekslb-pwned-')), 'PWNED');
    const evil = `x\ntouch ${marker}\n#`;
    const named = { ...setup, clusterName: evil, aws: { ...setup.aws, region: evil } };
    const step = { ...stepOf('crds'), title: evil, why: evil };
    const action: Action = { ...show('text'), text: evil, loses: evil };
    output(scriptOf(named, [{ step, state: 'todo', evidence: [evil], actions: [action] }]));
    output(scriptOf(named, [{ step, state: 'unknown', evidence: [evil], actions: [] }]));
    expect(existsSync(marker)).toBe(false);
  });

  it('says of steps without commands why they have none', () => {
    const told = (state: State) =>
      scriptFor([], state, ['It is\nso.'])
        .split('\n')
        .filter((one) => one.startsWith('# '))
        .slice(4)
        .join('\n');
    expect(told('todo')).toMatchInlineSnapshot(`
      "# Only a person can do this:
      # It is␊so."
    `);
    expect(told('unknown')).toMatchInlineSnapshot(`
      "# It could not be told whether there is something to do:
      # It is␊so."
    `);
    expect(told('blocked')).toMatchInlineSnapshot(
      `"# Nothing to run: \`ekslb setup verify\` looks at it afterwards."`,
    );
    expect(told('done')).toBe('');
    expect(told('skipped')).toBe('');
  });
});
