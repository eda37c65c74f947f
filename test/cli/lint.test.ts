/** `ekslb lint` over folders: severities, `.ekslb.yaml`, comments, and SARIF of real findings. */
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LintOptions, lintCommand } from '../../src/cli/lint';
import type { LintFinding } from '../../src/cli/lintFinding';
import { type RuleCode, rules } from '../../src/rules';
import { sarifErrors } from '../helpers/sarif';

const home = process.cwd();
let folder: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'ekslb-')));
  process.chdir(folder);
});
afterEach(async () => {
  process.chdir(home);
  await rm(folder, { recursive: true });
});

/** Writes files, by their paths below the folder. */
async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

async function lint(paths: readonly string[], options: LintOptions = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const terminal = {
    out: (text: string) => out.push(text),
    exact: (text: string) => out.push(text),
    err: (text: string) => err.push(text),
    interactive: false,
  };
  const code = await lintCommand(paths, options, terminal);
  return { code, out: out.join('\n'), err };
}

async function found(paths: readonly string[], options: LintOptions = {}): Promise<string[]> {
  const { out } = await lint(paths, { ...options, format: 'json' });
  return (JSON.parse(out) as LintFinding[]).map(({ file, severity, code }) => `${file} ${severity} ${code}`);
}

const bad = (code: RuleCode) => rules[code].bad;
const ALL = {
  'große Läden/group 1.yaml': bad('group-conflict'),
  'klassen/class.yaml': bad('class-override'),
  'logs/logs.yaml': bad('logs-not-enabled'),
  'hints/protection.yaml': bad('deletion-protection'),
};

describe('severities', () => {
  test('hints are shown, and count, only when they are asked for', async () => {
    await write(ALL);
    const usual = await found(['.']);
    expect(usual.map((line) => line.split(' ').at(-2))).not.toContain('hint');
    expect(await found(['.'], { minSeverity: 'hint' })).toEqual(
      expect.arrayContaining([...usual, 'hints/protection.yaml hint deletion-protection']),
    );
    expect(await lint(['hints'])).toMatchObject({ code: 0, out: 'no finding' });
    expect(await lint(['hints'], { minSeverity: 'hint' })).toMatchObject({
      code: 1,
      out: expect.stringMatching(/:6:\d+ hint deletion-protection: .*\n.* 1 hint$/),
    });
  });

  test.each([
    ['error', ['error']],
    ['warning', ['error', 'warning']],
    ['info', ['error', 'info', 'warning']],
    ['hint', ['error', 'hint', 'info', 'warning']],
  ])('%s shows %j', async (minSeverity, expected) => {
    await write(ALL);
    const shown = (await found(['.'], { minSeverity })).map((line) => line.split(' ').at(-2));
    expect([...new Set(shown)].sort()).toEqual(expected);
  });
});

describe('SARIF', () => {
  test('of findings of all severities, with related places in files of awkward names', async () => {
    await write(ALL);
    const log = JSON.parse((await lint(['.'], { format: 'sarif', minSeverity: 'hint' })).out);
    expect(sarifErrors(log)).toEqual([]);
    const [{ results, tool }] = log.runs;
    const levels = new Set(results.map(({ level }: { level: string }) => level));
    expect([...levels].sort()).toEqual(['error', 'note', 'warning']);
    for (const { locations } of results) {
      const { uri } = locations[0].physicalLocation.artifactLocation;
      expect(Object.keys(ALL)).toContain(decodeURIComponent(uri));
      expect(uri).toMatch(/^[\w%./-]+$/);
    }
    const related = results.flatMap((one: { relatedLocations?: object[] }) => one.relatedLocations ?? []);
    expect(related.length).toBeGreaterThan(0);
    expect(JSON.stringify(related)).toContain('gro%C3%9Fe%20L%C3%A4den/group%201.yaml');
    for (const { helpUri, shortDescription } of tool.driver.rules) {
      expect(helpUri).toMatch(/^https:\/\/.*\/docs\/rules\/[a-z0-9-]+\.md$/);
      expect(shortDescription.text).toMatch(/\.$/);
    }
  });

  test('every rule, with the texts that it has', async () => {
    await write(
      Object.fromEntries(Object.keys(rules).map((code) => [`${code}/a.yaml`, bad(code as RuleCode)])),
    );
    const log = JSON.parse((await lint(['.'], { format: 'sarif', minSeverity: 'hint' })).out);
    expect(sarifErrors(log)).toEqual([]);
    expect(log.runs[0].tool.driver.rules.length).toBeGreaterThan(80);
  });
});

describe('.ekslb.yaml', () => {
  test('severities, ignored files and profile hold for what is below its folder', async () => {
    await write({
      ...ALL,
      'klassen/.ekslb.yaml': 'severity:\n  class-override: off\n',
      'logs/.ekslb.yaml': 'severity:\n  logs-not-enabled: error\n',
      'vendor/web.yaml': bad('not-an-option'),
      '.ekslb.yaml': "ignore:\n  - 'vendor/**'\n  - große*/**\n",
    });
    expect(await found(['.'])).toEqual(['logs/logs.yaml error logs-not-enabled']);
  });

  test('a file above what is named holds, too', async () => {
    await write({
      'a/b/web.yaml': bad('not-an-option'),
      '.ekslb.yaml': 'severity: { not-an-option: hint }\n',
    });
    expect(await found(['a/b'], { minSeverity: 'hint' })).toEqual(['a/b/web.yaml hint not-an-option']);
    expect(await found(['a/b/web.yaml'])).toEqual([]);
  });

  test('the profile decides what is checked', async () => {
    await write({ 'web.yaml': bad('needs-newer-controller') });
    expect(await found(['.'])).toEqual([]);
    await write({ '.ekslb.yaml': 'controller: 2.13.0\n' });
    expect(await found(['.'])).toEqual(['web.yaml error needs-newer-controller']);
  });

  test('what means nothing in it is told once, on standard error', async () => {
    await write({
      'web.yaml': rules['not-an-option'].good,
      '.ekslb.yaml': 'severity:\n  not-an-opton: off\n',
    });
    expect(await lint(['.', 'web.yaml'])).toEqual({
      code: 0,
      out: 'no finding',
      err: ['.ekslb.yaml:2 warning: There is no rule `not-an-opton`. Did you mean `not-an-option`?'],
    });
  });
});

test('comments silence findings, and nothing is mended that they silence', async () => {
  const quoted = bad('value-not-string');
  await write({
    'a.yaml': quoted.replace('seconds: 30', 'seconds: 30 # ekslb-ignore value-not-string'),
    'b.yaml': quoted,
  });
  expect(await found(['.'])).toEqual(['b.yaml error value-not-string']);
  expect(await found(['.'], { fix: true })).toEqual([]);
  await write({ 'c.yaml': `# ekslb-ignore\n${quoted}` });
  expect(await found(['c.yaml'])).toEqual([]);
});
