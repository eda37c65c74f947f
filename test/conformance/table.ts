import { ASPECTS } from './compare';
import type { Row } from './runner';

/** Whether nothing differs in any step. */
export function matches(rows: readonly Row[]): boolean {
  return rows.every(({ problems }) => ASPECTS.every((aspect) => problems[aspect].length === 0));
}

/** One line per step and a last line that counts. In the column error, `-`: none was recorded and none came. */
export function tableOf(rows: readonly Row[]): string {
  const head = ['case', ...ASPECTS, 'calls/LBC', 'first difference'];
  const lines = [head, ...rows.map(cellsOf)];
  const widths = head.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  const text = lines.map((cells) =>
    cells
      .map((cell, column) => (column === head.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join(' | ')
      .trimEnd(),
  );
  return [...text, totals(rows)].join('\n');
}

function cellsOf({ case: name, step, problems, errorExpected, calls, callsRecorded }: Row): string[] {
  const marks = ASPECTS.map((aspect) => {
    if (problems[aspect].length > 0) return 'FAIL';
    return aspect === 'error' && !errorExpected ? '-' : 'ok';
  });
  const first =
    ASPECTS.flatMap((aspect) => problems[aspect].slice(0, 1).map((text) => `${aspect}: ${text}`))[0] ?? '';
  return [step === 1 ? name : `${name}/${step}`, ...marks, `${calls}/${callsRecorded}`, first.slice(0, 160)];
}

/** Errors are counted over the steps where one is expected; others are unexpected failures. */
function totals(rows: readonly Row[]): string {
  const counts = ASPECTS.map((aspect) => {
    const counted = rows.filter(({ errorExpected }) => aspect !== 'error' || errorExpected);
    const right = counted.filter(({ problems }) => problems[aspect].length === 0);
    return `${aspect === 'error' ? 'errors' : aspect} ${right.length}/${counted.length}`;
  });
  const surprises = rows.filter(({ problems, errorExpected }) => problems.error.length > 0 && !errorExpected);
  return counts.join(', ') + (surprises.length > 0 ? `; unexpected failures ${surprises.length}` : '');
}

/** The differences of some cases, for the report of a test that fails; cut off after so many. */
export function differencesOf(rows: readonly Row[], limit = 60): string {
  const lines = rows.flatMap(({ case: name, step, problems }) =>
    ASPECTS.flatMap((aspect) =>
      problems[aspect].map((text) => `  ${name}, step ${step}, ${aspect}: ${text}`),
    ),
  );
  const shown = lines.slice(0, limit);
  return [
    ...shown,
    ...(lines.length > shown.length ? [`  ... and ${lines.length - shown.length} more`] : []),
  ].join('\n');
}
