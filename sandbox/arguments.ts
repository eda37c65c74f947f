import { Command, InvalidArgumentError } from 'commander';
import type { TestOptions } from './testing/runTests';

/** What a person can ask of `npm run sandbox -- ...`. */
export interface SandboxOptions {
  /** false: services only. */
  readonly editor: boolean;
  readonly desktop?: boolean;
  readonly check?: boolean;
  readonly install?: boolean;
  readonly reset?: boolean;
  readonly state?: string;
  readonly port?: number;
  readonly awsPort?: number;
  readonly kubePort?: number;
}

export interface Actions {
  sandbox(options: SandboxOptions): Promise<void>;
  test(options: TestOptions): Promise<void>;
}

export function program(actions: Actions): Command {
  const all = new Command('ekslb-sandbox').showHelpAfterError();
  all
    .command('sandbox')
    .usage('[options]   (npm run sandbox -- [options])')
    .description('A Kubernetes API, an AWS API and VS Code on this machine, with the extension loaded')
    .option('--no-editor', 'start the services alone and print the environment to export')
    .option('--desktop', 'use an installed VS Code (`code`) instead of the browser')
    .option('--check', 'do the main job without a person, through the editor, then stop')
    .option('--install', 'install what is missing, then stop')
    .option('--reset', 'clear the state folder first')
    .option('--state <folder>', 'where state, logs and the kubeconfig go (default: .sandbox in the project)')
    .option('--port <number>', 'of the editor', portNumber)
    .option('--aws-port <number>', 'of the local AWS', portNumber)
    .option('--kube-port <number>', 'of the Kubernetes API', portNumber)
    .action((options: SandboxOptions) => actions.sandbox(options));
  all
    .command('test')
    .usage('[options]   (npm test -- [options])')
    .description('Every test, on real services; the last line is `N passed, N failed`')
    .option('--only <text>', 'only suites whose title contains this')
    .option('--desktop', "only the editor's suite, in a desktop VS Code (EKSLB_CODE, else downloaded)")
    .action((options: TestOptions) => actions.test(options));
  return all;
}

function portNumber(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65535) return port;
  throw new InvalidArgumentError('A port is a whole number from 1 to 65535.');
}
