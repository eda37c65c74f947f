import { join } from 'node:path';
import { pythonOf } from '../install/python';
import type { Env, Places } from '../places';
import { choosePort } from './ports';
import { startService } from './process';

export interface LocalAws {
  readonly endpoint: string;
  /** Rejects when it ends by itself. */
  readonly broken: Promise<never>;
  stop(): Promise<void>;
}

/** The trust store that samples and recordings may name; its id is fixed. */
const TRUST_STORE = 'shop-trust/73e2d6bc24d8a067';

interface Options {
  readonly port?: number | undefined;
  /** Load Amazon's machine images, which makes it slower to start and to forget. */
  readonly images?: boolean;
}

export async function startLocalAws(
  places: Places,
  env: Env,
  { port: wanted, images }: Options = {},
): Promise<LocalAws> {
  const port = await choosePort('the local AWS', wanted);
  const endpoint = `http://127.0.0.1:${port}`;
  const service = await startService({
    name: 'The local AWS',
    command: pythonOf(places),
    args: ['-m', 'localaws', '--port', String(port), '--shield-active', '--trust-store', TRUST_STORE],
    cwd: join(places.root, 'sandbox', 'aws'),
    env: { ...env, MOTO_EC2_LOAD_DEFAULT_AMIS: images ? 'true' : 'false', PYTHONDONTWRITEBYTECODE: '1' },
    log: join(places.state, 'log', 'local-aws.log'),
    ready: async () => (await fetch(`${endpoint}/_test/stats`)).ok,
  });
  return { endpoint, broken: service.broken, stop: service.stop };
}

/** One of the local AWS's own routes (sandbox/aws/README.md). */
export async function localAwsRoute<T>(endpoint: string, route: string, body?: unknown): Promise<T> {
  const asked = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const answer = await fetch(endpoint + route, asked);
  if (!answer.ok) throw new Error(`${route} answers ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as T;
}
