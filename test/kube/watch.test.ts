import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Cache, type CacheEvent, openCache } from '../../src/kube/cache';
import { type Kube, KubeError, listObjects } from '../../src/kube/client';
import { RESOURCES, type Resource } from '../../src/kube/resources';
import type { KubeObject } from '../../src/kube/types';
import { startWatch } from '../../src/kube/watch';
import { fakeKube } from '../helpers/fakeKube';

type Connection = (string | Error | 'stay')[];

/** An API server with one list and, one after the other, these connections. */
function server(lists: (readonly string[] | KubeError | undefined)[], connections: Connection[]) {
  const asked: string[] = [];
  const kube = fakeKube(
    async ({ path }) => {
      if (path === '/apis') return { groups: [] };
      const names = lists.length > 1 ? lists.shift() : lists[0];
      asked.push('list');
      if (names instanceof KubeError) throw names;
      if (names === undefined) throw new KubeError(404, '', 'no such kind');
      return { items: names.map((name) => object(name)), metadata: { resourceVersion: '10' } };
    },
    async function* ({ query = {} }, signal) {
      asked.push(
        `watch ${query['resourceVersion']}${query['allowWatchBookmarks'] === 'true' ? '' : ' plain'}`,
      );
      for (const line of connections.shift() ?? ['stay']) {
        if (line instanceof Error) throw line;
        if (line === 'stay') await new Promise((resolve) => signal.addEventListener('abort', resolve));
        else yield line;
      }
    },
  );
  return { kube, asked };
}

function object(name: string, resourceVersion = '1'): KubeObject {
  return { metadata: { namespace: 'shop', name, resourceVersion } };
}

function line(type: string, name: string, version: string): string {
  return JSON.stringify({ type, object: object(name, version) });
}

