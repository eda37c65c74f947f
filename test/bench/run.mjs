// Measures the language server and `ekslb lint` against yaml-language-server and kubeconform in the same run, and how
// the reconciler's plans grow with the cluster.
// usage: npm run bench [-- --quick] [--only small,large,huge,workspace,scale] [--no-build]
// Prints one table; exit code 1 if a target is missed. What is measured against is kept in the user's cache folder.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measureFile } from './measure.mjs';
import { prepare } from './peers.mjs';
import { measureScale } from './scale/measure.mjs';
import { grid } from './stats.mjs';
import { cellsOf, fileRows, isMet, scaleRows, workspaceRows } from './targets.mjs';
import { measureWorkspace } from './workspace.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: 'small,large,huge,workspace,scale' },
    'no-build': { type: 'boolean', default: false },
  },
});
const parts = options.only.split(',');
const runs = options.quick ? 1 : 3;

if (!options['no-build']) build();
const peers = prepare(root, { workspace: parts.includes('workspace') });
const cli = join(root, 'dist/cli.js');
const servers = {
  ours: { command: peers.node, args: [join(root, 'dist/server.js'), '--stdio'] },
  peer: { command: peers.node, args: [peers.yamlServer, '--stdio'], settings: peerSettings(peers.schema) },
};
const files = parts.filter((part) => part !== 'workspace' && part !== 'scale');
const rows = fileRows(await measureFiles(files));
if (parts.includes('workspace'))
  rows.push(...workspaceRows(await measureWorkspace({ ours: servers.ours, cli, peers }, { runs })));
if (parts.includes('scale')) rows.push(...scaleRows(measureScale(root)));

const head = ['milliseconds, unless it says otherwise', 'ours', 'other', 'ratio', 'target', ''];
console.log(grid([head, ...rows.map(cellsOf)]));
const missed = rows.filter((row) => !isMet(row)).length;
console.log(`${rows.length - missed} met, ${missed} missed`);
process.exitCode = missed > 0 ? 1 : 0;

/** As it is shipped. */
function build() {
  const { status } = spawnSync(process.execPath, ['scripts/build.mjs', '--minify'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(1);
}

/** The two take turns, so that a busy moment of the machine meets both. */
async function measureFiles(names) {
  const results = { ours: {}, peer: {} };
  for (let run = 0; run < runs; run++) {
    for (const name of names) {
      for (const [who, server] of Object.entries(servers)) {
        const one = await measureFile(server, join(peers.files, `${name}.yaml`), options);
        results[who][name] = [...(results[who][name] ?? []), one];
      }
    }
  }
  return results;
}

function peerSettings(schema) {
  const yaml = {
    schemas: { [schema]: '*.yaml' },
    schemaStore: { enable: false },
    validate: true,
    hover: true,
    completion: true,
  };
  return { yaml: { ...yaml, kubernetesCRDStore: { enable: false } } };
}
