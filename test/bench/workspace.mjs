/** The 10,000 files: how long it takes until everything is said of them. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startClient } from './client.mjs';
import { isMissing } from './manifests.mjs';

export async function measureWorkspace({ ours, cli, peers }, { runs }) {
  const root = join(peers.files, 'workspace');
  const linter = [
    '-summary',
    '-n',
    '2',
    '-schema-location',
    peers.schema,
    '-ignore-filename-pattern',
    'values-',
    root,
  ];
  const measured = { kubeconform: [], lint: [], server: [] };
  for (let run = 0; run < runs; run++) {
    measured.kubeconform.push(await wall(peers.kubeconform, linter, /Valid: 10000/));
    measured.lint.push(await wall(peers.node, [cli, 'lint', root], /absent-25\b/));
    measured.server.push(await server(ours, root));
  }
  return measured;
}

/** The wall time of a program whose output has to show that it did its work. */
function wall(command, args, proof) {
  const began = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => {
      if (proof.test(output)) resolve(performance.now() - began);
      else reject(new Error(`${command} does not say what it should: ${output.slice(-300)}`));
    });
  });
}

/**
 * From the start of the server until it has said of an open Ingress that its Service is missing, and of its neighbour,
 * whose Service stands in the last folder that is read, that nothing is: then every file was taken in.
 */
async function server(ours, root) {
  const began = performance.now();
  const client = await startClient(ours, root);
  const [missing, whole] = [ingressFile(root, 975), ingressFile(root, 999)];
  const documents = [client.open(missing), client.open(whole)];
  const latest = new Map();
  const settled = await client.next((one) => {
    latest.set(one.uri, says(one));
    return latest.get(documents[0].uri) === true && latest.get(documents[1].uri) === false;
  }, 30_000);
  await client.quiet(500);
  const last = documents.map(({ uri }) => client.published.findLast((one) => one.uri === uri));
  await client.stop();
  if (settled === undefined || !says(last[0]) || says(last[1]))
    throw new Error('the server does not know the workspace');
  return Math.max(...last.map(({ at }) => at)) - began;
}

const says = ({ diagnostics }) =>
  diagnostics.some(({ message }) => /absent-\d+|web-999\b.*not|no Service/.test(message));

function ingressFile(root, slot) {
  const at = slot * 10;
  const file = join(
    root,
    `area-${Math.floor(at / 200)}`,
    `set-${Math.floor(at / 20) % 10}`,
    `ingress-${slot}.yaml`,
  );
  const named = /name: absent-/.test(readFileSync(file, 'utf8'));
  if (named !== isMissing(slot)) throw new Error(`${file} is not what it should be`);
  return file;
}
