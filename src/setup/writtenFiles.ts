import { filesOf } from './planText';
import type { StepPlan } from './report';
import { scriptOf } from './script';
import type { Setup } from './setup';
import { terraformOf } from './steps/network';

/** The script among the files; it is made to be run. */
export const SCRIPT = 'setup.sh';

/**
 * All that a folder of a plan has: the documents that its commands read (trust policies, policies, values, manifests),
 * the subnets' tags for those who keep subnets in Terraform, and everything as one script.
 */
export async function writtenFiles(
  setup: Setup,
  plans: readonly StepPlan[],
): Promise<Record<string, string>> {
  const subnets = plans.some(({ step, state }) => step.id === 'subnets' && state === 'todo');
  const terraform = subnets ? await terraformOf(setup) : '';
  return {
    ...filesOf(setup, plans),
    ...(terraform === '' ? {} : { 'subnets.tf': terraform }),
    [SCRIPT]: scriptOf(setup, plans),
  };
}
