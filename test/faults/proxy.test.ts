import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Fault, type FaultProxy, startProxy } from './proxy';
import { KUBERNETES } from './wire';

let server: http.Server;
let proxy: FaultProxy;
const carriedOut: string[] = [];

beforeAll(async () => {
  server = http.createServer((request, response) => {
    carriedOut.push(`${request.method} ${request.url}`);
    response.end('done');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  proxy = await startProxy({ url: `http://127.0.0.1:${port}` }, KUBERNETES);
});
beforeEach(() => {
  carriedOut.length = 0;
});
afterAll(() => {
  proxy.close();
  server.closeAllConnections();
  server.close();
});

/** What a client sees of so many writes: a status, or that it got none. */
async function writes(count: number): Promise<(number | 'none')[]> {
  const seen: (number | 'none')[] = [];
  for (let nth = 1; nth <= count; nth++) {
    const asked = fetch(`${proxy.url}/${nth}`, { method: 'POST', signal: AbortSignal.timeout(1_500) });
    seen.push(await asked.then(({ status }) => status).catch(() => 'none' as const));
  }
  return seen;
}

const refusal = { status: 500, code: 'InternalError' };

test.each<[string, Partial<Fault>, (number | 'none')[], string[]]>([
  ['a refusal', { answer: refusal }, [200, 500, 200], ['POST /1', 'POST /3']],
  ['from one on', { answer: refusal, times: Infinity }, [200, 500, 500], ['POST /1']],
  ['a lost reply', { answer: refusal, carriedOut: true }, [200, 500, 200], ['POST /1', 'POST /2', 'POST /3']],
  ['a cut', { answer: 'cut' }, [200, 'none', 200], ['POST /1', 'POST /3']],
  ['silence', { answer: 'hang' }, [200, 'none', 200], ['POST /1', 'POST /3']],
])('%s', async (_title, fault, seen, done) => {
  proxy.arm({ nth: 2, times: 1, carriedOut: false, answer: 'cut', ...fault });
  expect(await writes(3)).toEqual(seen);
  expect(carriedOut).toEqual(done);
  expect(await proxy.met()).toBe('POST /2');
});

test('what does not count passes, and disarmed everything does', async () => {
  proxy.arm({ nth: 1, times: 1, carriedOut: false, answer: 'cut' });
  expect((await fetch(`${proxy.url}/read`)).status).toBe(200);
  expect(proxy.calls()).toEqual([]);
  proxy.arm();
  expect(await writes(2)).toEqual([200, 200]);
});
