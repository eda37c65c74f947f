import { inLines, oneLine } from '../printable';
import type { Action } from './action';
import type { StepPlan, StepReport } from './report';
import { kubeOptions, type Setup } from './setup';
import { type ShellPlace, shellOf } from './shell';
import { PHASE_TITLES, PHASES } from './step';

const MARKS = {
  done: 'ok',
  todo: 'to do',
  unknown: 'could not tell',
  skipped: 'not needed',
  blocked: 'waits',
};

/** The words for the state of a step. */
export function stateText(state: keyof typeof MARKS): string {
  return MARKS[state];
}

/** Where commands that are shown have to go: with all that this process was told. */
export function placeOf(setup: Setup, folder = `ekslb-setup-${setup.clusterName}`): ShellPlace {
  const { profile } = setup.options;
  const endpointUrl = setup.aws.endpointUrl;
  return {
    region: setup.aws.region,
    ...(profile === undefined ? {} : { profile }),
    ...(endpointUrl === undefined ? {} : { endpointUrl }),
    ...kubeOptions(setup),
    folder,
  };
}

/** The actions of a step, each with its command. */
export function planLines(setup: Setup, step: { readonly id: string }, actions: readonly Action[]): string[] {
  const place = placeOf(setup);
  return actions.flatMap((action, at) => {
    const { line } = shellOf(action, fileName(step.id, actions, at), place);
    const lost = action.loses === undefined ? [] : [`    ! deletes or replaces ${action.loses}`];
    return [`  - ${action.text}`, ...lost, `    $ ${line}`].map(oneLine);
  });
}

/** Files of a step are named after it; a number tells those of several actions apart. */
export function fileName(id: string, actions: readonly Pick<Action, 'kind'>[], at: number): string {
  const acting = actions.filter(({ kind }) => kind !== 'wait');
  return acting.length === 1 ? id : `${id}-${at + 1}`;
}

/** The whole plan as text: by phase, each step with its state, what was seen and what would be done. */
export function setupText(setup: Setup, plans: readonly StepPlan[]): string {
  const blocks = PHASES.map((phase) => {
    const own = plans.filter(({ step, state }) => step.phase === phase && state !== 'skipped');
    if (own.length === 0) return [];
    return [PHASE_TITLES[phase], ...own.flatMap((plan) => stepLines(setup, plan)), ''];
  });
  return [...blocks.flat(), summaryOf(plans), ...filesNote(setup, plans)].join('\n');
}

/** A step in a few lines: its state and what was seen. */
export function stepText({ step, state, evidence }: StepReport): string {
  return inLines([`[${MARKS[state]}] ${step.title}  (${step.id})`, ...evidence.map((line) => `    ${line}`)]);
}

/** The documents that commands of the plan read, by file name: policies, values, manifests. */
export function filesOf(setup: Setup, plans: readonly StepPlan[]): Record<string, string> {
  const place = placeOf(setup);
  const all = plans.flatMap(({ step, actions }) =>
    actions.map((action, at) => shellOf(action, fileName(step.id, actions, at), place).files),
  );
  return Object.assign({}, ...all) as Record<string, string>;
}

/** The plan for programs (schemas/setup.schema.json). */
export function setupJson(setup: Setup, plans: readonly StepPlan[]): object {
  const place = placeOf(setup);
  return {
    version: 1,
    cluster: setup.clusterName,
    region: setup.aws.region,
    steps: plans.map(({ step, state, evidence, actions }) => ({
      id: step.id,
      title: step.title,
      why: step.why,
      phase: step.phase,
      requires: step.requires,
      state,
      evidence,
      actions: actions.map((action, at) => actionJson(action, fileName(step.id, actions, at), place)),
    })),
  };
}

/** An action for programs; `name` is that of its files. */
export function actionJson(action: Action, name: string, place: ShellPlace): object {
  const { text, loses } = action;
  return { text, ...(loses === undefined ? {} : { loses }), command: shellOf(action, name, place).line };
}

function stepLines(setup: Setup, plan: StepPlan): string[] {
  return [stepText(plan), ...planLines(setup, plan.step, plan.actions)];
}

function summaryOf(plans: readonly StepPlan[]): string {
  const count = (...states: string[]) => plans.filter(({ state }) => states.includes(state)).length;
  const unknown = count('unknown');
  const told = unknown === 0 ? '' : `, ${unknown} could not be told`;
  return `${count('done')} steps are true, ${count('todo', 'blocked')} are to do${told}.`;
}

function filesNote(setup: Setup, plans: readonly StepPlan[]): string[] {
  const { folder } = placeOf(setup);
  const files = Object.keys(filesOf(setup, plans));
  if (files.length === 0) return [];
  return [
    `Commands read ${files.length} files in ${folder}/: \`ekslb setup plan --write ${folder}\` writes them,`,
    'and `ekslb setup script` writes everything as one script.',
  ];
}
