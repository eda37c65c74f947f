import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { findHelm } from '../../sandbox/install/helm';
import { installContext, requireInstalled } from '../../sandbox/install/index';
import { placesOf } from '../../sandbox/places';
import { runOrThrow } from '../../sandbox/run';
import type { Command, Ran, Tools } from '../../src/setup/tools';

const root = resolve(import.meta.dirname, '../..');
const CHART = join(root, 'test/setup/chart/aws-load-balancer-controller');

/** A repository of our chart on this machine, and a helm of its own that really runs. */
export interface Charts {
  readonly url: string;
  readonly tools: Tools & { readonly ran: Command[] };
  stop(): Promise<void>;
}

/** Serves the chart in these versions: chart version -> version of the controller in it. */
export async function startCharts(versions: Readonly<Record<string, string>>): Promise<Charts> {
  const places = placesOf(root, process.env);
  await requireInstalled(
    ['setup'],
    installContext(places, process.env, () => undefined),
  );
  const helm = findHelm(places, process.env) ?? 'helm';
  const home = await mkdtemp(join(tmpdir(), 'ekslb-charts-'));
  const env = { ...process.env, HELM_CACHE_HOME: home, HELM_CONFIG_HOME: home, HELM_DATA_HOME: home };
  const folder = join(home, 'repository');
  for (const [version, app] of Object.entries(versions)) {
    await runOrThrow(
      helm,
      ['package', CHART, '--version', version, '--app-version', `v${app}`, '--destination', folder],
      { env },
    );
  }
  await runOrThrow(helm, ['repo', 'index', folder], { env });
  const server = createServer(async (request, response) => {
    const file = join(folder, basename(request.url ?? ''));
    response.end(await readFile(file).catch(() => ''));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tools: realTools({ helm }, env),
    stop: async () => {
      server.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** Runs these programs for real; any other is an error. */
function realTools(programs: Readonly<Record<string, string>>, env: NodeJS.ProcessEnv): Charts['tools'] {
  const ran: Command[] = [];
  return {
    os: 'debian',
    ran,
    find: async (program) => programs[program],
    run: async (command) => {
      ran.push(command);
      const program = programs[command.argv[0]];
      if (program === undefined) throw new Error(`${command.argv[0]} must not run here`);
      return runWhole(program, command, env);
    },
  };
}

function runWhole(program: string, { argv, env: more }: Command, env: NodeJS.ProcessEnv): Promise<Ran> {
  return new Promise((done) => {
    const child = spawn(program, argv.slice(1), {
      env: { ...env, ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const told = { stdout: '', stderr: '' };
    child.stdout.on('data', (part: Buffer) => {
      told.stdout += part.toString();
    });
    child.stderr.on('data', (part: Buffer) => {
      told.stderr += part.toString();
    });
    child.on('close', (code) => done({ code: code ?? 1, ...told }));
  });
}
