import { join } from 'node:path';
import { UserError } from '../../src/errors';
import type { Env, Places } from '../places';
import { timed } from '../progress';
import { isProgram, onPath } from '../run';
import { installPackages } from './debian';
import { findArchive, unpackArchive } from './envtest';
import { requireGo } from './go';
import { buildApiServer, KUBERNETES_VERSION } from './goBuild';
import { type InstallContext, type Installer, installFolder } from './installer';

const MINOR = KUBERNETES_VERSION.split('.').slice(0, 2).join('.');
const PURPOSE = 'to run a Kubernetes API on this machine';

type Program = 'kube-apiserver' | 'etcd';
const VARIABLE: Readonly<Record<Program, string>> = { 'kube-apiserver': 'KUBE_APISERVER', etcd: 'ETCD' };

function officialFolder({ cache }: Places): string {
  return join(cache, `envtest-${MINOR}`);
}

function builtFolder({ cache }: Places): string {
  return join(cache, `kube-apiserver-${KUBERNETES_VERSION}`);
}

/**
 * Where a program is: its own environment variable, KUBEBUILDER_ASSETS, the cache; for etcd also the PATH.
 * A variable that names nothing runnable is an error, not a reason to look further.
 */
export function findProgram(program: Program, places: Places, env: Env): string | undefined {
  const named = env[VARIABLE[program]];
  if (named) return mustRun(named, VARIABLE[program]);
  const file = process.platform === 'win32' ? `${program}.exe` : program;
  const folders = [env['KUBEBUILDER_ASSETS'] ?? '', officialFolder(places), builtFolder(places)];
  const found = folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, file))
    .find(isProgram);
  if (found !== undefined) return found;
  return program === 'etcd' ? onPath(['etcd'], env) : undefined;
}

function mustRun(path: string, variable: string): string {
  if (isProgram(path)) return path;
  throw new UserError('missing-program', `${variable} is ${path}, which is not a program that can be run.`, {
    advice: `Correct ${variable}, or unset it to have the program installed.`,
  });
}

export const kubernetes: Installer = {
  name: 'kube-apiserver and etcd',
  neededFor: ['services'],
  purpose: PURPOSE,
  takes: '1 min as a download; 5 to 10 min where it has to be built with Go (2 GB)',
  present: async ({ places, env }) =>
    findProgram('kube-apiserver', places, env) !== undefined &&
    findProgram('etcd', places, env) !== undefined,
  install: async (context) => {
    if (await installOfficial(context)) return;
    await installEtcd(context);
    await build(context);
  },
};

async function installOfficial({ places, say }: InstallContext): Promise<boolean> {
  say(`Looking for the official kube-apiserver ${MINOR} (kubernetes-sigs/controller-tools) ...`);
  const archive = await findArchive();
  if (archive === undefined) {
    say('  not reachable, or none for this system');
    return false;
  }
  await timed(say, `Download of ${archive.url}`, () =>
    installFolder(officialFolder(places), say, (folder) => unpackArchive(archive, folder)),
  );
  return true;
}

async function installEtcd(context: InstallContext): Promise<void> {
  if (findProgram('etcd', context.places, context.env) !== undefined) return;
  await installPackages(context, ['etcd-server'], PURPOSE);
}

async function build({ places, env, say }: InstallContext): Promise<void> {
  if (findProgram('kube-apiserver', places, env) !== undefined) return;
  const go = requireGo(
    env,
    'kube-apiserver can be neither downloaded nor built: there is no Go on the PATH.',
    [
      'Give this machine access to github.com, for the official archive.',
      'Install Go (https://go.dev/dl/), so that it can be built.',
      'Set KUBE_APISERVER and ETCD (or KUBEBUILDER_ASSETS) to programs that you have.',
    ],
  );
  await timed(say, `go build of kube-apiserver ${KUBERNETES_VERSION}, 5 to 10 min, once`, () =>
    installFolder(builtFolder(places), say, (folder) => buildApiServer(go, folder)),
  );
}
