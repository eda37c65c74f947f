/** `ekslb lint --fix` writes a file whole or not at all, and no other. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lintCommand } from '../../src/cli/lint';
import { replaceFile } from '../../src/cli/replaceFile';
import { rules } from '../../src/rules';

const BAD = rules['value-not-string'].bad;
const home = process.cwd();
let outside: string;

beforeEach(() => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'ekslb-')));
  mkdirSync(join(root, 'folder'));
  outside = join(root, 'outside.yaml');
  writeFileSync(outside, BAD);
  process.chdir(join(root, 'folder'));
});
afterEach(() => {
  const folder = process.cwd();
  process.chdir(home);
  rmSync(join(folder, '..'), { recursive: true });
});

async function fix(...paths: string[]) {
  const err: string[] = [];
  const terminal = {
    out: () => undefined,
    exact: () => undefined,
    err: (text: string) => err.push(text),
    interactive: false,
  };
  const code = await lintCommand(paths, { fix: true }, terminal);
  return { code, err };
}

test('a file is mended, and stays what it is', async () => {
  writeFileSync('web.yaml', `\uFEFF# größer\r\n${BAD}`);
  chmodSync('web.yaml', 0o664);
  expect(await fix('.')).toEqual({ code: 0, err: [] });
  expect(readFileSync('web.yaml', 'utf8')).toMatch(/^\uFEFF# größer\r\n[\s\S]*seconds: ['"]30['"]/);
  expect(statSync('web.yaml').mode & 0o777).toBe(0o664);
  expect(readdirSync('.')).toEqual(['web.yaml']);
});

test('a link within the folder stays a link, one that leads out is not followed', async () => {
  writeFileSync('web.yaml', BAD);
  symlinkSync('web.yaml', 'link.yaml');
  expect(await fix('link.yaml')).toEqual({ code: 0, err: [] });
  expect(readFileSync('web.yaml', 'utf8')).not.toBe(BAD);
  symlinkSync(outside, 'out.yaml');
  expect(await fix('out.yaml')).toEqual({
    code: 1,
    err: ['out.yaml: warning: not mended: it is a link that leads out of the folder.'],
  });
  expect(readFileSync(outside, 'utf8')).toBe(BAD);
});

test('bytes that are no text stay as they are', async () => {
  const bytes = Buffer.concat([Buffer.from('# caf'), Buffer.from([0xe9]), Buffer.from(`\n${BAD}`)]);
  writeFileSync('web.yaml', bytes);
  expect(await fix('.')).toEqual({ code: 1, err: ['web.yaml: warning: not mended: it is not UTF-8.'] });
  expect(readFileSync('web.yaml')).toEqual(bytes);
});

test('what somebody else has written meanwhile stays', () => {
  writeFileSync('web.yaml', 'new');
  expect(replaceFile('web.yaml', '.', 'old', 'mended')).toBe('it has changed meanwhile');
  expect(readFileSync('web.yaml', 'utf8')).toBe('new');
});

/** A limit on the size of files cuts the text as a full disk does. */
test.runIf(process.platform === 'linux')(
  'a write that fails leaves the old file whole, and nothing beside it',
  () => {
    const old = '# old\n';
    writeFileSync('web.yaml', old);
    const program = join(process.cwd(), 'replace.mjs');
    const source = join(home, 'src/cli/replaceFile.ts');
    execFileSync(join(home, 'node_modules/.bin/esbuild'), [
      ...[source, '--bundle', '--platform=node', '--format=esm', `--outfile=${program}`],
    ]);
    writeFileSync(
      'run.mjs',
      `import { replaceFile } from './replace.mjs';\nprocess.on('SIGXFSZ', () => {});\nconsole.log(replaceFile('web.yaml', '.', ${JSON.stringify(old)}, 'x'.repeat(1e6)));\n`,
    );
    const said = execFileSync('bash', ['-c', `ulimit -f 100; exec ${process.execPath} run.mjs`], {
      encoding: 'utf8',
    });
    expect(said).toMatch(/EFBIG|no room/);
    expect(readFileSync('web.yaml', 'utf8')).toBe(old);
    expect(readdirSync('.').filter((name) => name.endsWith('.ekslb'))).toEqual([]);
  },
);

test.skipIf(process.getuid?.() === 0)('a folder that may not be written to', () => {
  writeFileSync('web.yaml', 'old');
  chmodSync('.', 0o555);
  expect(replaceFile('web.yaml', '.', 'old', 'new')).toBe('its folder may not be written to');
  chmodSync('.', 0o755);
  expect(readFileSync('web.yaml', 'utf8')).toBe('old');
});
