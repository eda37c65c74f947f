import { Agent, request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';

/** A refusal of the API server. */
export class KubeError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'KubeError';
    this.status = status;
  }
}

export interface KubeItem {
  apiVersion?: string;
  kind?: string;
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    resourceVersion?: string;
    generation?: number;
    deletionTimestamp?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    finalizers?: string[];
    ownerReferences?: { apiVersion: string; kind: string; name: string; uid: string; controller?: boolean }[];
  };
  [field: string]: unknown;
}

/** A resource type as the API server lists it. */
export interface Resource {
  /** `api/v1` or `apis/GROUP/VERSION`. */
  readonly prefix: string;
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Plain calls of the Kubernetes API: all that the sandbox's own controllers need. */
export interface Kube {
  call<T = KubeItem>(method: Method, path: string, body?: unknown, type?: string): Promise<T>;
  close(): void;
}

export function kubeAt(server: string, ca: string, token: string): Kube {
  const agent = new Agent({ keepAlive: true, ca, maxSockets: 16 });
  return {
    call: async <T>(method: Method, path: string, body?: unknown, type = 'application/json') => {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const ask = () => send(agent, `${server}/${path}`, method, token, type, text);
      const [status, answer] = await unlessBusy(ask);
      const value = parsed(answer);
      if (status >= 300) throw new KubeError(status, `${method} ${path}: ${value.message ?? answer}`);
      return value as T;
    },
    close: () => agent.destroy(),
  };
}

/** 429 says that the server is not ready for this resource yet; it does nothing then. */
async function unlessBusy(ask: () => Promise<[number, string]>): Promise<[number, string]> {
  for (let tries = 0; tries < 20; tries++) {
    const answer = await ask();
    if (answer[0] !== 429) return answer;
    await sleep(250);
  }
  return ask();
}

/** Some refusals are plain text. */
function parsed(answer: string): { message?: string } {
  try {
    return JSON.parse(answer) as { message?: string };
  } catch {
    return {};
  }
}

function send(
  agent: Agent,
  url: string,
  method: Method,
  token: string,
  type: string,
  body: string | undefined,
): Promise<[number, string]> {
  const headers: Record<string, string> = { Authorization: `Bearer ${token}`, Accept: 'application/json' };
  if (body !== undefined) {
    headers['Content-Type'] = type;
    // Node sends the body of a DELETE without a length unless told, and the server takes it for the next request.
    headers['Content-Length'] = String(Buffer.byteLength(body));
  }
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent, method, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      answer.on('end', () => resolve([answer.statusCode ?? 0, text])).on('error', reject);
    });
    asked.on('error', reject).end(body);
  });
}

/** Every resource type that can be listed and deleted, each in its preferred version. */
export async function listResources(kube: Kube): Promise<readonly Resource[]> {
  const groups = await kube.call<{ groups: { preferredVersion: { groupVersion: string } }[] }>('GET', 'apis');
  const prefixes = ['api/v1', ...groups.groups.map((group) => `apis/${group.preferredVersion.groupVersion}`)];
  const lists = await Promise.all(prefixes.map((prefix) => resourcesAt(kube, prefix)));
  return lists.flat().filter(({ verbs }) => verbs.includes('list') && verbs.includes('delete'));
}

async function resourcesAt(kube: Kube, prefix: string): Promise<readonly Resource[]> {
  type Listed = { name: string; kind: string; namespaced: boolean; verbs: string[] };
  const { resources } = await kube.call<{ resources: Listed[] }>('GET', prefix);
  return resources
    .filter(({ name }) => !name.includes('/'))
    .map(({ name, kind, namespaced, verbs }) => ({ prefix, plural: name, kind, namespaced, verbs }));
}

export function pathOf(
  { prefix, plural }: Pick<Resource, 'prefix' | 'plural'>,
  namespace?: string,
  name?: string,
): string {
  const parts = namespace === undefined ? [prefix, plural] : [prefix, 'namespaces', namespace, plural];
  return [...parts, ...(name === undefined ? [] : [encodeURIComponent(name)])].join('/');
}

/** Creates the object or makes it as given (server-side apply). */
export function applyAt(kube: Kube, path: string, object: unknown): Promise<KubeItem> {
  return kube.call(
    'PATCH',
    `${path}?fieldManager=sandbox&force=true`,
    object,
    'application/apply-patch+yaml',
  );
}

/** Ignores that the object is gone, or was changed by someone else meanwhile: the next look finds out. */
export async function ifThere<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof KubeError && (error.status === 404 || error.status === 409)) return undefined;
    throw error;
  }
}
