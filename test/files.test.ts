/** Files that are none: the linter, the server and the reader of manifests pass them over, and say so. */
import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { InitializedNotification, InitializeRequest } from 'vscode-languageserver/node';
import { createNodeFiles } from '../server/nodeFiles';
import { lintCommand } from '../src/cli/lint';
import { UserError } from '../src/errors';
import { LARGEST, readRegular } from '../src/files';
import { readManifests } from '../src/kube/manifests';
import { rules } from '../src/rules';
import { connectInMemory } from './helpers/testConnection';

const GOOD = rules['not-an-option'].good;
const BAD = rules['not-an-option'].bad;
const home = process.cwd();
let root: string;
let outside: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'ekslb-')));
  outside = join(realpathSync(mkdtempSync(join(tmpdir(), 'ekslb-'))), 'outside.yaml');
  writeFileSync(outside, BAD);
  process.chdir(root);
});
afterEach(() => {
  process.chdir(home);
  rmSync(root, { recursive: true });
});

/** What a repository, or an archive, can bring along; and what is told of it. */
const HOSTILE: Readonly<Record<string, [make: (path: string) => void, told: string]>> = {
  'pipe.yaml': [(path) => execFileSync('mkfifo', [path]), 'not a regular file'],
  'device.yaml': [(path) => symlinkSync('/dev/zero', path), 'a link that leads out of the folder'],
  'outside.yaml': [(path) => symlinkSync(outside, path), 'a link that leads out of the folder'],
  'nowhere.yaml': [(path) => symlinkSync('gone.yaml', path), 'a link to a file that is not there'],
  'circle.yaml': [(path) => symlinkSync('circle.yaml', path), 'ELOOP'],
  'large.yaml': [
    (path) => {
      writeFileSync(path, BAD);
      truncateSync(path, LARGEST + 1);
    },
    'larger than 5 MB',
  ],
};

function makeAll(): void {
  for (const [name, [make]] of Object.entries(HOSTILE)) make(join(root, name));
  writeFileSync(join(root, 'web.yaml'), GOOD);
}

test.each(Object.entries(HOSTILE))('%s is not read', (name, [make, told]) => {
  make(join(root, name));
  expect(readRegular(join(root, name), root)).toEqual({ problem: expect.stringContaining(told) });
});

test('a link within the folder is read, a file that does not exist is no problem', () => {
  mkdirSync(join(root, 'a'));
  writeFileSync(join(root, 'a/web.yaml'), GOOD);
  symlinkSync('a/web.yaml', join(root, 'link.yaml'));
  expect(readRegular('link.yaml', root)).toEqual({ text: GOOD });
  expect(readRegular('link.yaml', join(root, 'a'))).toEqual({ text: GOOD });
  expect(readRegular('gone.yaml', root)).toEqual({ problem: undefined });
});

test.runIf(process.platform === 'linux')('a file is not read beyond its size', () => {
  expect(readRegular('/proc/self/maps', '/')).toEqual({ problem: 'longer than its size says' });
});

async function lint(...paths: string[]) {
  const err: string[] = [];
  const out: string[] = [];
  const terminal = {
    out: (text: string) => out.push(text),
    exact: () => undefined,
    err: (text: string) => err.push(text),
    interactive: false,
  };
  const code = await lintCommand(paths, {}, terminal);
  return { code, out: out.join('\n'), err: err.sort() };
}

describe('lint', () => {
  test('passes them over in a folder, and says so', async () => {
    makeAll();
    const { code, out, err } = await lint('.');
    expect({ code, out }).toEqual({ code: 0, out: 'no finding' });
    expect(err).toHaveLength(Object.keys(HOSTILE).length);
    for (const [name, [, told]] of Object.entries(HOSTILE))
      expect(err).toContainEqual(expect.stringMatching(`^${name}: warning: not read: it is .*${told}`));
  });

  test.each(['pipe.yaml', 'large.yaml'])('ends when %s is named', async (name) => {
    makeAll();
    await expect(lint(name)).rejects.toThrow(UserError);
  });

  test('settings that are a pipe, or hold hostile patterns, leave the rest as it is', async () => {
    writeFileSync(join(root, 'web.yaml'), BAD);
    mkdirSync(join(root, 'a'));
    writeFileSync(join(root, 'a', `${'a'.repeat(44)}.yaml`), BAD);
    execFileSync('mkfifo', [join(root, 'a/.ekslb.yaml')]);
    const patterns = ['*(a|a*|aa*)*(a|a*|aa*)b', 'x'.repeat(70_000), `${'**a'.repeat(20)}b`, 'web.yaml'];
    writeFileSync(join(root, '.ekslb.yaml'), `ignore: ${JSON.stringify(patterns)}\n`);
    const { out, err } = await lint('.');
    expect(out).toMatch(/^a\/a{44}\.yaml:.*\n1 error, 0 warnings, 0 notes$/);
    expect(err).toEqual([
      expect.stringContaining('.ekslb.yaml:1 warning: A pattern has at most 256 characters'),
      expect.stringContaining('.ekslb.yaml:1 warning: `*(a|a*|aa*)*(a|a*|aa*)b`'),
      'a/.ekslb.yaml: warning: not read: it is not a regular file.',
    ]);
  });
});

describe('manifests', () => {
  test.each(Object.entries(HOSTILE))('a folder with %s is refused', async (name, [make, told]) => {
    make(join(root, name));
    const refused = readManifests(['.']);
    await expect(refused).rejects.toMatchObject({ code: 'unreadable-file' });
    await expect(refused).rejects.toThrow(new RegExp(`${name} cannot be read: .*${told}`));
  });

  test('a file that is named may be a link or what a shell makes of a program', async () => {
    symlinkSync(outside, join(root, 'link.yaml'));
    expect((await readManifests(['link.yaml'])).manifests).toHaveLength(1);
    await expect(readManifests(['/dev/zero'])).rejects.toThrow(
      '/dev/zero cannot be read: it is not a regular',
    );
  });
});

test('the server reads the rest of the workspace, and says of each file why it does not read it', async () => {
  makeAll();
  writeFileSync(join(root, '.ekslb.yaml'), `ignore: ['${'x'.repeat(70_000)}']\n`);
  const { connection, published, close } = connectInMemory(createNodeFiles());
  const rootUri = pathToFileURL(root).href;
  await connection.sendRequest(InitializeRequest.type, { processId: null, rootUri, capabilities: {} });
  await connection.sendNotification(InitializedNotification.type, {});
  const symbols = () => connection.sendRequest('workspace/symbol', { query: '' });
  await expect.poll(async () => ((await symbols()) as unknown[]).length).toBeGreaterThan(0);
  const told = () => published().map(({ uri, diagnostics }) => [uri, diagnostics[0]?.message]);
  await expect.poll(() => told().length).toBe(Object.keys(HOSTILE).length);
  expect(told()).toContainEqual([
    `${rootUri}/pipe.yaml`,
    expect.stringContaining('it is not a regular file'),
  ]);
  close();
});
