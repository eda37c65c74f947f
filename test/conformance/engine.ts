import { execFile } from 'node:child_process';
import { modelCommand, syncCommand } from '../../src/cli/commands';
import { printError, type Terminal } from '../../src/cli/terminal';

/** How one call of the engine ended; `exit` is null where it had to be stopped. */
export interface EngineCall {
  readonly exit: number | null;
  readonly out: string;
  readonly err: string;
}

/** The contract with the engine under test: two calls, as of `ekslb`. */
export interface Engine {
  /** Prints the desired stacks of the manifests; changes nothing. */
  readonly model: (file: string) => Promise<EngineCall>;
  /** Brings AWS and the cluster's objects in line with what is in the cluster, once. */
  readonly sync: () => Promise<EngineCall>;
}

export interface EngineTarget {
  readonly clusterName: string;
  readonly region: string;
  readonly vpcId: string;
  readonly kubeconfig: string;
  readonly endpoint: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** By this access key id the local AWS tells the engine's calls from ours. */
export const ENGINE_KEY = 'LBC';
const LIMIT_MS = 120_000;

/** The command line itself, a process per call: what ships. */
export function programEngine(program: string, target: EngineTarget): Engine {
  const options = [
    ...['--cluster-name', target.clusterName, '--region', target.region, '--vpc-id', target.vpcId],
    ...['--kubeconfig', target.kubeconfig, '--endpoint-url', target.endpoint],
  ];
  const env = { ...target.env, AWS_ACCESS_KEY_ID: ENGINE_KEY, AWS_SECRET_ACCESS_KEY: 'test' };
  const call = (args: readonly string[]) => runProgram([program, ...args, ...options], env);
  return {
    model: (file) => call(['model', '-f', file]),
    sync: () => call(['sync', '--all', '--yes']),
  };
}

function runProgram(args: readonly string[], env: EngineTarget['env']): Promise<EngineCall> {
  return new Promise((resolve) => {
    const limits = { env, timeout: LIMIT_MS, maxBuffer: 64 * 1024 * 1024 };
    const child = execFile(process.execPath, args, limits, (error, out, err) => {
      const exit = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
      resolve({ exit, out, err: exit === null ? `${err}\n${error?.message}` : err });
    });
    child.stdin?.end();
  });
}

/** The same commands in this process, which saves half a second per call. AWS settings are process.env's. */
export function commandEngine(target: EngineTarget): Engine {
  const { clusterName, region, vpcId, kubeconfig, endpoint } = target;
  const common = { clusterName, region, vpcId, kubeconfig, endpointUrl: endpoint };
  return {
    model: (file) => captured((terminal) => modelCommand({ ...common, file: [file] }, terminal)),
    sync: () =>
      captured((terminal, signal) => syncCommand({ ...common, all: true, yes: true }, terminal, signal)),
  };
}

async function captured(
  command: (terminal: Terminal, signal: AbortSignal) => Promise<number>,
): Promise<EngineCall> {
  const out: string[] = [];
  const err: string[] = [];
  const terminal: Terminal = {
    out: (text) => out.push(text),
    exact: (text) => out.push(text),
    err: (text) => err.push(text),
    interactive: false,
  };
  const exit = await command(terminal, AbortSignal.timeout(LIMIT_MS)).catch((error: unknown) => {
    printError(terminal, error, false);
    return 1;
  });
  return { exit, out: out.join('\n'), err: err.join('\n') };
}
