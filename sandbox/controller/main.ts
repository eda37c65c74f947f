/**
 * What runs in the sandbox where a pod of the AWS Load Balancer Controller would run: images cannot. It holds the
 * controller's Lease under the name of the pod, answers its webhooks, and reconciles with the engine of this project.
 * usage: node dist/controller.js NAMESPACE POD WEBHOOK-PORT, in the environment of the container.
 */
import { Cancelled, explainShort } from '../../src/errors';
import { type Kube, openKube } from '../../src/kube/client';
import type { Secret } from '../../src/kube/types';
import { openEngine } from '../../src/reconcile/engine';
import { watchCluster } from '../../src/reconcile/watch';
import { TLS_SECRET } from '../../src/setup/controller/names';
import { type Admission, startAdmission } from './admission';

const RENEW_MS = 2_000;
/** As long as a timer of Node can be. */
const NEVER_MS = 2 ** 31 - 1;

const [, , namespace = '', pod = '', port = ''] = process.argv;

function log(level: 'info' | 'error', msg: string, more: object = {}): void {
  console.log(JSON.stringify({ level, ts: new Date().toISOString(), ...more, msg }));
}

/** The volume with the certificate: read again now and then, as a kubelet keeps it up to date. */
async function keepCertificate(kube: Kube, admission: Admission): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/secrets/${TLS_SECRET}`;
  const { data = {} } = (await kube.call({ method: 'GET', path })) as Secret;
  const [cert, key] = ['tls.crt', 'tls.key'].map((name) =>
    Buffer.from(data[name] ?? '', 'base64').toString(),
  );
  if (cert && key) admission.use(cert, key);
}

async function main(): Promise<void> {
  const kube = openKube({});
  const admission = await startAdmission(Number(port));
  const keep = () => keepCertificate(kube, admission).catch((error) => log('error', explainShort(error)));
  await keep();
  setInterval(keep, RENEW_MS);
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort());
  const engine = await openEngine({ inCluster: true });
  log('info', 'starting server', { addr: '0.0.0.0:9443' });
  const host = { notify: () => undefined, confirm: async () => true };
  await watchCluster(engine, host, stop.signal, {
    // The controller that a watch would give way to is this one.
    lease: { holder: `${pod}_${process.pid}`, lookMs: NEVER_MS },
    tell: ({ kind, group, text }) => log(kind === 'error' ? 'error' : 'info', text, { group }),
  });
}

/** The words of whoever refused first, as the controller logs them. */
function causesOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? `${error}` : causesOf(cause);
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    if (!(error instanceof Cancelled)) log('error', explainShort(error), { error: causesOf(error) });
    process.exit(error instanceof Cancelled ? 0 : 1);
  },
);
