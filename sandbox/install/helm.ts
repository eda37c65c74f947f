import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../src/errors';
import type { Env, Places } from '../places';
import { timed } from '../progress';
import { isProgram, runOrThrow } from '../run';
import { GO_BUILD_ENV, requireGo } from './go';
import { type Installer, installFolder } from './installer';

export const HELM_VERSION = '3.22.0';
const PACKAGE = 'helm.sh/helm/v3/cmd/helm';
const FILE = process.platform === 'win32' ? 'helm.exe' : 'helm';

function helmFolder({ cache }: Places): string {
  return join(cache, `helm-${HELM_VERSION}`);
}

/** Where helm is: HELM, or the cache. A variable that names nothing runnable is an error. */
export function findHelm(places: Places, env: Env): string | undefined {
  const named = env['HELM'];
  if (named) {
    if (isProgram(named)) return named;
    throw new UserError('missing-program', `HELM is ${named}, which is not a program that can be run.`, {
      advice: 'Correct HELM, or unset it to have the program installed.',
    });
  }
  const built = join(helmFolder(places), FILE);
  return isProgram(built) ? built : undefined;
}

/** Built from the module proxy: a package registry is all that a machine needs to reach for it. */
export const helm: Installer = {
  name: 'helm',
  neededFor: ['setup'],
  purpose: 'to test that the setup really installs a chart',
  takes: '1 to 2 min, built with Go (60 MB)',
  present: async ({ places, env }) => findHelm(places, env) !== undefined,
  install: async ({ places, env, say }) => {
    const go = requireGo(env, 'helm cannot be built: there is no Go on the PATH.', [
      'Install Go (https://go.dev/dl/), so that it can be built.',
      'Set HELM to a helm 3 that you have.',
    ]);
    await timed(say, `go build of helm ${HELM_VERSION}, 1 to 2 min, once`, () =>
      installFolder(helmFolder(places), say, (folder) => buildHelm(go, folder)),
    );
  },
};

async function buildHelm(go: string, folder: string): Promise<void> {
  // With a `go` line Go reads only the modules that are built, not all that they could ever need.
  const lines = ['module scratch', 'go 1.25.0', `require helm.sh/helm/v3 v${HELM_VERSION}`, ''];
  await writeFile(join(folder, 'go.mod'), lines.join('\n'));
  const flags = ['-trimpath', '-ldflags', '-s -w', '-o', join(folder, FILE)];
  const env = { ...process.env, ...GO_BUILD_ENV };
  await runOrThrow(go, ['build', ...flags, PACKAGE], { cwd: folder, env });
}
