import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packagesMessage } from '../../sandbox/install/debian';
import { nodePackage, withoutNpmRun } from '../../sandbox/install/editorServer';
import { archiveSuffix, lockedArchive, verify } from '../../sandbox/install/envtest';
import { KUBERNETES_VERSION, scratchModule, versionFlags } from '../../sandbox/install/goBuild';
import { installFolder } from '../../sandbox/install/installer';
import { findProgram } from '../../sandbox/install/kubernetes';
import { tryLock, withLock } from '../../sandbox/install/lock';
import { cacheFolder, placesOf } from '../../sandbox/places';

const quiet = () => undefined;
const folder = () => mkdtemp(join(tmpdir(), 'install-'));

describe('the cache folder', () => {
  test.each([
    [{}, '/home/ann/.cache/eks-load-balancers'],
    [{ XDG_CACHE_HOME: '/big/cache' }, '/big/cache/eks-load-balancers'],
    [{ XDG_CACHE_HOME: '' }, '/home/ann/.cache/eks-load-balancers'],
    [{ EKSLB_CACHE: '/mine', XDG_CACHE_HOME: '/big/cache' }, '/mine'],
  ])('%j -> %s', (env, expected) => {
    expect(cacheFolder(env, '/home/ann')).toBe(expected);
  });
});

describe('the official archives', () => {
  test.each(['linux-amd64', 'linux-arm64', 'darwin-arm64', 'windows-amd64'])(
    'that of %s is that of the version that is built elsewhere, with its checksum',
    (suffix) => {
      const found = lockedArchive(suffix);
      expect(found?.version).toBe(`v${KUBERNETES_VERSION}`);
      expect(found?.url).toContain(`envtest-v${KUBERNETES_VERSION}-${suffix}.tar.gz`);
      expect(found?.sha512).toMatch(/^[0-9a-f]{128}$/);
    },
  );

  test('there is none for other systems', () => {
    for (const suffix of [undefined, 'plan9-amd64', 'constructor'])
      expect(lockedArchive(suffix)).toBeUndefined();
  });

  test.each([
    ['linux', 'x64', 'linux-amd64'],
    ['darwin', 'arm64', 'darwin-arm64'],
    ['win32', 'x64', 'windows-amd64'],
    ['freebsd', 'x64', undefined],
    ['linux', 'riscv64', undefined],
  ] as const)('%s %s -> %s', (platform, arch, expected) => {
    expect(archiveSuffix(platform, arch)).toBe(expected);
  });

  test('refuses a download with another checksum', () => {
    // The sha512 of "abc", FIPS 180-4 appendix C.1.
    const sha512 =
      'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f';
    const archive = { version: 'v1.36.0', url: 'https://example.org/a', sha512: sha512.toUpperCase() };
    expect(() => verify(Buffer.from('abc'), archive)).not.toThrow();
    expect(() => verify(Buffer.from('abd'), archive)).toThrow(/does not have the checksum/);
  });
});

test('the module that builds kube-apiserver takes each staging module from its own release', () => {
  const goMod = `module k8s.io/kubernetes

go 1.26.0

godebug default=go1.26

require (
	k8s.io/api v0.0.0
	github.com/blang/semver/v4 v4.0.0
)

replace (
	k8s.io/api => ./staging/src/k8s.io/api
	k8s.io/client-go => ./staging/src/k8s.io/client-go
	github.com/x/y => github.com/z/y v1.0.0
)
replace k8s.io/metrics => ./staging/src/k8s.io/metrics
`;
  expect(scratchModule(goMod, '1.36.2')).toBe(`module scratch
go 1.26.0
godebug default=go1.26
require k8s.io/kubernetes v1.36.2
replace k8s.io/api => k8s.io/api v0.36.2
replace k8s.io/client-go => k8s.io/client-go v0.36.2
replace k8s.io/metrics => k8s.io/metrics v0.36.2
`);
});

