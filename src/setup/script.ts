import { oneLine } from '../printable';
import { LATER, laterIn } from './action';
import { plainName } from './hostedZone';
import { fileName } from './planText';
import type { StepPlan } from './report';
import type { Setup } from './setup';
import { kubeOptions } from './setup';
import { expandable, programsOf, quote, type ShellCommand, type ShellPlace, shellOf } from './shell';

type Later = keyof typeof LATER;

/** What is the same for every command of a script. */
interface Script {
  readonly place: ShellPlace;
  /** What the shell has looked up already. */
  readonly known: Set<Later>;
}

/** The rest of the flow as a bash script that needs aws, kubectl and what the choices ask for; ids are those of the steps. */
export function scriptOf(setup: Setup, plans: readonly StepPlan[]): string {
  const { context } = kubeOptions(setup);
  const place = { folder: '$WORK', ...(context === undefined ? {} : { context }) };
  const script: Script = { place, known: new Set() };
  const steps = plans.filter(({ state }) => state !== 'done' && state !== 'skipped');
  const [tools, others] = [steps.filter(isTools), steps.filter((plan) => !isTools(plan))];
  return [
    ...headOf(setup),
    ...(laterIn(JSON.stringify(others)).length > 0 ? [KNOWN, ''] : []),
    ...tools.flatMap((plan) => stepOf(plan, script)),
    ...toolCheck(others),
    ...others.flatMap((plan) => stepOf(plan, script)),
    'echo "Done."',
    '',
  ].join('\n');
}

const isTools = ({ step }: StepPlan) => step.id === 'tools';

/** Says what is missing before anything is done, not in the middle. */
function toolCheck(plans: readonly StepPlan[]): string[] {
  const actions = plans.flatMap((plan) => plan.actions);
  const lookedUp = laterIn(JSON.stringify(actions)).map((name) => /aws|kubectl/.exec(LATER[name])?.[0] ?? '');
  const programs = [...new Set([...actions.flatMap(programsOf), ...lookedUp])].sort();
  if (programs.length === 0) return [];
  return [
    `for tool in ${programs.map(quote).join(' ')}; do`,
    '  command -v "$tool" >/dev/null || { echo "$tool is not on the PATH." >&2; exit 1; }',
    'done',
    '',
  ];
}

function headOf(setup: Setup): string[] {
  const { kubeconfig } = kubeOptions(setup);
  const { profile } = setup.options;
  const { dns } = setup.choices;
  const { endpointUrl, region } = setup.aws;
  return [
    '#!/usr/bin/env bash',
    `# Sets up load balancing on the EKS cluster ${oneLine(setup.clusterName)} (${oneLine(region)}): what is left of it.`,
    '# Written by `ekslb setup script`; safe to read, to change and to keep without ekslb.',
    'set -euo pipefail',
    '',
    `export CLUSTER=${quote(setup.clusterName)}`,
    ...(dns === undefined ? [] : [`export ZONE=${quote(plainName(dns.zone))}`, ...ingressLines(dns.ingress)]),
    `export AWS_REGION=${quote(region)} AWS_DEFAULT_REGION=${quote(region)} AWS_PAGER=`,
    ...(profile === undefined ? [] : [`export AWS_PROFILE=${quote(profile)}`]),
    ...(endpointUrl === undefined ? [] : [`export AWS_ENDPOINT_URL=${quote(endpointUrl)}`]),
    ...(kubeconfig === undefined ? [] : [`export KUBECONFIG=${quote(kubeconfig)}`]),
    'WORK=$(mktemp -d)',
    `trap 'rm -rf "$WORK"' EXIT`,
    '',
  ];
}

function ingressLines(ingress: string | undefined): string[] {
  if (ingress === undefined) return [];
  const [namespace = '', name = ''] = ingress.split('/');
  return [`export INGRESS_NAMESPACE=${quote(namespace)} INGRESS=${quote(name)}`];
}

function stepOf(plan: StepPlan, script: Script): string[] {
  const { step, actions } = plan;
  const commands = actions.flatMap((action, at) => {
    const command = shellOf(action, fileName(step.id, actions, at), script.place);
    const lost = action.loses === undefined ? [] : [`# Deletes or replaces ${oneLine(action.loses)}`];
    const written = Object.entries(command.files).flatMap(([name, text]) => hereDocument(name, text));
    return [`# ${oneLine(action.text)}`, ...lost, ...lookUps(command, script), ...written, command.line];
  });
  return [
    `# ---- ${step.id}: ${oneLine(step.title)}`,
    `# ${oneLine(step.why)}`,
    `echo ${quote(`== ${step.title}`)}`,
    ...(actions.length > 0 ? commands : withoutCommands(plan)),
    '',
  ];
}

/** Why a step has no command. */
function withoutCommands({ state, evidence }: StepPlan): string[] {
  const lines = evidence.map((text) => `# ${oneLine(text)}`);
  if (state === 'todo') return ['# Only a person can do this:', ...lines];
  if (state === 'unknown') return ['# It could not be told whether there is something to do:', ...lines];
  return ['# Nothing to run: `ekslb setup verify` looks at it afterwards.'];
}

/** How the shell finds out what the command names and nobody looked up before. */
function lookUps({ files, line }: ShellCommand, { place, known }: Script): string[] {
  const names = laterIn([line, ...Object.values(files)].join('\n')).filter((name) => !known.has(name));
  for (const name of names) known.add(name);
  const { context } = place;
  const kubectl = context === undefined ? 'kubectl ' : `kubectl --context ${quote(context)} `;
  return names.flatMap((name) => [
    `${name}=$(${LATER[name].replace('kubectl ', kubectl)})`,
    `known ${name} "$${name}"`,
  ]);
}

/** What is looked up and not there is empty, or `None` in the AWS CLI's words. */
const KNOWN = `known() { case "$2" in '' | None) echo "$1 could not be found out." >&2; exit 1 ;; esac; }`;

/** A file, written by the script; its end is marked by a line that is not in it. */
function hereDocument(name: string, text: string): string[] {
  const open = laterIn(text).length > 0;
  const body = open ? expandable(text).replaceAll('\\"', '"') : text;
  const lines = new Set(text.split('\n'));
  let end = 'EOF';
  while (lines.has(end)) end = `${end}_`;
  return [`cat >"$WORK"/${quote(name)} <<${open ? end : `'${end}'`}`, body.replace(/\n$/, ''), end];
}
