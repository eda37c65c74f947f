import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { SandboxOptions } from './arguments';
import { ensureInstalled, installContext } from './install/index';
import type { Need } from './install/installer';
import { type Places, placesOf } from './places';
import { elapsed } from './progress';
import { type Sandbox, startSandbox } from './start';

const say = (line: string) => console.log(line);

/** `npm run sandbox`: everything from installing to Ctrl-C. */
export async function playSandbox(root: string, options: SandboxOptions): Promise<void> {
  const places = placesOf(
    root,
    process.env,
    options.state === undefined ? undefined : resolve(options.state),
  );
  const needs: readonly Need[] = options.editor && !options.desktop ? ['services', 'editor'] : ['services'];
  await ensureInstalled(needs, installContext(places, process.env, say));
  if (options.install) return;
  if (options.reset) await clearState(places);
  const began = Date.now();
  say('Starting etcd, kube-apiserver and the local AWS ...');
  const sandbox = await startSandbox(places, process.env, { ...ports(options), targetsInitialSeconds: 3 });
  try {
    say(`Ready in ${elapsed(began)}. Every start begins with an empty cluster and a fresh AWS account.`);
    printUse(sandbox, places);
    await stopped();
  } finally {
    say('\nStopping ...');
    await sandbox.stop();
  }
}

function ports({ awsPort, kubePort }: SandboxOptions): { awsPort?: number; kubePort?: number } {
  return { ...(awsPort === undefined ? {} : { awsPort }), ...(kubePort === undefined ? {} : { kubePort }) };
}

async function clearState({ state }: Places): Promise<void> {
  await rm(state, { recursive: true, force: true });
}

function printUse(sandbox: Sandbox, { root }: Places): void {
  const exports = Object.entries(sandbox.exports()).map(
    ([name, value]) => `  export ${name}=${quoted(value)}`,
  );
  say(['', 'In another terminal:', ...exports].join('\n'));
  say(`  kubectl apply -f ${quoted(join(root, 'samples', 'game-2048.yaml'))}`);
  say(`  node ${quoted(join(root, 'dist', 'cli.js'))} inspect`);
  say('\nCtrl-C stops everything.');
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return /^[\w./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** Until Ctrl-C or a request to end; later signals do not interrupt the stopping. */
function stopped(): Promise<void> {
  return new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => done());
  });
}
