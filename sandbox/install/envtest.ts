import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../src/errors';
import { runOrThrow } from '../run';
import locked from './locks/envtest.json';

export interface Archive {
  readonly version: string;
  readonly url: string;
  readonly sha512: string;
}

/** Node's names -> the archives' names for a system and a processor. */
export function archiveSuffix(platform: NodeJS.Platform, arch: string): string | undefined {
  const system = { linux: 'linux', darwin: 'darwin', win32: 'windows' }[platform as string];
  const processor = { x64: 'amd64', arm64: 'arm64' }[arch];
  return system === undefined || processor === undefined ? undefined : `${system}-${processor}`;
}

/**
 * The archive for a system, with the checksum that stands in this repository (sandbox/install/locks/envtest.json, from
 * envtest-releases.yaml of github.com/kubernetes-sigs/controller-tools): one that is fetched with it proves nothing.
 */
export function lockedArchive(suffix: string | undefined): Archive | undefined {
  const { version, archives } = locked;
  if (suffix === undefined || !Object.hasOwn(archives, suffix)) return undefined;
  return { version, ...archives[suffix as keyof typeof archives] };
}

/** The archive for this machine; undefined where there is none, or where it cannot be reached quickly. */
export async function findArchive(): Promise<Archive | undefined> {
  const archive = lockedArchive(archiveSuffix(process.platform, process.arch));
  if (archive === undefined) return undefined;
  try {
    const answer = await fetch(archive.url, { method: 'HEAD', signal: AbortSignal.timeout(5_000) });
    return answer.ok ? archive : undefined;
  } catch {
    return undefined;
  }
}

/** Downloads, verifies and unpacks into `folder`, so that etcd and kube-apiserver lie in it directly. */
export async function unpackArchive(archive: Archive, folder: string): Promise<void> {
  const answer = await fetch(archive.url, { signal: AbortSignal.timeout(300_000) });
  if (!answer.ok) {
    throw new UserError('download-failed', `${archive.url} answers ${answer.status} ${answer.statusText}.`);
  }
  const bytes = Buffer.from(await answer.arrayBuffer());
  verify(bytes, archive);
  const file = join(folder, 'envtest.tar.gz');
  await writeFile(file, bytes);
  const unpacked = join(folder, 'unpacked');
  await mkdir(unpacked);
  await runOrThrow('tar', ['-xzf', file, '-C', unpacked]);
  const inner = join(unpacked, 'controller-tools', 'envtest');
  for (const name of await readdir(inner)) {
    await rename(join(inner, name), join(folder, name));
    await chmod(join(folder, name), 0o755);
  }
}

/** Refuses bytes that are not what the lock file promises. */
export function verify(bytes: Uint8Array, archive: Archive): void {
  const found = createHash('sha512').update(bytes).digest('hex');
  if (found === archive.sha512.toLowerCase()) return;
  throw new UserError(
    'checksum-mismatch',
    `The download ${archive.url} does not have the checksum of sandbox/install/locks/envtest.json.`,
    {
      why: `Expected sha512 ${archive.sha512}, found ${found}. A damaged or changed program must not be run.`,
      advice:
        'Run the same command again; if it stays, set KUBE_APISERVER and ETCD to programs that you trust.',
    },
  );
}
