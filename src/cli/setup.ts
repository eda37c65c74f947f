import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { UserError } from '../errors';
import { orUnreadable } from '../kube/manifests';
import { printableJson } from '../printable';
import type { EngineOptions } from '../reconcile/engine';
import type { Choices } from '../setup/choices';
import { applySetup, placeFacts, planSetup, survey, undoSetup } from '../setup/flow';
import { nodeTools } from '../setup/nodeTools';
import { setupJson, setupText, stateText, stepText } from '../setup/planText';
import { readChoices } from '../setup/readChoices';
import type { StepPlan, StepReport } from '../setup/report';
import { scriptOf } from '../setup/script';
import { type Setup, setupFor } from '../setup/setup';
import type { Step } from '../setup/step';
import { STEP_IDS } from '../setup/stepIds';
import { STEPS } from '../setup/steps';
import { SCRIPT, writtenFiles } from '../setup/writtenFiles';
import type { ExitCode } from './given';
import type { CommonOptions } from './options';
import {
  NO_ORPHANS,
  type OrphanResult,
  orphanResultJson,
  orphanSummary,
  planOrphans,
  undoOrphans,
} from './setupOrphans';
import { type Terminal, terminalHost } from './terminal';

export interface SetupCommandOptions extends CommonOptions {
  readonly config?: string;
  readonly only?: string[];
  readonly write?: string;
  /** Only what controllers left behind. */
  readonly orphans?: boolean;
  readonly dnsZone?: string;
  readonly dnsBy?: string;
  readonly dnsHost?: string;
  readonly dnsIngress?: string;
  /** Every other flag is a choice by its own name. */
  readonly [choice: string]: unknown;
}

/** Flags that are choices by the same name. */
const CHOICE_FLAGS = [
  ...['createCluster', 'compute', 'kubernetesVersion', 'identity', 'serviceAccountBy', 'install'],
  ...['controllerVersion', 'chart', 'namespace', 'serviceAccount', 'policyName', 'roleName'],
  ...['webhookCertificate', 'className', 'defaultClass', 'samples', 'image', 'valuesFiles'],
  ...['tagSubnets', 'replaceLegacy', 'extraPermissions'],
] as const satisfies readonly (keyof Choices)[];

async function choicesOf(options: SetupCommandOptions): Promise<Choices> {
  const { config } = options;
  const fromFile =
    config === undefined ? {} : parse(await orUnreadable(config, () => readFile(config, 'utf8')));
  const flags = CHOICE_FLAGS.flatMap((key) => (isSaid(key, options[key]) ? [[key, options[key]]] : []));
  const { dnsZone: zone, dnsBy: by, dnsHost: host, dnsIngress: ingress } = options;
  const dns = zone === undefined ? {} : { dns: defined({ zone, by, host, ingress }) };
  return readChoices({ ...Object.fromEntries(flags), ...dns }, readChoices(fromFile));
}

/** Of an option `--no-x`, commander says true where nobody said anything. */
function isSaid(key: keyof Choices, value: unknown): boolean {
  const negated = key === 'tagSubnets' || key === 'replaceLegacy';
  return value !== undefined && !(negated && value === true);
}

function defined(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined));
}

async function open(options: SetupCommandOptions): Promise<Setup> {
  return setupFor(engineOptions(options), await choicesOf(options), nodeTools());
}

const ENGINE_KEYS = ['context', 'kubeconfig', 'profile', 'region', 'endpointUrl', 'clusterName'] as const;

function engineOptions(options: SetupCommandOptions): EngineOptions {
  return defined(Object.fromEntries(ENGINE_KEYS.map((key) => [key, options[key]])));
}

/** The rows that were asked for, in the order of the flow. */
function chosenSteps({ only }: SetupCommandOptions): readonly Step[] {
  if (only === undefined) return STEPS;
  const unknown = only.find((id) => !STEP_IDS.some((known) => known === id));
  if (unknown === undefined) return STEPS.filter(({ id }) => only.includes(id));
  throw new UserError('usage', `There is no step ${unknown}.`, { advice: `Steps: ${STEP_IDS.join(', ')}.` });
}

const isOpen = ({ state }: StepReport) => state === 'todo' || state === 'blocked';
const isWrong = ({ state }: StepReport) => state !== 'done' && state !== 'skipped';

/** `ekslb setup plan`: every step with what is true, what would be done, and by which calls and commands. */
export async function setupPlanCommand(options: SetupCommandOptions, terminal: Terminal): Promise<ExitCode> {
  const setup = await open(options);
  if (options.orphans === true) return planOrphans(setup, options, terminal);
  const plans = await planSetup(setup, chosenSteps(options));
  if (options.write !== undefined) await writeFiles(setup, plans, options.write, terminal);
  terminal.out(options.json === true ? printableJson(setupJson(setup, plans)) : setupText(setup, plans));
  if (plans.some(({ state }) => state === 'unknown')) return 1;
  return plans.some(isOpen) ? 3 : 0;
}

