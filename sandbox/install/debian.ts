import { UserError } from '../../src/errors';
import { timed } from '../progress';
import { onPath, run, runOrThrow } from '../run';
import type { InstallContext } from './installer';

/** Which of these Debian packages are not installed; all of them where there is no dpkg. */
export async function missingPackages(packages: readonly string[]): Promise<readonly string[]> {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own format
  const listed = await run('dpkg-query', ['-W', '-f', '${Package} ${Status}\n', ...packages]);
  const installed = new Set(
    listed.stdout
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(' ')[0]),
  );
  return packages.filter((name) => !installed.has(name));
}

/** What a person has to do where we may not, or cannot, install packages ourselves. */
export function packagesMessage(
  packages: readonly string[],
  purpose: string,
  debian: boolean,
): { message: string; advice: string } {
  const message = `${packages.join(', ')} ${packages.length === 1 ? 'is' : 'are'} missing, needed ${purpose}.`;
  const advice = debian
    ? `Install with: sudo apt-get install -y ${packages.join(' ')}\nthen run the same command again.`
    : `This system has no apt-get. Install what Debian calls: ${packages.join(' ')}\nthen run the same command again.`;
  return { message, advice };
}

/** Installs what is missing, as root on a Debian-like system; says exactly what to do otherwise. */
export async function installPackages(
  { isRoot, env, say }: InstallContext,
  packages: readonly string[],
  purpose: string,
): Promise<void> {
  const missing = await missingPackages(packages);
  if (missing.length === 0) return;
  const debian = onPath(['apt-get'], env) !== undefined;
  if (!debian || !isRoot) {
    const { message, advice } = packagesMessage(missing, purpose, debian);
    throw new UserError('missing-packages', message, { advice });
  }
  const quiet = { env: { ...env, DEBIAN_FRONTEND: 'noninteractive' } };
  await timed(say, `Debian packages ${missing.join(' ')}, needed ${purpose}`, async () => {
    const install = ['install', '-y', '-q', '--no-install-recommends', ...missing];
    if ((await run('apt-get', install, quiet)).code === 0) return;
    await runOrThrow('apt-get', ['update', '-q'], quiet);
    await runOrThrow('apt-get', install, quiet);
  });
}
