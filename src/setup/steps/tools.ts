import { coerce, gte } from 'semver';
import type { Action } from '../action';
import { eksCluster, type Setup } from '../setup';
import { quoted } from '../shell';
import { type Step, verdict } from '../step';
import { type Program, TOOL_TABLE, type ToolRow } from '../toolTable';
import { kubeconfigStep } from './kubeconfig';

/** What each program is needed for in this setup; those that are not in it are only looked for. */
async function needed(setup: Setup): Promise<ReadonlyMap<Program, string>> {
  const { choices } = setup;
  const makesCluster = choices.createCluster && (await clusterIsMissing(setup));
  const writesAccess = await accessIsMissing(setup);
  const builds = choices.samples.includes('fastapi') && choices.image === 'build';
  const reasons: readonly [Program, string | false][] = [
    ['eksctl', makesCluster && 'it makes the cluster'],
    ['eksctl', choices.serviceAccountBy === 'eksctl' && 'it makes the service account with its role'],
    ['helm', choices.install === 'helm' && 'it installs the chart of the controller'],
    ['helm', choices.webhookCertificate === 'cert-manager' && 'it installs cert-manager'],
    ['helm', choices.dns?.by === 'external-dns' && 'it installs external-dns'],
    ['docker', builds && 'it builds the image of the sample'],
    ['aws', builds && 'it signs Docker in to ECR'],
    ['aws', writesAccess && 'the kubeconfig that setup writes gets its tokens from it'],
  ];
  const wanted = new Map<Program, string>();
  for (const [program, why] of reasons) {
    const before = wanted.get(program);
    if (why !== false) wanted.set(program, before === undefined ? why : `${before}; ${why}`);
  }
  return wanted;
}

/** Without credentials nobody can tell; then nothing is assumed. */
async function clusterIsMissing(setup: Setup): Promise<boolean> {
  try {
    return (await eksCluster(setup)) === undefined;
  } catch {
    return false;
  }
}

/** As with the cluster: where nobody can tell, nothing is assumed. */
async function accessIsMissing(setup: Setup): Promise<boolean> {
  try {
    return (await kubeconfigStep.plan(setup)).length > 0;
  } catch {
    return false;
  }
}

interface Seen {
  readonly row: ToolRow;
  readonly why: string | undefined;
  /** Undefined when it is not there. */
  readonly version: string | undefined;
  readonly tooOld: boolean;
}

async function look(setup: Setup): Promise<Seen[]> {
  const wanted = await needed(setup);
  return Promise.all(
    TOOL_TABLE.map(async (row) => {
      const version = await versionOf(setup, row);
      const known = coerce(version);
      const tooOld = known !== null && !gte(known, row.minimum);
      return { row, why: wanted.get(row.program), version, tooOld };
    }),
  );
}

async function versionOf({ tools }: Setup, { program, version }: ToolRow): Promise<string | undefined> {
  if ((await tools.find(program)) === undefined) return undefined;
  const ran = await tools.run({ argv: [program, ...version] }, AbortSignal.timeout(20_000));
  // A build of one's own may not know its version.
  return /(?<!\d)\d+\.\d+(\.\d+)?/.exec(`${ran.stdout}${ran.stderr}`)?.[0] ?? 'of an unknown version';
}

const isBad = ({ why, version, tooOld }: Seen) => why !== undefined && (version === undefined || tooOld);

function line({ row, why, version, tooOld }: Seen): string {
  const { program, minimum } = row;
  if (version === undefined) {
    return why === undefined
      ? `${program} is not on the PATH; nothing here needs it.`
      : `${program} is not on the PATH: ${why}.`;
  }
  if (tooOld && why !== undefined)
    return `${program} ${version} is too old (${minimum} or newer is needed): ${why}.`;
  return `${program} ${version}`;
}

/** The installation as the system's own packages or the project's own instructions do it. */
function install({ os }: Setup['tools'], row: ToolRow): Action {
  const installation = row.install[os];
  const text = `Install ${row.program}`;
  if ('argv' in installation) return { kind: 'tool', text, argv: installation.argv, long: true };
  const file = `install-${row.program}.sh`;
  const body = ['#!/usr/bin/env bash', 'set -euo pipefail', 'cd "$(mktemp -d)"', ...installation.script, ''];
  return { kind: 'tool', text, argv: ['bash', { file }], files: { [file]: body.join('\n') }, long: true };
}

/** How a program is installed, in a line for people. */
export function installLine(setup: Pick<Setup, 'tools'>, row: ToolRow): string {
  const installation = row.install[setup.tools.os];
  return 'argv' in installation ? quoted(installation.argv) : installation.script.join(' && ');
}

export const toolsStep: Step = {
  id: 'tools',
  title: 'Command-line tools',
  why: 'Most steps need no tool; those that do stop in the middle when it is missing.',
  phase: 'start',
  requires: [],
  async check(setup) {
    const seen = await look(setup);
    const problems = seen.filter(isBad).map((one) => `${line(one)} Install: ${installLine(setup, one.row)}`);
    return verdict(problems, ...seen.map(line));
  },
  async plan(setup) {
    const seen = await look(setup);
    return seen.filter(isBad).map(({ row }) => install(setup.tools, row));
  },
};
