import { rename, writeFile } from 'node:fs/promises';
import Mocha from 'mocha';

interface Failure {
  readonly title: string;
  readonly message: string;
}

/** What the launcher reads (sandbox/testing). */
interface Result {
  readonly passed: number;
  readonly failed: number;
  readonly failures: readonly Failure[];
}

/** Entry point in the extension host: runs the suite and writes its result where EKSLB_E2E_RESULT says. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: 90_000, reporter: 'spec' });
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  await Promise.all([
    import('./language'),
    import('./provisioning'),
    import('./badInput'),
    import('./connection'),
    import('./setup'),
  ]);
  const result = await new Promise<Result>((resolve) => {
    const failures: Failure[] = [];
    const runner = mocha.run(() => {
      const { passes = 0 } = runner.stats ?? {};
      resolve({ passed: passes, failed: failures.length, failures });
    });
    runner.on('fail', (test, error: Error) =>
      failures.push({ title: test.fullTitle(), message: error.message }),
    );
  });
  await report(result);
  if (result.failed > 0) throw new Error(`${result.failed} tests failed`);
}

/** Written beside and renamed, so that nobody reads half of it. */
async function report(result: Result): Promise<void> {
  const file = process.env['EKSLB_E2E_RESULT'];
  if (file === undefined) return;
  await writeFile(`${file}.part`, JSON.stringify(result, null, 2));
  await rename(`${file}.part`, file);
}