async function writeFiles(
  setup: Setup,
  plans: readonly StepPlan[],
  folder: string,
  terminal: Terminal,
): Promise<void> {
  const files = Object.entries(await writtenFiles(setup, plans));
  await mkdir(folder, { recursive: true });
  await Promise.all(
    files.map(([name, text]) =>
      writeFile(join(folder, name), text, { mode: name === SCRIPT ? 0o755 : 0o644 }),
    ),
  );
  terminal.err(
    `${files.length} files are in ${resolve(folder)}: documents that the commands read, and ${SCRIPT}.`,
  );
}

/** `ekslb setup script`: what is left as a bash script, on standard output. */
export async function setupScriptCommand(
  options: SetupCommandOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const setup = await open(options);
  const plans = await planSetup(setup, chosenSteps(options));
  terminal.exact(scriptOf(setup, plans));
  const unknown = plans.filter(({ state }) => state === 'unknown');
  for (const { step, evidence } of unknown)
    terminal.err(`${step.title} could not be looked at: ${evidence.join(' ')}`);
  return unknown.length > 0 ? 1 : 0;
}

/** `ekslb setup verify`: every step as it is; nothing is changed. */
export async function setupVerifyCommand(
  options: SetupCommandOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const setup = await open(options);
  const reports = await survey(setup, chosenSteps(options));
  const rows = reports.map((report) => ({ ...report, actions: [] }));
  if (options.json === true) terminal.out(printableJson(setupJson(setup, rows)));
  else for (const row of rows) terminal.out(stepText(row));
  return reports.some(isWrong) ? 1 : 0;
}

/** `ekslb setup apply`: does what is not true yet, one step after the other. */
export async function setupApplyCommand(
  options: SetupCommandOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<ExitCode> {
  const setup = await open(options);
  const steps = chosenSteps(options);
  const plans = await planSetup(setup, steps);
  const host = terminalHost(terminal, options);
  const todo = plans.filter(({ actions }) => actions.length > 0);
  if (todo.length > 0) {
    const agreed = await host.confirm({
      title: `Do these ${todo.length} steps?`,
      facts: await placeFacts(setup),
      details: setupText(setup, plans),
      destructive: false,
    });
    if (!agreed) return declined(terminal);
  }
  const tell = (report: StepReport) => {
    if (report.state !== 'skipped') terminal.err(stepText(report));
  };
  const reports = await applySetup(setup, steps, { host, signal, tell });
  return summary(reports, terminal);
}

function summary(reports: readonly StepReport[], terminal: Terminal): ExitCode {
  const open = reports.filter(isWrong);
  if (open.length === 0) {
    terminal.out('Everything is set up.');
    return 0;
  }
  terminal.out(
    `Not everything is set up: ${open.map(({ step, state }) => `${step.id} (${stateText(state)})`).join(', ')}.`,
  );
  terminal.err('What was done is kept; run the command again to go on from here.');
  return 1;
}

function declined(terminal: Terminal): ExitCode {
  terminal.err('Nothing was changed.');
  return 1;
}

/** `ekslb setup undo`: takes it away again, last step first, then what controllers left behind; every loss is asked for. */
export async function setupUndoCommand(
  options: SetupCommandOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<ExitCode> {
  const setup = await open(options);
  const steps = await undoSteps(setup, options, terminal, signal);
  // Whoever names steps wants these and nothing else.
  const wanted = options.orphans === true || options.only === undefined;
  const orphans = wanted ? await undoOrphans(setup, options, terminal, signal) : NO_ORPHANS;
  if (options.json === true) terminal.out(printableJson(undoJson(setup, steps, orphans)));
  else for (const line of undoSummary(steps, orphans)) terminal.out(line);
  // With --yes nobody declined: what is kept lacked a consent of its own.
  const missed = options.yes === true ? ['failed', 'kept'] : ['failed'];
  return orphans.outcomes.some(({ state }) => missed.includes(state)) ? 1 : 0;
}

/** Of the steps; none of them where it is about orphans alone. */
async function undoSteps(
  setup: Setup,
  options: SetupCommandOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<StepReport[]> {
  if (options.orphans === true) return [];
  const steps = chosenSteps(options);
  const host = terminalHost(terminal, options);
  // What is done is told while it is done.
  const tell = ({ step, state, evidence }: StepReport) => {
    if (state === 'skipped') terminal.err(`${step.title}: ${evidence.join('; ')}`);
  };
  return undoSetup(setup, steps, { host, signal, tell });
}

function undoSummary(steps: readonly StepReport[], orphans: OrphanResult): string[] {
  const told = orphanSummary(orphans);
  const kept = steps.filter(({ state }) => state === 'skipped').length;
  const keptText = kept === 0 ? '' : `; left for others who use them: ${kept}`;
  if (steps.length > 0) return [`Steps taken back: ${steps.length - kept}${keptText}.`, ...told];
  return told.length > 0 ? told : ['There is nothing to take away.'];
}

function undoJson(setup: Setup, steps: readonly StepReport[], orphans: OrphanResult): object {
  return {
    version: 1,
    cluster: setup.clusterName,
    region: setup.aws.region,
    steps: steps.map(({ step, state, evidence }) => ({
      id: step.id,
      result: state === 'skipped' ? 'kept' : 'taken back',
      evidence,
    })),
    ...orphanResultJson(setup, orphans),
  };
}
