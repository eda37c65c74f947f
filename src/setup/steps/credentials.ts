import { signsIn } from '../../aws/profiles';
import { explainShort, UserError } from '../../errors';
import type { Action } from '../action';
import { caller, type Setup } from '../setup';
import { isFalse, isTrue, type Step } from '../step';

export const credentialsStep: Step = {
  id: 'credentials',
  title: 'AWS credentials and region',
  why: 'Everything is made in the account and region that these name.',
  phase: 'start',
  requires: [],
  async check(setup) {
    try {
      const { account, arn } = await caller(setup);
      const profile = profileOf(setup);
      const by = profile === undefined ? '' : `, profile ${profile}`;
      return isTrue(`${arn}, account ${account}, region ${setup.aws.region}${by}`);
    } catch (error) {
      if (!(await hasToSignIn(setup, error))) throw error;
      return isFalse(explainShort(error));
    }
  },
  // Keys are a person's own affair; signing in is a command.
  async plan(setup) {
    try {
      await caller(setup);
      return [];
    } catch (error) {
      return (await hasToSignIn(setup, error)) ? [SIGN_IN] : [];
    }
  },
};

function profileOf({ options }: Setup): string | undefined {
  return options.profile ?? process.env['AWS_PROFILE'];
}

const LACKING = new Set(['no-credentials', 'expired-credentials']);

/** Whether there are no credentials, or no more, and the profile gets them by signing in. */
async function hasToSignIn(setup: Setup, error: unknown): Promise<boolean> {
  if (!(error instanceof UserError) || !LACKING.has(error.code)) return false;
  return signsIn(profileOf(setup) ?? 'default');
}

/** The profile that was chosen is added to every command. */
const SIGN_IN: Action = { kind: 'tool', text: 'Sign in to AWS', argv: ['aws', 'sso', 'login'], long: true };
