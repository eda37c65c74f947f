import { join, resolve } from 'node:path';
import type { SandboxOptions } from './arguments';
import { checkMainJob } from './check';
import { openBrowser, openDesktop } from './desktop';
import { ensureInstalled, installContext } from './install/index';
import type { Need } from './install/installer';
import { type Places, placesOf } from './places';
import { elapsed } from './progress';
import { startEditorServer } from './services/editorServer';
import { choosePort } from './services/ports';
import { type StopSignal, stopSignal } from './signals';
import { type Sandbox, startSandbox } from './start';
import { claimState, clearState } from './state';

const say = (line: string) => console.log(line);

/** How long a new target is `initial` in the sandbox: long enough to be seen, short enough not to wait for. */
const INITIAL_SECONDS = 3;

/** `npm run sandbox`: everything from installing to Ctrl-C. */
export async function playSandbox(root: string, options: SandboxOptions): Promise<void> {
  const places = placesOf(
    root,
    process.env,
    options.state === undefined ? undefined : resolve(options.state),
  );
  await ensureInstalled(needsOf(options), installContext(places, process.env, say));
  if (options.install) return;
  if (options.reset) await clearState(places);
  // The editor's state and the person's own pictures as well.
  process.umask(0o077);
  const release = await claimState(places);
  try {
    await runSandbox(places, options);
  } finally {
    await release();
  }
}

function needsOf({ editor, desktop, install }: SandboxOptions): readonly Need[] {
  // What is installed beforehand is for the tests, too: they send people here for what they miss.
  if (install) return ['services', 'setup', 'script', 'editor'];
  return editor && !desktop ? ['services', 'editor'] : ['services'];
}

async function runSandbox(places: Places, options: SandboxOptions): Promise<void> {
  const signal = stopSignal();
  // Said now, and not when all the rest is running.
  if (options.port !== undefined) await choosePort('the editor', options.port);
  const began = Date.now();
  say('Starting etcd, kube-apiserver and the local AWS ...');
  const sandbox = await startSandbox(places, process.env, {
    ...ports(options),
    targetsInitialSeconds: INITIAL_SECONDS,
    controller: true,
  });
  try {
    say(`Ready in ${elapsed(began)}. Every start begins with an empty cluster and a fresh AWS account.`);
    if (!options.check) return await untilStopped(places, sandbox, options, signal);
    await Promise.race([checkMainJob(places, sandbox, say), signal.cancelled, sandbox.broken]);
  } finally {
    say('Stopping ...');
    await sandbox.stop();
  }
}

/** Shows the editor and how to use everything, until Ctrl-C. */
async function untilStopped(
  places: Places,
  sandbox: Sandbox,
  options: SandboxOptions,
  { stopped }: StopSignal,
): Promise<void> {
  const stopEditor = await startEditor(places, sandbox, options);
  try {
    printUse(sandbox, places);
    await Promise.race([stopped, sandbox.broken]);
  } finally {
    await stopEditor();
  }
}

/** The ports that were asked for; all others are free ones. */
function ports({ awsPort, kubePort }: SandboxOptions): { awsPort?: number; kubePort?: number } {
  return { ...(awsPort === undefined ? {} : { awsPort }), ...(kubePort === undefined ? {} : { kubePort }) };
}

async function startEditor(
  places: Places,
  sandbox: Sandbox,
  options: SandboxOptions,
): Promise<() => Promise<void>> {
  const folder = join(places.root, 'samples');
  if (!options.editor) return async () => undefined;
  if (options.desktop) {
    await openDesktop(places, sandbox.env(), folder);
    say('\nVS Code opens the samples with the extension loaded.');
    return async () => undefined;
  }
  const port = options.port === undefined ? {} : { port: options.port };
  const server = await startEditorServer({ places, env: sandbox.env(), folder, ...port });
  say(`\nVS Code on the samples, with the extension loaded:\n\n  ${server.url}`);
  openBrowser(server.url, process.env);
  return server.stop;
}

function printUse(sandbox: Sandbox, { root }: Places): void {
  const exports = Object.entries(sandbox.exports()).map(
    ([name, value]) => `  export ${name}=${quoted(value)}`,
  );
  const cli = `node ${quoted(join(root, 'dist', 'cli.js'))}`;
  const sample = quoted(join(root, 'samples', 'game-2048.yaml'));
  say(['\nFor `ekslb` and kubectl in another terminal:\n', ...exports].join('\n'));
  say(
    [
      '\nthen, for instance:\n',
      `  ${cli} apply -f ${sample}`,
      `  ${cli} inspect`,
      '  kubectl get ingress -A',
      `  ${cli} setup apply --install manifest`,
    ].join('\n'),
  );
  say('\nCtrl-C stops everything.');
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return /^[\w./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
