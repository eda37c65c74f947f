import { UserError } from '../../src/errors';
import type { Env } from '../places';
import { onPath } from '../run';

/** How a program of a published module is built in a folder that is nobody's module. */
export const GO_BUILD_ENV = {
  CGO_ENABLED: '0',
  GOFLAGS: '-mod=mod -buildvcs=false',
  GO111MODULE: 'on',
  GOWORK: 'off',
} as const;

/** The Go on the PATH; throws with what helps instead. */
export function requireGo(env: Env, message: string, ways: readonly string[]): string {
  const go = onPath(['go'], env);
  if (go !== undefined) return go;
  throw new UserError('missing-go', message, {
    advice: ['One of these helps:', ...ways.map((way) => `- ${way}`)].join('\n'),
  });
}
