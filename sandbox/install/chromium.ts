import { UserError } from '../../src/errors';
import type { Env } from '../places';
import { isProgram, onPath } from '../run';
import { installPackages } from './debian';
import type { Installer } from './installer';

const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'chrome',
  'microsoft-edge',
];
const MAC = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** EKSLB_CHROMIUM, else a Chromium or Chrome that is installed. */
export function findChromium(env: Env): string | undefined {
  const named = env['EKSLB_CHROMIUM'];
  if (!named) return onPath(NAMES, env) ?? MAC.find(isProgram);
  if (isProgram(named)) return named;
  throw new UserError(
    'missing-program',
    `EKSLB_CHROMIUM is ${named}, which is not a program that can be run.`,
    {
      advice: 'Correct EKSLB_CHROMIUM, or unset it to have Chromium found or installed.',
    },
  );
}

export const chromium: Installer = {
  name: 'Chromium',
  neededFor: ['editor'],
  purpose: 'to drive the editor as a person would',
  takes: '1 min, 300 MB',
  present: async ({ env }) => findChromium(env) !== undefined,
  install: (context) => installPackages(context, ['chromium'], 'to drive the editor as a person would'),
};
