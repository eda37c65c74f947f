import * as vscode from 'vscode';
import { showInformation } from './dialogs';
import { clusterOfContext } from './kube/contextName';
import type { Engine, EngineOptions } from './reconcile/engine';

/** What a person chose with the status bar; beats the settings, for this workspace. */
interface Choice {
  readonly context?: string;
  readonly region?: string;
  readonly profile?: string;
  /** The setup may write access to a cluster into a file of its own. */
  readonly kubeconfig?: string;
}

/** The cluster and account that the editor works with. The engine is opened when it is first needed. */
export interface Connection extends vscode.Disposable {
  engine(): Promise<Engine>;
  options(): EngineOptions;
  /** "shop / eu-west-1", or why there is nothing yet. */
  label(): string;
  choose(choice: Choice): Promise<void>;
  readonly onDidChange: vscode.Event<void>;
}

/** What was chosen in the sandbox counts there alone, and what was chosen elsewhere never counts in it. */
const STATE = `eksLoadBalancers.connection${process.env['EKSLB_SANDBOX'] === undefined ? '' : '.sandbox'}`;
const SECTION = 'eksLoadBalancers';
const SETTINGS = [
  'context',
  'kubeconfig',
  'profile',
  'region',
  'clusterName',
  'vpcId',
  'endpointUrl',
] as const;

export function createConnection(state: vscode.Memento): Connection {
  const changed = new vscode.EventEmitter<void>();
  let opened: Promise<Engine> | undefined;
  let known: Engine | undefined;
  const reset = () => {
    opened = undefined;
    known = undefined;
    changed.fire();
  };
  const options = () => ({ ...fromSettings(), ...state.get<Choice>(STATE) });
  const watch = vscode.workspace.onDidChangeConfiguration((event) => {
    if (SETTINGS.some((key) => event.affectsConfiguration(`${SECTION}.${key}`))) reset();
  });
  return {
    options,
    onDidChange: changed.event,
    async engine() {
      const opening = opened ?? open(options());
      opened = opening;
      try {
        known = await opening;
        return known;
      } catch (error) {
        // A failure is not kept: credentials may be there the next time.
        if (opened === opening) opened = undefined;
        throw error;
      }
    },
    label: () => labelOf(known, options()),
    async choose(choice) {
      await state.update(STATE, { ...state.get<Choice>(STATE), ...choice });
      reset();
    },
    dispose() {
      watch.dispose();
      changed.dispose();
    },
  };
}

/** The engine and the SDKs behind it are loaded when they are first needed, not when a YAML file is opened. */
async function open(options: EngineOptions): Promise<Engine> {
  const { openEngine } = await import('./reconcile/engine');
  const engine = await openEngine(options);
  if (engine.knownTo !== 'EKS') void tellUnproven(engine);
  return engine;
}

/** Once for each connection that is opened. */
async function tellUnproven(engine: Engine): Promise<void> {
  const { unprovenText } = await import('./reconcile/planText');
  await showInformation(unprovenText(engine) ?? '');
}

/** Settings that are set; empty strings mean "not set". */
function fromSettings(): EngineOptions {
  const settings = vscode.workspace.getConfiguration(SECTION);
  const entries = SETTINGS.flatMap((key) => {
    const value = settings.get<string>(key, '').trim();
    return value === '' ? [] : [[key, value] as const];
  });
  return Object.fromEntries(entries);
}

function labelOf(engine: Engine | undefined, options: EngineOptions): string {
  if (engine !== undefined) return `${engine.settings.clusterName} / ${engine.aws.region}`;
  const named = options.context === undefined ? undefined : clusterOfContext(options.context);
  const cluster = options.clusterName ?? process.env['EKSLB_CLUSTER_NAME'] ?? named?.name ?? options.context;
  const region = options.region ?? process.env['AWS_REGION'] ?? named?.region;
  const parts = [cluster, region].filter((part) => part !== undefined);
  return parts.length === 0 ? vscode.l10n.t('choose a cluster') : parts.join(' / ');
}
