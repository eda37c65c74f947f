import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../src/errors';
import { runOrThrow } from '../run';
import { GO_BUILD_ENV } from './go';

/** kube-apiserver's version where it is built from source; the module proxy has every release. */
export const KUBERNETES_VERSION = '1.36.2';

/**
 * A go.mod that builds `k8s.io/kubernetes` as a dependency. Its own go.mod points the staging modules at folders
 * that only its repository has; each is also published, as v0.MINOR.PATCH.
 */
export function scratchModule(kubernetesGoMod: string, version: string): string {
  const lines = kubernetesGoMod.split('\n').map((line) => line.trim());
  const kept = lines.filter((line) => /^(go|godebug|toolchain) /.test(line));
  const staged = lines.flatMap(
    (line) => /^(?:replace )?(k8s\.io\/\S+) => \.\/staging\//.exec(line)?.[1] ?? [],
  );
  const published = `v0.${version.split('.').slice(1).join('.')}`;
  return [
    'module scratch',
    ...kept,
    `require k8s.io/kubernetes v${version}`,
    ...staged.map((name) => `replace ${name} => ${name} ${published}`),
    '',
  ].join('\n');
}

/** The linker has to stamp the version: without it feature gates take the program for version 0. */
export function versionFlags(version: string): string {
  const [major, minor] = version.split('.');
  const stamps = {
    gitVersion: `v${version}`,
    gitMajor: major,
    gitMinor: minor,
    gitTreeState: 'clean',
    gitCommit: 'module',
  };
  return [
    '-s',
    '-w',
    ...Object.entries(stamps).map(([k, v]) => `-X k8s.io/component-base/version.${k}=${v}`),
  ].join(' ');
}

/** Builds kube-apiserver into `folder` with the Go on the PATH. */
export async function buildApiServer(go: string, folder: string): Promise<void> {
  const version = KUBERNETES_VERSION;
  const env = { ...process.env, ...GO_BUILD_ENV };
  const described = await runOrThrow(go, ['mod', 'download', '-json', `k8s.io/kubernetes@v${version}`], {
    cwd: folder,
    env,
  });
  await writeFile(
    join(folder, 'go.mod'),
    scratchModule(await readFile(goModPath(described), 'utf8'), version),
  );
  const output = join(folder, process.platform === 'win32' ? 'kube-apiserver.exe' : 'kube-apiserver');
  const flags = ['-trimpath', '-ldflags', versionFlags(version), '-o', output];
  await runOrThrow(go, ['build', ...flags, 'k8s.io/kubernetes/cmd/kube-apiserver'], { cwd: folder, env });
}

function goModPath(described: string): string {
  const { GoMod } = JSON.parse(described) as { GoMod?: string };
  if (GoMod !== undefined) return GoMod;
  throw new UserError(
    'download-failed',
    'go mod download does not say where the go.mod of k8s.io/kubernetes is.',
  );
}
