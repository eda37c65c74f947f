import { createServer } from 'node:https';
import { text } from 'node:stream/consumers';

/** The webhooks of the controller. */
export interface Admission {
  /** Serves with another certificate (PEM) from now on. */
  use(cert: string, key: string): void;
  stop(): void;
}

/** Accepts everything: what is wrong with an Ingress is told when it is reconciled. */
export async function startAdmission(port: number): Promise<Admission> {
  const server = createServer(async (request, response) => {
    const { request: asked } = JSON.parse(await text(request)) as { request: { uid: string } };
    const answer = { uid: asked.uid, allowed: true };
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.end(
      JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: answer }),
    );
  });
  await new Promise<void>((ready) => server.listen(port, '127.0.0.1', ready));
  return {
    use: (cert, key) => server.setSecureContext({ cert, key }),
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
