import { describe, expect, it } from 'vitest';
import type { Choices } from '../../src/setup/choices';
import { linuxOf } from '../../src/setup/nodeTools';
import type { Os, Ran, Tools } from '../../src/setup/tools';
import { TOOL_TABLE } from '../../src/setup/toolTable';
import { checkOf, notedTools, offline, planOf, stepOf } from './harness';

const SYSTEMS: readonly Os[] = ['debian', 'amazon', 'macos', 'windows', 'linux'];

/** What each program prints about its version, as copied from a terminal. */
const PRINTED: Readonly<Record<string, string>> = {
  aws: 'aws-cli/2.31.1 Python/3.13.7 Linux/6.1 exe/x86_64.debian.12',
  eksctl: '0.215.0',
  kubectl: 'Client Version: v1.34.1\nKustomize Version: v5.7.1',
  helm: 'v3.19.0+g3d8990f',
  docker: 'Docker version 28.4.0, build d8eb465',
};

function machine(os: Os, versions: Readonly<Record<string, string>>): Tools {
  const answer = ([program = '']: readonly string[]): Partial<Ran> => ({ stdout: versions[program] ?? '' });
  return { ...notedTools(Object.keys(versions), answer), os };
}

const everything: Partial<Choices> = {
  createCluster: true,
  serviceAccountBy: 'eksctl',
  samples: ['fastapi'],
};

describe('the tools', () => {
  it('are all there', async () => {
    const setup = offline({ choices: everything, tools: machine('debian', PRINTED) });
    expect(await checkOf(setup, 'tools')).toMatchInlineSnapshot(`
      "true
      aws 2.31.1
      eksctl 0.215.0
      kubectl 1.34.1
      helm 3.19.0
      docker 28.4.0"
    `);
    expect(await planOf(setup, 'tools')).toBe('');
  });

  it('that nothing asks for may be missing, or old', async () => {
    const choices = { install: 'manifest' } as const;
    const setup = offline({ choices, tools: machine('debian', { helm: 'v3.2.1' }) });
    expect(await checkOf(setup, 'tools')).toMatchInlineSnapshot(`
      "true
      aws is not on the PATH; nothing here needs it.
      eksctl is not on the PATH; nothing here needs it.
      kubectl is not on the PATH; nothing here needs it.
      helm 3.2.1
      docker is not on the PATH; nothing here needs it."
    `);
    expect(await planOf(setup, 'tools')).toBe('');
  });

  it('that are too old are named, with what they are for', async () => {
    const old = { ...PRINTED, helm: 'v3.8.2+g6e3701e', eksctl: '0.150.0-dev' };
    const setup = offline({ choices: everything, tools: machine('macos', old) });
    expect(await checkOf(setup, 'tools')).toMatchInlineSnapshot(`
      "false
      eksctl 0.150.0 is too old (0.195.0 or newer is needed): it makes the cluster; it makes the service account with its role. Install: brew install eksctl
      helm 3.8.2 is too old (3.17.0 or newer is needed): it installs the chart of the controller. Install: brew install helm"
    `);
    expect(await planOf(setup, 'tools')).toMatchInlineSnapshot(`
      "  - Install eksctl
          $ brew install eksctl
        - Install helm
          $ brew install helm"
    `);
  });

  it('that do not say their version are believed', async () => {
    const setup = offline({ tools: machine('debian', { helm: 'built by hand' }) });
    expect(await checkOf(setup, 'tools')).toMatch(/^true\n(.*\n)*helm of an unknown version/);
  });

  it.each(SYSTEMS)('that are missing on %s are named with how to install them', async (os) => {
    const setup = offline({ choices: everything, tools: machine(os, {}) });
    expect(await checkOf(setup, 'tools')).toMatchSnapshot();
    expect(await planOf(setup, 'tools')).toMatchSnapshot();
  });

  it('are installed by a script that stops at what fails', async () => {
    const [action] = await stepOf('tools').plan(offline({ tools: machine('debian', {}) }));
    if (action?.kind !== 'tool') throw new Error('no installation');
    const { argv, files } = action;
    expect(argv).toEqual(['bash', { file: 'install-helm.sh' }]);
    expect(files?.['install-helm.sh']).toMatchInlineSnapshot(`
      "#!/usr/bin/env bash
      set -euo pipefail
      cd "$(mktemp -d)"
      curl -fsSL https://raw.githubusercontent.com/helm/helm/main/scripts/get-helm-3 -o get-helm-3
      bash get-helm-3
      "
    `);
  });

  it('are known to every system', () => {
    for (const { install } of TOOL_TABLE) expect(Object.keys(install).sort()).toEqual([...SYSTEMS].sort());
  });
});

describe('the system', () => {
  it.each([
    ['ID=debian\nVERSION_ID="12"', 'debian'],
    ['ID=ubuntu\nID_LIKE=debian', 'debian'],
    ['NAME="Linux Mint"\nID=linuxmint\nID_LIKE="ubuntu debian"', 'debian'],
    ['ID="amzn"\nID_LIKE="fedora"\nVERSION="2023"', 'amazon'],
    ['ID=fedora', 'linux'],
    ['ID=arch\nHOME_URL="https://debian.org"', 'linux'],
    ['', 'linux'],
  ])('of %j is %s', (release, os) => {
    expect(linuxOf(release)).toBe(os);
  });
});
