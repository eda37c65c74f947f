// Everything that needs nothing but Node: types, lint and format, generated files, unit tests.
// usage: node scripts/check.mjs      The last line is `N passed, N failed`; exit code 1 if anything failed.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const temporary = mkdtempSync(join(tmpdir(), 'check-'));
const report = join(temporary, 'unit.json');

/** Each row is a program or several, one after the other; `count` says how much it checked. */
const STEPS = [
  { title: 'types', runs: [bin('typescript', 'tsc', '--noEmit')] },
  { title: 'lint and format', runs: [bin('@biomejs/biome', 'biome', 'check', '--error-on-warnings', '.')] },
  ...(existsSync(join(root, 'scripts/generate.ts'))
    ? [
        {
          title: 'generated files',
          runs: [node('scripts/build.mjs', '--only', 'generate'), node('dist/generate.js', '--check')],
        },
      ]
    : []),
  {
    title: 'regular expressions',
    runs: [node('scripts/build.mjs', '--only', 'expressions'), node('dist/expressions.js')],
  },
  {
    title: 'unit tests',
    runs: [
      bin(
        'vitest',
        'vitest',
        'run',
        '--project',
        'unit',
        // A busy machine is no defect of the tests.
        '--testTimeout=30000',
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${report}`,
      ),
    ],
    count: unitTests,
  },
];

const results = await Promise.all(STEPS.map(runStep));
rmSync(temporary, { recursive: true, force: true });
const passed = sum(results.map((result) => result.passed));
const failed = sum(results.map((result) => result.failed));
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

async function runStep({ title, runs, count }) {
  const began = Date.now();
  let output = '';
  let code = 0;
  for (const args of runs) {
    if (code !== 0) break;
    const ended = await run(args);
    output += ended.output;
    code = ended.code;
  }
  const tally = count?.(code) ?? { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 };
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  const found = count === undefined ? '' : ` (${tally.passed} passed, ${tally.failed} failed)`;
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${title}, ${seconds} s${found}`);
  if (code !== 0) console.log(output.trimEnd());
  return tally;
}

function run(args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1' },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** A run that ends badly without a failed test (a file that does not load) is a failure all the same. */
function unitTests(code) {
  const { numPassedTests = 0, numFailedTests = 0 } = existsSync(report)
    ? JSON.parse(readFileSync(report, 'utf8'))
    : {};
  return { passed: numPassedTests, failed: numFailedTests === 0 && code !== 0 ? 1 : numFailedTests };
}

/** The arguments for Node that start a package's program; faster than npx, and the same on every system. */
function bin(name, program, ...args) {
  const manifest = JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8'));
  const path = typeof manifest.bin === 'string' ? manifest.bin : manifest.bin[program];
  return [join(root, 'node_modules', name, path), ...args];
}

function node(...args) {
  return args;
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}
