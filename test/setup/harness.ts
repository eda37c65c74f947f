import { type DescribeClusterCommandOutput, EKSClient } from '@aws-sdk/client-eks';
import { openAws } from '../../src/aws/clients';
import type { Action } from '../../src/setup/action';
import { type Choices, DEFAULT_CHOICES } from '../../src/setup/choices';
import { applyStep, survey } from '../../src/setup/flow';
import { planLines } from '../../src/setup/planText';
import { openSetup, refreshed, type Setup } from '../../src/setup/setup';
import type { Step } from '../../src/setup/step';
import type { StepId } from '../../src/setup/stepIds';
import { STEPS } from '../../src/setup/steps';
import type { Command, Ran, Tools } from '../../src/setup/tools';
import { type Answers, fakeAws } from '../helpers/fakeAws';
import { recordingHost } from '../helpers/recordingHost';
import type { World } from '../helpers/world';

/** Programs that are only noted down; `answer` says what they print. */
export function notedTools(
  found: readonly string[] = [],
  answer: (argv: readonly string[]) => Partial<Ran> = () => ({}),
): Tools & { readonly ran: Command[] } {
  const ran: Command[] = [];
  return {
    os: 'debian',
    ran,
    find: async (program) => (found.includes(program) ? `/usr/bin/${program}` : undefined),
    run: async (command) => {
      ran.push(command);
      return { code: 0, stdout: '', stderr: '', ...answer(command.argv) };
    },
  };
}

/** The setup of a test's own cluster and account. */
export async function setupOf(
  world: World,
  choices: Partial<Choices> = {},
  tools: Tools = notedTools(),
): Promise<Setup> {
  // The SDK's default chain reads the environment of this process.
  process.env['AWS_ACCESS_KEY_ID'] = 'sandbox';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'sandbox';
  const options = { region: world.region, endpointUrl: world.endpoint, kubeconfig: world.kubeconfig };
  return openSetup({
    choices: { ...DEFAULT_CHOICES, ...choices },
    clusterName: world.clusterName,
    aws: await openAws(options),
    tools,
    options: { ...options, clusterName: world.clusterName },
  });
}

/** A setup that reaches nobody: the account has no cluster, unless `answers` say something else. */
export function offline(more: {
  readonly choices?: Partial<Choices>;
  readonly tools?: Tools;
  readonly answers?: Answers;
  readonly options?: Setup['options'];
}): Setup {
  const answers: Answers = {
    GetCallerIdentity: () => ({ Account: '123456789012', Arn: 'arn:aws:iam::123456789012:user/ann' }),
    DescribeCluster: () => {
      throw Object.assign(new Error('No cluster found for name: shop.'), {
        name: 'ResourceNotFoundException',
      });
    },
    ListClusters: () => ({ clusters: [] }),
    ...more.answers,
  };
  return openSetup({
    choices: { ...DEFAULT_CHOICES, ...more.choices },
    clusterName: 'shop',
    aws: fakeAws(answers),
    tools: more.tools ?? notedTools(),
    options: { kubeconfig: '/nowhere/kubeconfig', ...more.options },
  });
}

/** A setup whose cluster is at another server, as EKS tells it, and reached by another kubeconfig. */
export async function movedTo(setup: Setup, kubeconfig: string, endpoint: string): Promise<Setup> {
  const options = { ...setup.options, kubeconfig };
  // Clients of its own: those of the other setup go on hearing what AWS says.
  const aws = await openAws(options);
  aws.client(EKSClient).middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const result = await next(args);
        const { cluster } = result.output as DescribeClusterCommandOutput;
        if (commandName === 'DescribeClusterCommand' && cluster !== undefined) cluster.endpoint = endpoint;
        return result;
      },
    { step: 'initialize' },
  );
  return openSetup({ ...setup, aws, options });
}

/** A row of the table. */
export function stepOf(id: StepId): Step {
  const found = STEPS.find((step) => step.id === id);
  if (found === undefined) throw new Error(`no step ${id}`);
  return found;
}

/** What the check of a step says, as text: its state, then each line of evidence. Looks anew each time. */
export async function checkOf(setup: Setup, id: StepId): Promise<string> {
  const { state, evidence } = await stepOf(id).check(refreshed(setup));
  return [state, ...evidence].join('\n');
}

/** The plan of a step as people see it: what it would do, with the commands. */
export async function planOf(setup: Setup, id: StepId): Promise<string> {
  const step = stepOf(id);
  return planLines(setup, step, await step.plan(refreshed(setup))).join('\n');
}

/** The undoing of a step, in the same form. */
export async function undoOf(setup: Setup, id: StepId): Promise<readonly Action[]> {
  return (await stepOf(id).undo?.(refreshed(setup))) ?? [];
}

/** Runs the plan of a step for real and says how it stands afterwards. `answer` is the person's to every question; `patience` in ms is the step's own by itself. */
export async function applyOf(setup: Setup, id: StepId, answer = true, patience?: number): Promise<string> {
  const host = recordingHost(answer);
  const step = { ...stepOf(id), ...(patience === undefined ? {} : { patience }) };
  const { state, evidence } = await applyStep(setup, step, {
    host,
    signal: new AbortController().signal,
  });
  return [state, ...evidence].join('\n');
}

/** The states of all steps, by id. */
export async function statesOf(
  setup: Setup,
  steps: readonly Step[] = STEPS,
): Promise<Record<string, string>> {
  const reports = await survey(refreshed(setup), steps);
  return Object.fromEntries(reports.map(({ step, state }) => [step.id, state]));
}