test('the version is stamped into the program', () => {
  expect(versionFlags('1.36.2').split(' ')).toEqual([
    '-s',
    '-w',
    '-X',
    'k8s.io/component-base/version.gitVersion=v1.36.2',
    '-X',
    'k8s.io/component-base/version.gitMajor=1',
    '-X',
    'k8s.io/component-base/version.gitMinor=36',
    '-X',
    'k8s.io/component-base/version.gitTreeState=clean',
    '-X',
    'k8s.io/component-base/version.gitCommit=module',
  ]);
});

describe('what a person has to install', () => {
  test('is one command on Debian', () => {
    expect(packagesMessage(['python3', 'python3-venv'], 'to answer AWS calls', true)).toEqual({
      message: 'python3, python3-venv are missing, needed to answer AWS calls.',
      advice: 'Install with: sudo apt-get install -y python3 python3-venv\nthen run the same command again.',
    });
  });

  test('is named elsewhere', () => {
    expect(packagesMessage(['etcd-server'], 'to run a Kubernetes API', false)).toEqual({
      message: 'etcd-server is missing, needed to run a Kubernetes API.',
      advice:
        'This system has no apt-get. Install what Debian calls: etcd-server\nthen run the same command again.',
    });
  });
});

describe('a program', () => {
  const places = placesOf('/nowhere', { EKSLB_CACHE: '/nowhere/cache' });

  test('is the one that its variable names', () => {
    expect(findProgram('etcd', places, { ETCD: process.execPath })).toBe(process.execPath);
  });

  test('whose variable names nothing is an error, not a reason to look further', () => {
    expect(() => findProgram('kube-apiserver', places, { KUBE_APISERVER: '/nowhere/x' })).toThrow(
      'KUBE_APISERVER is /nowhere/x, which is not a program that can be run.',
    );
  });

  test('is looked for in KUBEBUILDER_ASSETS, then in the cache', async () => {
    const assets = await folder();
    const cache = placesOf('/nowhere', { EKSLB_CACHE: await folder() });
    expect(findProgram('kube-apiserver', cache, { KUBEBUILDER_ASSETS: assets })).toBeUndefined();
    await installFolder(join(cache.cache, 'envtest-1.36'), quiet, (part) => program(part));
    expect(findProgram('kube-apiserver', cache, {})).toBe(
      join(cache.cache, 'envtest-1.36', 'kube-apiserver'),
    );
    await program(assets);
    expect(findProgram('kube-apiserver', cache, { KUBEBUILDER_ASSETS: assets })).toBe(
      join(assets, 'kube-apiserver'),
    );
  });

  async function program(where: string): Promise<void> {
    await writeFile(join(where, 'kube-apiserver'), '', { mode: 0o755 });
  }
});

describe('installing a folder', () => {
  test('leaves nothing under its name when it is interrupted, and is done afresh the next time', async () => {
    const parent = await folder();
    const wanted = join(parent, 'thing');
    const interrupted = installFolder(wanted, quiet, async (part) => {
      await writeFile(join(part, 'half'), '');
      throw new Error('the line went dead');
    });
    await expect(interrupted).rejects.toThrow('the line went dead');
    expect(await readdir(parent)).toEqual(['thing.part']);
    await installFolder(wanted, quiet, (part) => writeFile(join(part, 'whole'), ''));
    expect(await readdir(parent)).toEqual(['thing']);
    expect(await readdir(wanted)).toEqual(['whole']);
  });

  test('is done once where two ask for it at the same time', async () => {
    const wanted = join(await folder(), 'thing');
    let fills = 0;
    const ask = () =>
      installFolder(wanted, quiet, async (part) => {
        fills += 1;
        await writeFile(join(part, 'whole'), String(fills));
      });
    await Promise.all([ask(), ask()]);
    expect(await readFile(join(wanted, 'whole'), 'utf8')).toBe('1');
    expect(fills).toBe(1);
  });
});

