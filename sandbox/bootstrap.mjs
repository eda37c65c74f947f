// The first step of `npm run sandbox` and `npm test`: needs nothing but Node, so that it works in a fresh clone.
// Installs the node modules, builds the bundles, then hands over to dist/sandbox.js.
// usage: node sandbox/bootstrap.mjs sandbox|test [options]
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

checkNode();
installModules();
buildBundles();
handOver();

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  fail(
    `This is Node ${process.versions.node}; Node 20.19 or newer is needed.\nInstall it from https://nodejs.org, then run the same command again.`,
  );
}

function installModules() {
  if (modulesAreCurrent()) return;
  console.log('Node modules (npm ci), about 20 s ...');
  run(
    'npm',
    ['ci', '--no-audit', '--no-fund', '--loglevel=error'],
    'npm ci failed. Check the connection to the npm registry, then run the same command again.',
  );
}

/**
 * npm writes node_modules/.package-lock.json when it has finished, so an interrupted installation is repeated. The
 * versions are compared, not the times: git changes those.
 */
function modulesAreCurrent() {
  const done = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(done)) return false;
  const installed = packagesIn(done);
  return Object.entries(packagesIn(join(root, 'package-lock.json'))).every(
    ([path, { version, optional }]) => path === '' || optional || installed[path]?.version === version,
  );
}

function packagesIn(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}

function buildBundles() {
  const parts = ['extension', 'server', 'cli'].filter((name) => existsSync(join(root, sourceOf(name))));
  const only = [...parts, 'sandbox', 'controller'].flatMap((name) => ['--only', name]);
  run(process.execPath, ['scripts/build.mjs', ...only], 'The build failed; the messages above say where.');
}

function sourceOf(name) {
  return { extension: 'src/extension.ts', server: 'server/server.ts', cli: 'src/cli.ts' }[name];
}

/** Signals go to the child alone, which stops what it started; this process ends with the child's exit code. */
function handOver() {
  const child = spawn(process.execPath, [join(root, 'dist/sandbox.js'), ...process.argv.slice(2)], {
    stdio: 'inherit',
    cwd: root,
  });
  // A terminal's Ctrl-C reaches the child by itself; a signal sent to this process alone has to be passed on.
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  process.on('SIGINT', () => child.kill('SIGINT'));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 130)));
}

function run(command, args, message) {
  const shell = process.platform === 'win32' && command === 'npm';
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell });
  if (error !== undefined) fail(`${command} cannot be started: ${error.message}`);
  if (status !== 0) fail(message);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
