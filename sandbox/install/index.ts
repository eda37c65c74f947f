import { explain, UserError } from '../../src/errors';
import type { Env, Places } from '../places';
import { elapsed, type Say } from '../progress';
import { awsCli } from './awsCli';
import { chromium } from './chromium';
import { editorServer } from './editorServer';
import { helm } from './helm';
import type { InstallContext, Installer, Need } from './installer';
import { kubernetes } from './kubernetes';
import { localAws } from './python';

/** Everything that a fresh machine lacks, in the order in which it is installed. */
export const INSTALLERS: readonly Installer[] = [localAws, awsCli, kubernetes, helm, editorServer, chromium];

export function installContext(places: Places, env: Env, say: Say): InstallContext {
  return { places, env, say, isRoot: process.getuid?.() === 0 };
}

/** Installs whatever of these needs is missing, saying what, why and roughly how long it takes. */
export async function ensureInstalled(needs: readonly Need[], context: InstallContext): Promise<void> {
  const began = Date.now();
  const missing: Installer[] = [];
  for (const installer of wanted(needs)) {
    if (!(await installer.present(context))) missing.push(installer);
  }
  if (missing.length === 0) return;
  context.say(`To install, once, into ${context.places.cache}:`);
  for (const { name, purpose, takes } of missing) context.say(`- ${name}: ${purpose} (about ${takes})`);
  for (const installer of missing) await installOne(installer, context);
  context.say(`Everything is installed (${elapsed(began)}).`);
}

async function installOne(installer: Installer, context: InstallContext): Promise<void> {
  try {
    await installer.install(context);
  } catch (error) {
    if (installer.optional !== true) throw error;
    context.say(`  not installed; tests that need ${installer.name} are skipped: ${explain(error)}`);
  }
}

/** Throws, naming what is missing, instead of installing it. */
export async function requireInstalled(needs: readonly Need[], context: InstallContext): Promise<void> {
  for (const installer of wanted(needs)) {
    if (await installer.present(context)) continue;
    throw new UserError('not-installed', `${installer.name} is not installed, needed ${installer.purpose}.`, {
      advice: 'Run `npm run sandbox -- --install` once: it installs what is missing.',
    });
  }
}

function wanted(needs: readonly Need[]): readonly Installer[] {
  return INSTALLERS.filter(({ neededFor }) => neededFor.some((need) => needs.includes(need)));
}
