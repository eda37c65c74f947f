/** What is measured against, kept in the user's cache folder: yaml-language-server, kubeconform, a Node for all. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { writeManifests } from './manifests.mjs';
import { peerSchema } from './schema.mjs';

const YAML_SERVER = 'yaml-language-server@2.0.0';
/** The server needs a newer Node than we do; where this one is too old, both run on this. */
const NODE = 'node@24';
const KUBECONFORM = 'github.com/yannh/kubeconform/cmd/kubeconform@v0.8.0';

/** Changes whenever other manifests are generated. */
const MANIFESTS = 'manifests-1';

export function cacheFolder(env = process.env) {
  if (env.EKSLB_CACHE) return join(env.EKSLB_CACHE, 'bench');
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'eks-load-balancers', 'bench');
}

/** Installs and generates what is missing. */
export function prepare(root, { workspace }) {
  const cache = cacheFolder();
  const server = once(join(cache, 'yaml-language-server-2.0.0'), (folder) => install(folder, YAML_SERVER));
  const files = once(join(cache, MANIFESTS), writeManifests);
  const schema = join(cache, 'schema.json');
  writeFileSync(schema, JSON.stringify(peerSchema(readAnnotations(root))));
  const node = isNewEnough() ? process.execPath : ownNode(cache);
  const go = workspace ? once(join(cache, 'kubeconform-0.8.0'), goInstall) : undefined;
  return {
    files,
    schema,
    node,
    yamlServer: join(server, 'node_modules/yaml-language-server/bin/yaml-language-server'),
    kubeconform: go === undefined ? undefined : join(go, `kubeconform${exe}`),
  };
}

const exe = process.platform === 'win32' ? '.exe' : '';

function readAnnotations(root) {
  return JSON.parse(readFileSync(join(root, 'schemas/annotations.schema.json'), 'utf8'));
}

function isNewEnough() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 13);
}

function ownNode(cache) {
  const folder = once(join(cache, 'node-24'), (temporary) => install(temporary, NODE));
  return join(folder, `node_modules/node/bin/node${exe}`);
}

/** Makes a folder so that it is there whole or not at all. */
function once(folder, fill) {
  if (existsSync(folder)) return folder;
  console.error(`Preparing ${folder} ...`);
  const temporary = `${folder}.part`;
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary, { recursive: true });
  fill(temporary);
  renameSync(temporary, folder);
  return folder;
}

/** The package `node` gets its program from a script of its own, which newer npm runs only when told to. */
function install(folder, name) {
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', name], folder);
  const setup = join(folder, 'node_modules/node/installArchSpecificPackage.js');
  if (existsSync(setup) && !existsSync(join(folder, `node_modules/node/bin/node${exe}`)))
    run(process.execPath, [setup], join(folder, 'node_modules/node'));
}

function goInstall(folder) {
  run('go', ['install', KUBECONFORM], folder, { ...process.env, GOBIN: folder });
}

function run(command, args, cwd, env = process.env) {
  const shell = process.platform === 'win32' && command === 'npm';
  const { status, error } = spawnSync(command, args, { cwd, env, shell, stdio: ['ignore', 2, 2] });
  if (error?.code === 'ENOENT')
    throw new Error(`${command} is not on the PATH; it is needed for ${args.at(-1)}.`);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed in ${cwd}`);
}
