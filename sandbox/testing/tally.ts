/** How a suite ended. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  /** What failed, one line (or more) each. */
  readonly failures?: readonly string[];
}

export function total(tallies: readonly Tally[]): Tally {
  const sum = (pick: (tally: Tally) => number) => tallies.reduce((so, tally) => so + pick(tally), 0);
  return { passed: sum(({ passed }) => passed), failed: sum(({ failed }) => failed) };
}

/** The last line of `npm test`, and of scripts/check.mjs. */
export function summary({ passed, failed }: Tally): string {
  return `${passed} passed, ${failed} failed`;
}

/** Reads that line; a program that ended badly has failed even if it never came to write it. */
export function fromSummary(output: string, code: number): Tally {
  const [, passed = '0', failed = '0'] = /(\d+) passed, (\d+) failed\s*$/.exec(output) ?? [];
  return atLeastOne({ passed: Number(passed), failed: Number(failed) }, code);
}

interface VitestReport {
  readonly numPassedTests?: number;
  readonly numFailedTests?: number;
  readonly testResults?: readonly {
    readonly name: string;
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages?: readonly string[] | null;
    }[];
  }[];
}

/** vitest's JSON reporter. A file that cannot be loaded has no tests, so the exit code counts as well. */
export function fromVitest(text: string, code: number): Tally {
  const report = (text === '' ? {} : JSON.parse(text)) as VitestReport;
  const files = report.testResults ?? [];
  const failures = files.flatMap(({ name, message, assertionResults }) => {
    const failed = assertionResults.filter(({ status }) => status === 'failed');
    const lines = failed.map(
      ({ fullName, failureMessages }) => `${fullName}: ${firstLine(failureMessages?.[0])}`,
    );
    return lines.length === 0 && message ? [`${name}: ${firstLine(message)}`] : lines;
  });
  return atLeastOne(
    { passed: report.numPassedTests ?? 0, failed: report.numFailedTests ?? 0, failures },
    code,
  );
}

/** Python's unittest: `Ran 24 tests in 3.2s`, then `OK` or `FAILED (failures=1, errors=2)`. */
export function fromUnittest(output: string, code: number): Tally {
  const ran = Number(/^Ran (\d+) tests?/m.exec(output)?.[1] ?? 0);
  const bad = [...output.matchAll(/(failures|errors|unexpected successes)=(\d+)/g)].reduce(
    (so, found) => so + Number(found[2]),
    0,
  );
  const skipped = Number(/skipped=(\d+)/.exec(output)?.[1] ?? 0);
  const failures = [...output.matchAll(/^(?:FAIL|ERROR): (.*)$/gm)].map((found) => found[1] ?? '');
  return atLeastOne({ passed: Math.max(0, ran - bad - skipped), failed: bad, failures }, code);
}

/** `python -m probe`: `total   248 of 252`; exit code 0 means as good as the local AWS is known to be. */
export function fromProbe(output: string, code: number): Tally {
  const passed = Number(/^total\s+(\d+) of \d+$/m.exec(output)?.[1] ?? 0);
  const failures = [...output.matchAll(/^.*\(expected \d+\)$/gm)].map(([line]) => line.trim());
  return atLeastOne({ passed, failed: 0, failures }, code);
}

/** What test/e2e/index.ts writes to EKSLB_E2E_RESULT. */
export interface EditorResult {
  readonly passed: number;
  readonly failed: number;
  readonly failures: readonly { readonly title: string; readonly message: string }[];
}

export function fromEditor({ passed, failed, failures }: EditorResult): Tally {
  return { passed, failed, failures: failures.map(({ title, message }) => `${title}: ${message}`) };
}

/** A suite without a single test is a failure, and so is one that ends badly without saying which. */
function atLeastOne(tally: Tally, code: number): Tally {
  if (tally.failed > 0) return tally;
  return code !== 0 || tally.passed === 0 ? { ...tally, failed: 1 } : tally;
}

function firstLine(text: string | undefined): string {
  return text?.split('\n')[0] ?? '';
}
