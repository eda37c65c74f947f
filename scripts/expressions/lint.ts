/** `npm run check`: every regular expression of the product takes time in proportion to the text. */
import { analyse } from 'scslre';
import { collect, type Found } from './collect';

const TYPES = { Move: true, Self: true, Trade: true };

/** Why an expression may take more than that; undefined if it does not (github.com/RunDevelopment/scslre). */
export function slowPart({ source, flags }: Pick<Found, 'source' | 'flags'>): string | undefined {
  const [report] = analyse({ source, flags }, { reportTypes: TYPES, maxReports: 1 }).reports;
  if (report === undefined) return undefined;
  const quantifiers = report.type === 'Trade' ? [report.startQuant, report.endQuant] : [report.quant];
  const growth = report.exponential ? 'exponential' : 'polynomial';
  return `${quantifiers.map(({ raw }) => raw).join(' and ')} can share ${report.character.literal.source}: ${growth}`;
}

/** What is wrong with the expressions below `src` and `server`, one a line. */
export function lint(root: string): string[] {
  const { found, unknown } = collect(root, ['src', 'server']);
  const slow = found.flatMap((one) => {
    const why = slowPart(one);
    return why === undefined ? [] : [`${one.place}: /${one.source}/${one.flags}: ${why}`];
  });
  return [...slow, ...unknown.map((place) => `${place}: the expression is known only when it runs`)];
}