const stop = { now: new AbortController() };
beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0);
  stop.now = new AbortController();
});
afterEach(() => {
  stop.now.abort();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

async function watched(...args: Parameters<typeof server>) {
  const { kube, asked } = server(...args);
  return watchedBy(kube, asked, RESOURCES.Ingress);
}

async function watchedBy(kube: Kube, asked: string[], resource: Resource) {
  const seen: string[] = [];
  const troubles: string[] = [];
  const sink = {
    replace: (all: readonly KubeObject[] | undefined) =>
      void seen.push(`= ${all?.map(({ metadata }) => metadata.name).join() ?? 'unknown'}`),
    set: ({ metadata }: KubeObject) => void seen.push(`+ ${metadata.name}`),
    remove: ({ metadata }: KubeObject) => void seen.push(`- ${metadata.name}`),
  };
  const trouble = (error: unknown) => void troubles.push(String(error));
  const { ended } = await startWatch(kube, resource, sink, stop.now.signal, { trouble });
  return { asked, seen, troubles, ended };
}

describe('a watch', () => {
  test('goes on from the list, and hears of everything', async () => {
    const { asked, seen } = await watched(
      [['a']],
      [[line('ADDED', 'b', '11'), line('MODIFIED', 'a', '12'), line('DELETED', 'b', '13'), 'stay']],
    );
    await vi.advanceTimersByTimeAsync(0);
    expect(asked).toEqual(['list', 'watch 10']);
    expect(seen).toEqual(['= a', '+ b', '+ a', '- b']);
  });

  test('that the server ends goes on from the last version, bookmarks included', async () => {
    const { asked, seen, troubles } = await watched([['a']], [[line('BOOKMARK', '', '20')], ['stay']]);
    await vi.advanceTimersByTimeAsync(0);
    expect(asked).toEqual(['list', 'watch 10', 'watch 20']);
    expect([seen, troubles]).toEqual([['= a'], []]);
  });

  test('whose version is too old lists anew, said either way', async () => {
    const gone = JSON.stringify({ type: 'ERROR', object: { metadata: {}, code: 410, reason: 'Expired' } });
    const { asked, seen, troubles } = await watched(
      [['a'], ['b'], ['c']],
      [[gone], [new KubeError(410, 'Expired', 'too old')], ['stay']],
    );
    await vi.advanceTimersByTimeAsync(3_000);
    expect(asked).toEqual(['list', 'watch 10', 'list', 'watch 10', 'list', 'watch 10']);
    expect([seen, troubles]).toEqual([['= a', '= b', '= c'], []]);
  });

  test('that breaks is asked for again, ever later, until something is heard', async () => {
    const broken = [new Error('broken')];
    const { asked, troubles } = await watched(
      [['a']],
      [broken, broken, [line('ADDED', 'b', '11'), ...broken], ['stay']],
    );
    await vi.advanceTimersByTimeAsync(499);
    expect(asked).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked).toHaveLength(3);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(asked).toHaveLength(4);
    await vi.advanceTimersByTimeAsync(500);
    expect(asked.at(-1)).toBe('watch 11');
    expect(troubles).toEqual(['Error: broken', 'Error: broken', 'Error: broken']);
  });

  test('that ends at once is not asked for without a pause', async () => {
    const { asked, troubles } = await watched([['a']], [[], ['stay']]);
    await vi.advanceTimersByTimeAsync(100);
    expect(asked).toEqual(['list', 'watch 10']);
    expect(troubles).toEqual(['Error: the watch of ingresses ended at once']);
  });

  test('of a kind that is missing waits until it is installed', async () => {
    const { kube, asked } = server([undefined, ['a']], [['stay']]);
    const { seen } = await watchedBy(kube, asked, RESOURCES.TargetGroupBinding);
    await vi.advanceTimersByTimeAsync(29_000);
    expect(asked).toEqual(['list']);
    await vi.advanceTimersByTimeAsync(1_000);
    expect([asked, seen]).toEqual([
      ['list', 'list', 'watch 10'],
      ['= unknown', '= a'],
    ]);
  });

  test('of a kind that every cluster has does not believe that it is missing', async () => {
    await expect(watched([undefined], [])).rejects.toThrow('no such kind');
  });

  test('of a kind that was known goes on with what it knows', async () => {
    const gone = JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } });
    const { kube, asked } = server([['a'], undefined, ['a', 'b']], [[gone], ['stay']]);
    const { seen, troubles } = await watchedBy(kube, asked, RESOURCES.TargetGroupBinding);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(seen).toEqual(['= a', '= a,b']);
    expect(troubles).toEqual(['Error: the cluster says that it does not know targetgroupbindings any more']);
  });

  test.each([
    '<html>',
    '{}',
    'null',
    '{"type":"ADDED"}',
    '{"type":"ADDED","object":{"metadata":{}}}',
    '{"type":"X","object":{"metadata":{"name":"x"}}}',
  ])('that says %s goes on from what it heard before', async (odd) => {
    const { asked, seen, troubles } = await watched([['a']], [[line('ADDED', 'b', '11'), odd], ['stay']]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect([asked, seen]).toEqual([
      ['list', 'watch 10', 'watch 11'],
      ['= a', '+ b'],
    ]);
    expect(troubles).toEqual([
      'UserError: A line of the watch of https://shop/apis/networking.k8s.io/v1/ingresses is no event.',
    ]);
  });

  test('whose first list fails is not started', async () => {
    const forbidden = new KubeError(403, 'Forbidden', 'not yours');
    await expect(watched([forbidden], [])).rejects.toBe(forbidden);
  });

  test('ends when it is stopped', async () => {
    const { ended } = await watched([['a']], [['stay']]);
    stop.now.abort();
    await ended;
  });
});

