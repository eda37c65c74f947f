/*
 * Do the tests fail when the code is wrong? Makes random mutants, one at a time, in a copy of the tree, and runs the tests
 * that have to do with the file: the unit ones, then (--real) those against the real services.
 * usage: npm run mutate -- [--sample 200] [--seed 1] [--real] [--in src/model,server] [--limit MINUTES]
 * The last lines are the survivors and `N killed of M (P %)`.
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { applied, type Mutant, mutantsOf } from './mutants';

const FOLDERS = 'src/model,src/annotations,src/reconcile,src/aws,src/kube,src/setup,server';
const COPIED = [
  'src',
  'server',
  'test',
  'sandbox',
  'samples',
  'schemas',
  'snippets',
  'docs',
  'l10n',
  'scripts',
  'media',
];
/** A mutant that never ends is noticed as well. */
const LIMIT_MS = 10 * 60_000;

const { values } = parseArgs({
  options: {
    sample: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    in: { type: 'string', default: FOLDERS },
    limit: { type: 'string', default: '1000000' },
    real: { type: 'boolean', default: false },
  },
});

const root = process.cwd();
const end = Date.now() + Number(values.limit) * 60_000;
const copy = mkdtempSync(join(tmpdir(), 'ekslb-mutants-'));
process.on('exit', () => rmSync(copy, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

async function run(): Promise<void> {
  copyTree();
  const mutants = sampled(allMutants(values.in.split(',')), Number(values.sample), Number(values.seed));
  const survivors: Mutant[] = [];
  let tried = 0;
  for (const mutant of mutants) {
    if (Date.now() > end) break;
    tried += 1;
    const killer = await killedBy(mutant);
    if (killer === undefined) survivors.push(mutant);
    console.log(`${killer === undefined ? 'SURVIVED' : `killed (${killer})`} ${textOf(mutant)}`);
  }
  console.log(`\nSurvivors:\n${survivors.map(textOf).join('\n')}`);
  const killed = tried - survivors.length;
  console.log(`${killed} killed of ${tried} (${((100 * killed) / Math.max(tried, 1)).toFixed(0)} %)`);
  process.exit(0);
}

function copyTree(): void {
  for (const name of COPIED) cpSync(join(root, name), join(copy, name), { recursive: true });
  for (const name of readdirSync(root)) {
    if (/\.(json|md|ts|mjs)$/.test(name) || name === 'LICENSE') cpSync(join(root, name), join(copy, name));
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
}

function allMutants(folders: readonly string[]): Mutant[] {
  const files = folders.flatMap((folder) => sourcesBelow(join(root, folder)));
  return files.flatMap((file) => mutantsOf(relative(root, file), readFileSync(file, 'utf8')));
}

function sourcesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourcesBelow(path);
    return entry.name.endsWith('.ts') ? [path] : [];
  });
}

/** The same for the same seed (mulberry32). */
function sampled(all: readonly Mutant[], count: number, seed: number): Mutant[] {
  let state = seed;
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const left = [...all];
  const picked: Mutant[] = [];
  while (picked.length < count && left.length > 0) {
    picked.push(...left.splice(Math.floor(random() * left.length), 1));
  }
  return picked;
}

/** The project whose tests noticed; undefined where none did. */
async function killedBy(mutant: Mutant): Promise<string | undefined> {
  const file = join(copy, mutant.file);
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, applied(text, mutant));
  try {
    // Most are noticed by the tests that stand where the file does: these are few.
    if (!(await testsPass('unit', ['run', nearOf(mutant)]))) return 'unit';
    for (const project of values.real ? ['unit', 'real'] : ['unit']) {
      if (!(await testsPass(project, ['related', file, '--run']))) return project;
    }
    return undefined;
  } finally {
    writeFileSync(file, text);
  }
}

/** Tests of generated files and formats would notice every change; they are no judges. */
const OTHERS = ['--exclude', 'test/expressions.test.ts', '--exclude', 'test/project.test.ts'];

/** `src/model/group.ts` -> `test/model/` */
function nearOf({ file }: Mutant): string {
  const [first, second = ''] = file.split('/');
  return first === 'src' ? `test/${second}/` : `test/${first}/`;
}

function testsPass(project: string, which: readonly string[]): Promise<boolean> {
  const vitest = join(copy, 'node_modules', 'vitest', 'vitest.mjs');
  const args = [...which, '--project', project, '--bail', '1', '--passWithNoTests', ...OTHERS];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [vitest, ...args], {
      cwd: copy,
      stdio: 'ignore',
      timeout: LIMIT_MS,
      killSignal: 'SIGKILL',
    });
    child.on('close', (code) => resolve(code === 0));
  });
}

function textOf({ file, line, before, after }: Mutant): string {
  const short = (text: string) => text.replace(/\s+/g, ' ').slice(0, 60);
  return `${file}:${line}  ${short(before)}  ->  ${short(after)}`;
}

void run();
