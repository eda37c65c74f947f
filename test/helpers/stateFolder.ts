import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One folder for the state of all services that the tests start; services end with the tests' process, a moment before. */
export default async function setup(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'ekslb-tests-'));
  process.env['EKSLB_TEST_STATES'] = folder;
  return () => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 500 });
}
