import { caller } from '../setup';
import { isTrue, type Step } from '../step';
import { clusterStep } from './cluster';
import { kubeconfigStep } from './kubeconfig';
import { toolsStep } from './tools';

const credentials: Step = {
  id: 'credentials',
  title: 'AWS credentials and region',
  why: 'Everything is made in the account and region that these name.',
  phase: 'start',
  requires: [],
  async check(setup) {
    const { account, arn } = await caller(setup);
    const profile = setup.options.profile ?? process.env['AWS_PROFILE'];
    return isTrue(
      `${arn}, account ${account}, region ${setup.aws.region}${profile === undefined ? '' : `, profile ${profile}`}`,
    );
  },
  // Keys are a person's own affair: what to do is told by the failure (`aws sso login`, another profile).
  plan: async () => [],
};

export const startSteps: readonly Step[] = [toolsStep, credentials, clusterStep, kubeconfigStep];
