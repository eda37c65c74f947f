import { sortedBy } from '../conformance/json';
import { AWS_KINDS, KUBE_KINDS } from './kinds';
import type { Result } from './matrix';
import { PHASES } from './scenario';

/** Rows are calls, columns are faults: `ok`, `FAIL`, `-` where the run did not get there, nothing where it is not asked. */
export function tableOf(results: readonly Result[]): string {
  const sections = groupBy(
    inOrder(results),
    ({ cell: { scenario, phase, side } }) => `${scenario}, ${phase}, ${side}`,
  );
  return [...sections].map(([title, rows]) => sectionOf(title, rows)).join('\n\n');
}

function sectionOf(title: string, results: readonly Result[]): string {
  const kinds = results[0]?.cell.side === 'kube' ? KUBE_KINDS : AWS_KINDS;
  const columns = kinds.map(({ name }) => name);
  const rows = groupBy(results, ({ cell: { nth, call } }) => `${String(nth).padStart(3)} ${call}`);
  const lines = [...rows].map(([label, cells]) => [label, ...columns.map((name) => markOf(cells, name))]);
  const all = [[title, ...columns], ...lines];
  const widths = all[0]?.map((_, at) => Math.max(...all.map((line) => line[at]?.length ?? 0))) ?? [];
  return all
    .map((line) =>
      line
        .map((text, at) => text.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Two worlds tell their results as they come. */
function inOrder(results: readonly Result[]): Result[] {
  return sortedBy(results, ({ cell: { scenario, phase, side, nth } }) =>
    [scenario, PHASES.indexOf(phase), side, String(nth).padStart(3)].join(),
  );
}

function markOf(results: readonly Result[], name: string): string {
  const found = results.find(({ cell }) => cell.kind.name === name);
  if (found === undefined) return '';
  if (found.problems.length > 0) return 'FAIL';
  return found.reached ? 'ok' : '-';
}

export function summaryOf(results: readonly Result[], seconds: number): string {
  const failed = results.filter(({ problems }) => problems.length > 0).length;
  const reached = results.filter((one) => one.reached).length;
  return `${results.length} cells, ${reached} reached, ${failed} failed, ${Math.round(seconds)} s`;
}

export function problemsOf(results: readonly Result[]): string[] {
  return results.flatMap(({ cell: { scenario, phase, side, nth, call, kind }, problems }) =>
    problems.map((text) => `${scenario} ${phase} ${side} ${nth} ${call}, ${kind.name}: ${text}`),
  );
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
