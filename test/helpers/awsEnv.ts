import { vi } from 'vitest';

/** Nothing of the machine's own AWS settings, and `env` instead; `vi.unstubAllEnvs` takes it back. */
export function stubAwsEnv(env: Readonly<Record<string, string | undefined>>): void {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) vi.stubEnv(name, undefined);
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
}