describe('the cache', () => {
  const lists: Record<string, KubeObject[]> = {};
  const lines: Record<string, string[]> = {};
  let hear: (path: string, type: string, object: KubeObject) => void = () => undefined;

  async function cache(
    missing: readonly string[] = [],
  ): Promise<{ cache: Cache; events: CacheEvent[]; troubles: string[] }> {
    const events: CacheEvent[] = [];
    const troubles: string[] = [];
    const readers = new Map<string, () => void>();
    hear = (path, type, one) => {
      lines[path] = [...(lines[path] ?? []), JSON.stringify({ type, object: one })];
      readers.get(path)?.();
    };
    const kube = fakeKube(
      async ({ path }) => {
        if (path === '/apis') return { groups: [] };
        const plural = path.split('/').at(-1) ?? '';
        if (missing.includes(plural)) throw new KubeError(plural === 'secrets' ? 403 : 404, '', 'no');
        return { items: lists[plural] ?? [], metadata: { resourceVersion: '1' } };
      },
      async function* ({ path }, signal) {
        const plural = path.split('/').at(-1) ?? '';
        while (!signal.aborted) {
          const line = lines[plural]?.shift();
          if (line !== undefined) yield line;
          else
            await new Promise<void>((resolve) => {
              readers.set(plural, resolve);
              signal.addEventListener('abort', () => resolve());
            });
        }
      },
    );
    const options = {
      changed: (event: CacheEvent) => void events.push(event),
      trouble: (kind: string) => void troubles.push(kind),
    };
    return { cache: await openCache(kube, stop.now.signal, options), events, troubles };
  }

  beforeEach(() => {
    for (const record of [lists, lines]) for (const key of Object.keys(record)) delete record[key];
  });

  test('tells what changed in what it keeps; what it handed out stays as it was', async () => {
    lists['ingresses'] = [object('a')];
    const { cache: one, events } = await cache();
    const before = one.snapshot();
    hear('ingresses', 'MODIFIED', object('a', '2'));
    hear('ingresses', 'ADDED', object('b', '3'));
    await vi.advanceTimersByTimeAsync(0);
    expect(events.map(({ kind, after }) => `${kind} ${after?.metadata.name}`)).toEqual(['Ingress b']);
    expect([...before.ingresses.keys()]).toEqual(['shop/a']);
    expect([...one.snapshot().ingresses.keys()]).toEqual(['shop/a', 'shop/b']);
  });

  test('a heartbeat of a node is no change, its readiness is', async () => {
    const node = (status: string, heartbeat: string) => ({
      metadata: { name: 'n1', resourceVersion: heartbeat },
      status: {
        conditions: [
          { type: 'Ready', status, lastHeartbeatTime: heartbeat },
          { type: 'MemoryPressure', status: heartbeat },
        ],
      },
    });
    lists['nodes'] = [node('True', '1')];
    const { events } = await cache();
    hear('nodes', 'MODIFIED', node('True', '2'));
    await vi.advanceTimersByTimeAsync(0);
    expect(events).toEqual([]);
    hear('nodes', 'MODIFIED', node('False', '3'));
    await vi.advanceTimersByTimeAsync(0);
    expect(events).toHaveLength(1);
  });

  test('of a pod no variable is kept but its QUIC server ID, and when it was made', async () => {
    const env = [
      { name: 'PASSWORD', value: 'secret' },
      { name: 'AWS_LBC_QUIC_SERVER_ID', value: '0x1' },
    ];
    const ports = [{ containerPort: 443 }];
    const metadata = { ...object('p').metadata, creationTimestamp: '2026-01-01T00:00:00Z' };
    const pod: KubeObject & { spec: object } = {
      metadata,
      spec: { nodeName: 'n1', containers: [{ name: 'a', env, ports }, { name: 'b' }] },
    };
    lists['pods'] = [pod];
    const { cache: one } = await cache();
    expect(one.snapshot().pods.get('shop/p')).toEqual({
      metadata: { namespace: 'shop', name: 'p', creationTimestamp: '2026-01-01T00:00:00Z' },
      spec: { nodeName: 'n1', containers: [{ env: [env[1]], ports }] },
      status: {},
    });
  });

  test('of a Secret nothing is kept but that it changed', async () => {
    const secret = (version: string) => ({
      metadata: { ...object('s', version).metadata, annotations: { last: 'password' } },
      data: { password: 'cGFzc3dvcmQ=' },
    });
    lists['secrets'] = [secret('1')];
    const { events } = await cache();
    hear('secrets', 'MODIFIED', secret('2'));
    await vi.advanceTimersByTimeAsync(0);
    expect(events).toHaveLength(1);
    expect(JSON.stringify(events)).not.toMatch(/passw|cGFz/);
  });

  test('kinds that are not installed are missing, and Secrets that are refused are told', async () => {
    const { cache: one, troubles } = await cache(['targetgroupbindings', 'ingressclassparams', 'secrets']);
    expect(one.snapshot().bindings).toBeUndefined();
    expect(one.snapshot().ingressClassParams.size).toBe(0);
    expect(troubles).toEqual(['Secret']);
  });
});

test('a list whose pages never end is an error, and not asked for ever', async () => {
  let asked = 0;
  const kube = fakeKube(async () => {
    asked += 1;
    return { items: [object('a')], metadata: { resourceVersion: '1', continue: 'again' } };
  });
  await expect(listObjects(kube, RESOURCES.Ingress)).rejects.toMatchObject({ code: 'endless-pages' });
  expect(asked).toBe(2);
  let page = 0;
  const growing = fakeKube(async () => ({ items: [], metadata: { continue: `page ${page++}` } }));
  await expect(listObjects(growing, RESOURCES.Ingress)).rejects.toThrow('more than 10000 pages');
});