describe('a lock', () => {
  test('of a process that is gone is taken over', async () => {
    const lock = join(await folder(), 'lock');
    await writeFile(lock, '99999999');
    expect(await withLock(lock, quiet, async () => 'worked')).toBe('worked');
  });

  test('of a process that runs names it', async () => {
    const lock = join(await folder(), 'lock');
    expect(await tryLock(lock)).toBeUndefined();
    expect(await tryLock(lock)).toBe(process.pid);
  });
});

describe('what the sandbox downloads is pinned by hashes in this repository', () => {
  test('every package of code-server, and the Node that it runs on', async () => {
    const folder = 'sandbox/install/locks/code-server';
    const lock = JSON.parse(await readFile(`${folder}/package-lock.json`, 'utf8')) as {
      packages: Record<string, { integrity?: string; resolved?: string }>;
    };
    const packages = Object.entries(lock.packages).filter(([path]) => path !== '');
    expect(packages.length).toBeGreaterThan(100);
    expect(packages.filter(([, { integrity }]) => integrity?.startsWith('sha512-') !== true)).toEqual([]);
    const manifest = JSON.parse(await readFile(`${folder}/package.json`, 'utf8')) as Record<string, object>;
    for (const [platform, arch] of [
      ['linux', 'x64'],
      ['linux', 'arm64'],
      ['darwin', 'x64'],
      ['darwin', 'arm64'],
      ['win32', 'x64'],
    ] as const) {
      expect(Object.keys(manifest['optionalDependencies'] ?? {})).toContain(nodePackage(platform, arch));
    }
    expect(manifest['allowScripts']).toEqual({ 'code-server': true, argon2: true });
  });

  test.each(['requirements', 'cli-requirements'])('every wheel of sandbox/aws/%s.txt', async (name) => {
    const lock = (await readFile(`sandbox/aws/${name}.lock`, 'utf8')).replace(/\\\n/g, '');
    const lines = lock.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
    expect(
      lines.filter((line) => !/^[\w.-]+==[\w.]+( ;[^#]*?)? +(--hash=sha256:[0-9a-f]{64} *)+$/.test(line)),
    ).toEqual([]);
    const wanted = (await readFile(`sandbox/aws/${name}.txt`, 'utf8'))
      .split('\n')
      .flatMap((line) => /^([\w-]+)/.exec(line)?.[1] ?? []);
    for (const one of wanted) expect(lines.some((line) => line.startsWith(`${one}==`))).toBe(true);
  });
});

test('a second npm hears nothing of the first, but of what a person has set', () => {
  const env = {
    PATH: '/bin',
    npm_config_registry: 'https://npm.example.org',
    npm_config_user_agent: 'npm/11 node/v20',
    npm_config_local_prefix: '/here',
    npm_lifecycle_event: 'test',
    npm_package_json: '/here/package.json',
    npm_node_execpath: '/usr/bin/node',
    HTTPS_PROXY: 'http://proxy.example.org',
  };
  expect(Object.keys(withoutNpmRun(env))).toEqual(['PATH', 'npm_config_registry', 'HTTPS_PROXY']);
});

test('package-lock.json has every package of every system, without which `npm ci` refuses', async () => {
  type Package = { optionalDependencies?: Record<string, string> };
  const text = await readFile(join(import.meta.dirname, '../../package-lock.json'), 'utf8');
  const { packages } = JSON.parse(text) as { packages: Record<string, Package> };
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !found(packages, path, name)),
  );
  expect(missing).toEqual([]);

  /** As Node looks for it: in the package's own node_modules, then in those of every folder above. */
  function found(all: Record<string, Package>, path: string, name: string): boolean {
    const own = path === '' ? `node_modules/${name}` : `${path}/node_modules/${name}`;
    if (own in all) return true;
    const parent = path.includes('/node_modules/') ? path.slice(0, path.lastIndexOf('/node_modules/')) : '';
    return path !== '' && found(all, parent, name);
  }
});
