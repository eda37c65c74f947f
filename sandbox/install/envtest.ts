import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { UserError } from '../../src/errors';
import { runOrThrow } from '../run';

/** The list of official etcd + kube-apiserver archives (github.com/kubernetes-sigs/controller-tools). */
const INDEX_URL =
  'https://raw.githubusercontent.com/kubernetes-sigs/controller-tools/HEAD/envtest-releases.yaml';

export interface Archive {
  readonly version: string;
  readonly url: string;
  readonly sha512: string;
}

/** Node's names -> the index's names for a system and a processor. */
export function archiveSuffix(platform: NodeJS.Platform, arch: string): string | undefined {
  const system = { linux: 'linux', darwin: 'darwin', win32: 'windows' }[platform as string];
  const processor = { x64: 'amd64', arm64: 'arm64' }[arch];
  return system === undefined || processor === undefined ? undefined : `${system}-${processor}`;
}

/**
 * The newest archive of one Kubernetes minor version ("1.36") in the text of `envtest-releases.yaml`:
 * `releases: {v1.36.0: {envtest-v1.36.0-linux-amd64.tar.gz: {hash: <sha512>, selfLink: <url>}}}`.
 */
export function newestArchive(index: string, minor: string, suffix: string): Archive | undefined {
  const releases = recordOf(recordOf(parse(index))['releases']);
  const versions = Object.keys(releases)
    .filter((version) => /^v\d+\.\d+\.\d+$/.test(version) && version.startsWith(`v${minor}.`))
    .sort((a, b) => patchOf(b) - patchOf(a));
  for (const version of versions) {
    const entry = recordOf(recordOf(releases[version])[`envtest-${version}-${suffix}.tar.gz`]);
    const { hash, selfLink } = entry;
    if (typeof hash === 'string' && typeof selfLink === 'string')
      return { version, url: selfLink, sha512: hash };
  }
  return undefined;
}

function patchOf(version: string): number {
  return Number(version.split('.')[2]);
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** The archive for this machine; undefined where there is none, or where the index cannot be reached quickly. */
export async function findArchive(minor: string): Promise<Archive | undefined> {
  const suffix = archiveSuffix(process.platform, process.arch);
  if (suffix === undefined) return undefined;
  try {
    const answer = await fetch(INDEX_URL, { signal: AbortSignal.timeout(5_000) });
    return answer.ok ? newestArchive(await answer.text(), minor, suffix) : undefined;
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

/** Refuses bytes that are not what the index promised. */
export function verify(bytes: Uint8Array, archive: Archive): void {
  const found = createHash('sha512').update(bytes).digest('hex');
  if (found === archive.sha512.toLowerCase()) return;
  throw new UserError(
    'checksum-mismatch',
    `The download ${archive.url} does not have the published checksum.`,
    {
      why: `Expected sha512 ${archive.sha512}, found ${found}. A damaged or changed program must not be run.`,
      advice:
        'Run the same command again; if it stays, set KUBE_APISERVER and ETCD to programs that you trust.',
    },
  );
}
