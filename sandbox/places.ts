import { homedir } from 'node:os';
import { join } from 'node:path';

/** The three folders everything is kept in: the project, the cache that clones share, and this run's state. */
export interface Places {
  readonly root: string;
  readonly cache: string;
  readonly state: string;
}

export type Env = Readonly<Record<string, string | undefined>>;

/** Where expensive parts are kept between runs and shared by all clones (XDG Base Directory Specification). */
export function cacheFolder(env: Env, home: string = homedir()): string {
  if (env['EKSLB_CACHE']) return env['EKSLB_CACHE'];
  return join(env['XDG_CACHE_HOME'] || join(home, '.cache'), 'eks-load-balancers');
}

export function placesOf(root: string, env: Env, state: string = join(root, '.sandbox')): Places {
  return { root, cache: cacheFolder(env), state };
}
