import { describe, expect, test } from 'vitest';
import { program } from '../../sandbox/arguments';
import { desktopArguments } from '../../sandbox/desktop';
import { placesOf } from '../../sandbox/places';
import { elapsed } from '../../sandbox/progress';
import { pageUrl } from '../../sandbox/services/editorServer';
import { clearState } from '../../sandbox/state';

/** What a command line means, as text; a refusal is its message. */
async function meant(line: string): Promise<string> {
  let meaning = '';
  const note = (name: string) => async (options: object) => {
    meaning = `${name} ${JSON.stringify(options)}`;
  };
  const commands = program({ sandbox: note('sandbox'), test: note('test') });
  let refusal = '';
  for (const command of [commands, ...commands.commands]) {
    command
      .exitOverride()
      .configureOutput({ writeErr: (text) => (refusal += text), writeOut: () => undefined });
  }
  await commands.parseAsync(line.split(' '), { from: 'user' }).catch(() => undefined);
  return meaning || (refusal.split('\n')[0] ?? '');
}

describe('arguments', () => {
  test.each([
    ['sandbox', 'sandbox {"editor":true}'],
    ['sandbox --no-editor --reset', 'sandbox {"editor":false,"reset":true}'],
    ['sandbox --check --state there', 'sandbox {"editor":true,"check":true,"state":"there"}'],
    [
      'sandbox --port 8080 --aws-port 5555 --kube-port 6443',
      'sandbox {"editor":true,"port":8080,"awsPort":5555,"kubePort":6443}',
    ],
    [
      'sandbox --port 80.5',
      "error: option '--port <number>' argument '80.5' is invalid. A port is a whole number from 1 to 65535.",
    ],
    [
      'sandbox --port 0',
      "error: option '--port <number>' argument '0' is invalid. A port is a whole number from 1 to 65535.",
    ],
    ['sandbox --prot 1', "error: unknown option '--prot'"],
    ['test --only probe', 'test {"only":"probe"}'],
  ])('%s', async (line, expected) => {
    expect(await meant(line)).toBe(expected);
  });
});

test('the page loads the extension and the tests from the server', () => {
  const url = new URL(
    pageUrl(8080, 'secret', '/home/ann/eks lb', '/home/ann/eks lb/samples', '/home/ann/eks lb/dist/e2e'),
  );
  expect(url.searchParams.get('tkn')).toBe('secret');
  expect(url.searchParams.get('folder')).toBe('/home/ann/eks lb/samples');
  expect(JSON.parse(url.searchParams.get('payload') ?? '')).toEqual([
    ['extensionDevelopmentPath', 'vscode-remote://127.0.0.1:8080/home/ann/eks lb'],
    ['extensionTestsPath', 'vscode-remote://127.0.0.1:8080/home/ann/eks lb/dist/e2e'],
  ]);
});

test('a desktop editor gets a profile of its own', () => {
  expect(desktopArguments('/p', '/p/.sandbox/desktop', '/p/samples')).toEqual([
    '--extensionDevelopmentPath=/p',
    '--user-data-dir=/p/.sandbox/desktop',
    '--extensions-dir=/p/.sandbox/desktop/extensions',
    '--disable-workspace-trust',
    '--new-window',
    '/p/samples',
  ]);
});

test('--reset refuses a folder that is not a state folder', async () => {
  const places = placesOf('/nowhere', {}, import.meta.dirname);
  await expect(clearState(places)).rejects.toThrow(/holds files that are not the sandbox's/);
});

test.each([
  [400, '0 s'],
  [59_000, '59 s'],
  [61_000, '1 min 1 s'],
])('%d ms is %s', (milliseconds, expected) => {
  expect(elapsed(0, milliseconds)).toBe(expected);
});
