/** One object that Kubernetes would refuse costs none of the others of the file. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { commandEngine } from '../conformance/engine';
import { stubAwsEnv } from '../helpers/awsEnv';
import { startWorld, type World } from '../helpers/world';

let world: World;
beforeAll(async () => {
  world = await startWorld();
  stubAwsEnv({ AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await world?.stop();
});

const ingress = (name: string, interval: string) => `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  namespace: default
  name: ${name}
  annotations:
    alb.ingress.kubernetes.io/healthcheck-interval-seconds: ${interval}
spec:
  ingressClassName: alb
  defaultBackend: { service: { name: a, port: { number: 80 } } }
`;

const SERVICE = `apiVersion: v1
kind: Service
metadata: { namespace: default, name: a }
spec:
  type: NodePort
  selector: { app: a }
  ports: [{ port: 80, targetPort: 8080 }]
`;

async function model(text: string) {
  const file = join(await mkdtemp(join(tmpdir(), 'ekslb-')), 'manifests.yaml');
  await writeFile(file, text);
  return commandEngine(world).model(file);
}

test('an annotation without quotes', async () => {
  const { exit, out, err } = await model(SERVICE + ingress('x', '15') + ingress('y', '"15"'));
  const groups = (JSON.parse(out) as { group: string }[]).map(({ group }) => group);
  expect({ exit, groups }).toEqual({ exit: 1, groups: ['default/y'] });
  expect(err).toMatch(
    /manifests\.yaml: Ingress default\/x: metadata\.annotations\.alb\.ingress\.kubernetes\.io\/healthcheck-interval-seconds is a number; put quotes around it\./,
  );
  expect(err).toContain('Code: wrong-type');
});

test('and nothing else', async () => {
  const { exit, out, err } = await model(SERVICE + ingress('x', 'true'));
  expect({ exit, out }).toEqual({ exit: 1, out: '' });
  expect(err).toContain('is true; put quotes around it.');
});
