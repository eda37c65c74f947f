import { LATER, laterIn } from './action';
import { fileName } from './planText';
import type { StepPlan } from './report';
import type { Setup } from './setup';
import { kubeOptions } from './setup';
import { expandable, quote, type ShellCommand, shellOf } from './shell';

/** The rest of the flow as a bash script that needs aws, kubectl and what the choices ask for; ids are those of the steps. */
export function scriptOf(setup: Setup, plans: readonly StepPlan[]): string {
  const known = new Set<keyof typeof LATER>();
  const steps = plans.filter(({ state }) => state === 'todo' || state === 'blocked');
  const [tools, others] = [steps.filter(isTools), steps.filter((plan) => !isTools(plan))];
  return [
    ...headOf(setup),
    ...tools.flatMap((plan) => stepOf(plan, known)),
    ...toolCheck(others),
    ...others.flatMap((plan) => stepOf(plan, known)),
    'echo "Done."',
    '',
  ].join('\n');
}

const isTools = ({ step }: StepPlan) => step.id === 'tools';

/** Says what is missing before anything is done, not in the middle. */
function toolCheck(plans: readonly StepPlan[]): string[] {
  const lines = plans.flatMap(({ actions }) =>
    actions.map((action) => shellOf(action, '', { folder: '$WORK' }).line),
  );
  const programs = [
    ...new Set(lines.flatMap((line) => [line, ...line.split(' | ').slice(1)]).map(firstWord)),
  ].sort();
  if (programs.length === 0) return [];
  return [
    `for tool in ${programs.map(quote).join(' ')}; do`,
    '  command -v "$tool" >/dev/null || { echo "$tool is not on the PATH." >&2; exit 1; }',
    'done',
    '',
  ];
}

const firstWord = (line: string) => line.trim().split(' ')[0] ?? '';

function headOf(setup: Setup): string[] {
  const { kubeconfig, context } = kubeOptions(setup);
  const { profile } = setup.options;
  const { dns } = setup.choices;
  const { endpointUrl, region } = setup.aws;
  return [
    '#!/usr/bin/env bash',
    `# Sets up load balancing on the EKS cluster ${setup.clusterName} (${region}): what is left of it.`,
    '# Written by `ekslb setup script`; safe to read, to change and to keep without ekslb.',
    'set -euo pipefail',
    '',
    `export CLUSTER=${quote(setup.clusterName)}`,
    ...(dns === undefined ? [] : [`export ZONE=${quote(dns.zone)}`, ...ingressLines(dns.ingress)]),
    `export AWS_REGION=${quote(region)} AWS_DEFAULT_REGION=${quote(region)} AWS_PAGER=`,
    ...(profile === undefined ? [] : [`export AWS_PROFILE=${quote(profile)}`]),
    ...(endpointUrl === undefined ? [] : [`export AWS_ENDPOINT_URL=${quote(endpointUrl)}`]),
    ...(kubeconfig === undefined ? [] : [`export KUBECONFIG=${quote(kubeconfig)}`]),
    ...(context === undefined ? [] : [`kubectl config use-context ${quote(context)}`]),
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

function stepOf({ step, evidence, actions }: StepPlan, known: Set<keyof typeof LATER>): string[] {
  const commands = actions.flatMap((action, at) => {
    const command = shellOf(action, fileName(step.id, actions, at), { folder: '$WORK' });
    const lost = action.loses === undefined ? [] : [`# Deletes or replaces ${oneLine(action.loses)}`];
    const written = Object.entries(command.files).flatMap(([name, text]) => hereDocument(name, text));
    return [`# ${oneLine(action.text)}`, ...lost, ...lookUps(command, known), ...written, command.line];
  });
  const told =
    actions.length > 0 ? [] : evidence.map((text) => `# Only a person can do this: ${oneLine(text)}`);
  return [
    `# ---- ${step.id}: ${step.title}`,
    `# ${oneLine(step.why)}`,
    `echo ${quote(`== ${step.title}`)}`,
    ...commands,
    ...told,
    '',
  ];
}

/** How the shell finds out what the command names and nobody looked up before. */
function lookUps({ files, line }: ShellCommand, known: Set<keyof typeof LATER>): string[] {
  const names = laterIn([line, ...Object.values(files)].join('\n')).filter((name) => !known.has(name));
  for (const name of names) known.add(name);
  return names.map((name) => `${name}=$(${LATER[name]})`);
}

function hereDocument(name: string, text: string): string[] {
  const open = laterIn(text).length > 0;
  const body = open ? expandable(text).replaceAll('\\"', '"') : text;
  return [`cat >"$WORK"/${quote(name)} <<${open ? 'EOF' : "'EOF'"}`, body.replace(/\n$/, ''), 'EOF'];
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}
