import { spawn } from 'node:child_process';
import type { KubeConfig, User } from '@kubernetes/client-node';
import { Cancelled, UserError } from '../errors';
import { readJson } from './answer';

/** `users[].user.exec` of a kubeconfig: the program that gives credentials. */
interface Exec {
  readonly apiVersion?: string;
  readonly command?: string;
  readonly args?: readonly string[] | null;
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null;
  readonly installHint?: string;
}

/** `ExecCredential.status`. */
interface Credential {
  readonly token?: string;
  readonly clientCertificateData?: string;
  readonly clientKeyData?: string;
  readonly expirationTimestamp?: string;
}

export interface ExecOptions {
  /** How long the program may take; a minute by itself. */
  readonly execTimeoutMs?: number | undefined;
  readonly cut?: AbortSignal | undefined;
}

const PATIENCE_MS = 60_000;
/** Credentials are a few kilobytes. */
const MOST_OUTPUT = 1024 * 1024;

/**
 * Signs in where the user of the context names a program: puts what it says into the configuration, and runs it again
 * when that has expired. Of what the program prints nothing is ever told: it may be a token.
 */
export function execSignIn(config: KubeConfig, options: ExecOptions): () => Promise<void> {
  const user = config.getCurrentUser();
  const exec = execOf(user);
  if (user === null || exec === undefined) return async () => undefined;
  let known: Credential | undefined;
  let running: Promise<Credential> | undefined;
  return async () => {
    if (known !== undefined && isFresh(known)) return;
    // Calls that come together wait for one run.
    running ??= credentialOf(exec, options).finally(() => {
      running = undefined;
    });
    known = await running;
    config.users = [...config.users.filter(({ name }) => name !== user.name), userOf(user.name, known)];
  };
}

function execOf(user: User | null): Exec | undefined {
  return (user?.exec ?? user?.authProvider?.config?.exec) as Exec | undefined;
}

/** Without an end of its own a token is good for as long as we run, as client-go has it. */
function isFresh({ expirationTimestamp }: Credential): boolean {
  return expirationTimestamp === undefined || Date.parse(expirationTimestamp) > Date.now();
}

function userOf(name: string, { token, clientCertificateData, clientKeyData }: Credential): User {
  const encoded = (pem: string) => Buffer.from(pem).toString('base64');
  return {
    name,
    ...(token === undefined ? {} : { token }),
    ...(clientCertificateData === undefined ? {} : { certData: encoded(clientCertificateData) }),
    ...(clientKeyData === undefined ? {} : { keyData: encoded(clientKeyData) }),
  };
}

async function credentialOf(exec: Exec, options: ExecOptions): Promise<Credential> {
  const { code, output } = await runProgram(exec, options);
  if (code !== 'exit code 0') throw failed(exec, `ended with ${code}`);
  const status = (readJson(output) as { status?: Credential } | null | undefined)?.status;
  const text = (value: unknown) => typeof value === 'string' && value !== '';
  if (text(status?.token) || (text(status?.clientCertificateData) && text(status?.clientKeyData)))
    return status as Credential;
  throw failed(exec, 'printed no ExecCredential with a token or a certificate and its key');
}

interface Ended {
  /** As a person calls it. */
  readonly code: string;
  readonly output: string;
}

function runProgram(exec: Exec, { execTimeoutMs = PATIENCE_MS, cut }: ExecOptions): Promise<Ended> {
  if (!exec.command) return Promise.reject(failed(exec, 'has no name'));
  const child = spawn(exec.command, [...(exec.args ?? [])], {
    env: environmentOf(exec),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const over = new AbortController();
  return new Promise<Ended>((resolve, reject) => {
    let output = '';
    const end = (error: Error) => {
      child.kill('SIGKILL');
      child.stdout.destroy();
      reject(error);
    };
    const late = setTimeout(
      () => end(failed(exec, `gave no answer within ${execTimeoutMs / 1000} s`)),
      execTimeoutMs,
    );
    over.signal.addEventListener('abort', () => clearTimeout(late));
    cut?.addEventListener('abort', () => end(new Cancelled()), { signal: over.signal });
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      if (output.length > MOST_OUTPUT) end(failed(exec, 'printed more than any credentials are'));
    });
    child.on('error', ({ code }: NodeJS.ErrnoException) =>
      reject(failed(exec, code === 'ENOENT' ? 'is not on the PATH' : `cannot be started (${code})`)),
    );
    child.on('close', (code, signal) =>
      resolve({ code: code === null ? `signal ${signal}` : `exit code ${code}`, output }),
    );
  }).finally(() => over.abort());
}

/** As kubectl runs it: it may ask nobody. */
function environmentOf({ apiVersion, env }: Exec): NodeJS.ProcessEnv {
  const info = { apiVersion, kind: 'ExecCredential', spec: { interactive: false } };
  const given = Object.fromEntries((env ?? []).map(({ name, value }) => [name, value]));
  return { ...process.env, KUBERNETES_EXEC_INFO: JSON.stringify(info), ...given };
}

/** Its arguments may hold secrets: they are not told either. */
function failed({ command = '', installHint }: Exec, why: string): UserError {
  const hint = installHint === undefined ? '' : ` ${installHint}`;
  return new UserError(
    'exec-plugin-failed',
    `The program that the kubeconfig runs for credentials, ${command || '(no command)'}, ${why}.`,
    {
      why: 'Without credentials nothing can be asked of the cluster. What it printed is not shown, because it may be a token.',
      advice: `Run it by hand as the kubeconfig has it (users[].user.exec): it must be on the PATH and signed in, for instance by \`aws sso login\`.${hint}`,
    },
  );
}
