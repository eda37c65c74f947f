import { Command, CommanderError } from 'commander';
import { Cancelled, UserError } from '../errors';
import type { ExitCode } from './given';
import { type Interrupt, openInterrupt, STOPPED } from './interrupt';
import { withCommon, withConsent, withFiles, withNames, withSetup } from './options';
import { printError, processTerminal, type Terminal } from './terminal';

/** The linter does without the engine, which is most of the program; each is loaded when it is asked for. */
const engine = () => import('./commands');
const applying = () => import('./apply');
const watching = () => import('./watch');
const inspecting = () => import('./inspect');
const linting = () => import('./lint');
const settingUp = () => import('./setup');

/** Codes of UserErrors that are the caller's mistakes. */
const USAGE = new Set([
  'usage',
  'unreadable-file',
  'bad-yaml',
  'no-ingress',
  'needs-yes',
  'no-context',
  'bad-kubeconfig',
  'bad-choice',
  'no-cluster-name',
  'bad-plan-file',
  'bad-option',
  'unwritable-file',
]);

async function main(terminal: Terminal, interrupt: Interrupt): Promise<ExitCode> {
  // Which Node runs this is not for its user to hear at every command; package.json says what is supported.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  const { stop } = interrupt;
  let code: ExitCode = 0;
  const program = new Command('ekslb')
    .description('Author, plan and operate AWS load balancers of EKS clusters')
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    .exitOverride()
    // The linter changes nothing and is busy without a pause: it is ended as any program is.
    .hook('preAction', (_, command) => {
      if (command.name() === 'lint') return;
      interrupt.listen();
      command.setOptionValue('cut', interrupt.cut);
    });
  const add = (name: string, description: string) =>
    program.command(name).description(description).exitOverride();
  const done = async (work: Promise<ExitCode>) => {
    code = await work;
  };

  add('lint', 'every finding that needs no cluster')
    .argument('<paths...>', 'files or folders, - for standard input')
    .option('--format <name>', 'text, json, sarif or github', 'text')
    .option('--fix', 'mend what can be mended safely')
    .option(
      '--min-severity <name>',
      'the least that is shown and counts: error, warning, info or hint',
      'info',
    )
    .action((paths, options) =>
      done(linting().then(({ lintCommand }) => lintCommand(paths, options, terminal))),
    );
  withCommon(
    withFiles(add('model', 'the resources that the controller would make, as JSON'), 'manifests'),
  ).action((options) => done(engine().then(({ modelCommand }) => modelCommand(options, terminal))));
  withNames(withCommon(withFiles(add('plan', 'what would change'), 'manifests')))
    .option('--out <file>', 'save the plan, to run exactly it with `ekslb apply FILE`')
    .option('--all', 'every load balancer of the cluster')
    .action((options) => done(engine().then(({ planCommand }) => planCommand(options, terminal))));
  withConsent(
    withCommon(withFiles(add('apply', 'manifests into the cluster, then their load balancers'), 'manifests')),
  )
    .argument('[plan]', 'a plan that was saved with `ekslb plan --out`, instead of manifests')
    .option('--wait', 'until all targets are healthy')
    .action((plan, options) =>
      done(applying().then(({ applyCommand }) => applyCommand(plan, options, terminal, stop))),
    );
  withNames(withConsent(withCommon(add('sync', 'bring AWS in line with what is in the cluster, once'))))
    .option('--all', 'every load balancer of the cluster')
    .option('--verify', 'ask AWS for all targets, also those found right within the last half hour')
    .action((options) => done(engine().then(({ syncCommand }) => syncCommand(options, terminal, stop))));
  withNames(
    withConsent(withCommon(add('watch', 'the same, kept up until it is stopped; the default is --all'))),
  )
    .option('--all', 'every load balancer of the cluster')
    .option('--resync <time>', 'how often everything is compared with AWS: 30s, 10m, 1h', '10m')
    .action((options) => done(watching().then(({ watchCommand }) => watchCommand(options, terminal, stop))));
  withNames(
    withConsent(
      withCommon(
        withFiles(add('delete', 'load balancers first, then their Ingresses and Services'), 'manifests'),
      ),
    ),
  ).action((options) => done(engine().then(({ deleteCommand }) => deleteCommand(options, terminal, stop))));
  withCommon(add('inspect', 'load balancers of the cluster down to the health of their targets')).action(
    (options) => done(inspecting().then(({ inspectCommand }) => inspectCommand(options, terminal))),
  );

  const setup = add('setup', 'from an empty account to a working controller, and back');
  const addSetup = (name: string, description: string) =>
    withSetup(withCommon(setup.command(name).description(description).exitOverride()));
  addSetup('plan', 'every step: what is true, and what would be done')
    .option('--write <folder>', 'write the documents and the script there: policies, values, manifests')
    .option('--orphans', 'only what controllers left behind in the account and region')
    .action((options) => done(settingUp().then((to) => to.setupPlanCommand(options, terminal))));
  addSetup('apply', 'do what is not true yet').action((options) =>
    done(settingUp().then((to) => to.setupApplyCommand(options, terminal, stop))),
  );
  addSetup('verify', 'look at every step, change nothing').action((options) =>
    done(settingUp().then((to) => to.setupVerifyCommand(options, terminal))),
  );
  withConsent(addSetup('undo', 'take it away again, last step first, then what controllers left behind'))
    .option('--orphans', 'only what controllers left behind, of other clusters too')
    .action((options) => done(settingUp().then((to) => to.setupUndoCommand(options, terminal, stop))));
  addSetup('script', 'what is left as a bash script').action((options) =>
    done(settingUp().then((to) => to.setupScriptCommand(options, terminal))),
  );

  try {
    await program.parseAsync();
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof Cancelled) {
      terminal.err(STOPPED);
      return 1;
    }
    printError(terminal, error, process.argv.includes('--verbose'));
    if (error instanceof UserError && error.code === 'plan-changed') return 4;
    return error instanceof UserError && USAGE.has(error.code) ? 2 : 1;
  }
}

const terminal = processTerminal();
const interrupt = openInterrupt(terminal);
main(terminal, interrupt).then(interrupt.done);
