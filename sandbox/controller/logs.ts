import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { selfSigned } from '../../src/setup/controller/certificate';

/** What pods have written, and the part of a kubelet that `kubectl logs` asks for it. */
export interface PodLogs {
  /** Where the kubelet listens. */
  readonly port: number;
  /** Adds a line to the log of `namespace/pod`. */
  write(pod: string, line: string): void;
  stop(): void;
}

interface Line {
  readonly time: number;
  readonly text: string;
}

/** More than anybody reads; the oldest go first. */
const KEPT = 5_000;

export async function startPodLogs(): Promise<PodLogs> {
  const logs = new Map<string, Line[]>();
  const following = new Map<string, Set<(text: string) => void>>();
  const { certificate, key } = await selfSigned(['kubelet']);
  const server = createServer({ cert: certificate, key }, (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'https://kubelet');
    const [, pod] = /^\/containerLogs\/([^/]+\/[^/]+)\/[^/]+$/.exec(pathname) ?? [];
    if (pod === undefined) return response.writeHead(404).end();
    response.writeHead(200, { 'Content-Type': 'text/plain' });
    response.write(wanted(logs.get(pod) ?? [], searchParams).join(''));
    if (searchParams.get('follow') !== 'true') return response.end();
    const readers = following.get(pod) ?? new Set();
    const tell = (text: string) => response.write(text);
    following.set(pod, readers.add(tell));
    response.on('close', () => readers.delete(tell));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    port: (server.address() as AddressInfo).port,
    write: (pod, line) => {
      const log = logs.get(pod) ?? [];
      log.push({ time: Date.now(), text: `${line}\n` });
      logs.set(pod, log.slice(-KEPT));
      for (const tell of following.get(pod) ?? []) tell(`${line}\n`);
    },
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Kubernetes API: PodLogOptions `sinceSeconds` and `tailLines`. */
function wanted(lines: readonly Line[], asked: URLSearchParams): string[] {
  const since = asked.get('sinceSeconds');
  const tail = asked.get('tailLines');
  const from = since === null ? 0 : Date.now() - Number(since) * 1_000;
  const recent = lines.filter(({ time }) => time >= from).map(({ text }) => text);
  return tail === null ? recent : recent.slice(Math.max(0, recent.length - Number(tail)));
}
