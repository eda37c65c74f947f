import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { explain } from '../../src/errors';
import { ensureInstalled, installContext } from '../install/index';
import { type Places, placesOf } from '../places';
import { elapsed } from '../progress';
import { claimState } from '../state';
import type { Suite } from './suite';
import { DESKTOP_SUITES, missingFiles, SUITES } from './suites';
import { summary, type Tally, total } from './tally';

export interface TestOptions {
  /** Only suites whose title contains this. */
  readonly only?: string;
  /** Only the suite of the editor, in a desktop VS Code. */
  readonly desktop?: boolean;
}

const say = (line: string) => console.log(line);

/** `npm test`: installs what is missing, runs every suite, and says `N passed, N failed` last. */
export async function runTests(root: string, { only, desktop }: TestOptions): Promise<Tally> {
  const places = placesOf(root, process.env, join(root, '.sandbox', 'test'));
  await ensureInstalled(
    desktop ? ['services'] : ['services', 'setup', 'script', 'editor'],
    installContext(places, process.env, say),
  );
  const release = await claimState(places);
  try {
    const tallies: Tally[] = [];
    for (const row of desktop ? DESKTOP_SUITES : SUITES) {
      const wanted = row.filter(({ title }) => title.toLowerCase().includes((only ?? '').toLowerCase()));
      tallies.push(...(await Promise.all(wanted.map((suite) => runSuite(suite, places)))));
    }
    const all = total(tallies);
    say(`\n${summary(all)}`);
    return all;
  } finally {
    await release();
  }
}

/** Output is kept and shown in one piece, because two suites may run at the same time. */
async function runSuite(suite: Suite, places: Places): Promise<Tally> {
  const missing = missingFiles(suite, places.root);
  if (missing.length > 0) {
    say(`\n== ${suite.title}\nskipped: there is no ${missing.join(', ')} yet`);
    return { passed: 0, failed: 0 };
  }
  const began = Date.now();
  say(`\nrunning: ${suite.title}`);
  const output: string[] = [];
  const tally = await guarded(suite, places, (text) => output.push(text.trimEnd()));
  const failures = (tally.failures ?? []).map((line) => `FAILED ${line}`);
  say(['', `== ${suite.title}`, ...output, ...failures, `${summary(tally)}, ${elapsed(began)}`].join('\n'));
  return tally;
}

/** A suite that cannot run at all has failed; the others go on. */
async function guarded(suite: Suite, places: Places, print: (text: string) => void): Promise<Tally> {
  const state = join(places.state, suite.title.replaceAll(/\W+/g, '-').toLowerCase());
  try {
    await rm(state, { recursive: true, force: true });
    await mkdir(join(state, 'log'), { recursive: true });
    return await suite.run({ places: { ...places, state }, print });
  } catch (error) {
    return { passed: 0, failed: 1, failures: [explain(error)] };
  }
}
