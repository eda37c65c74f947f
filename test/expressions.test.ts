/** No regular expression can be made to hang: each is run on texts made from its own parts to slow it down. */
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Attack, attacksOn, textOf } from '../scripts/expressions/attacks';
import { collect, expressionsIn, type Found } from '../scripts/expressions/collect';
import { lint, slowPart } from '../scripts/expressions/lint';

const root = resolve(import.meta.dirname, '..');
const { found } = collect(root, ['src', 'server']);
const distinct = [...new Map(found.map((one) => [`/${one.source}/${one.flags}`, one])).entries()];

const SHORT = 10_000;
const LONG = 80_000;

/** A linear expression takes eight times as long for a text of eight times the length, a quadratic one 64 times. */
const GROWTH = 24;

/** Less is not measured reliably, and nobody waits for it. */
const NOTICED_MS = 4;

function time({ source, flags }: Found, text: string): number {
  const regex = new RegExp(source, flags);
  const began = performance.now();
  // All matches, as `replace` and `matchAll` look for them, without the texts that those would make.
  while (regex.test(text) && regex.global) if (regex.lastIndex >= text.length) break;
  return performance.now() - began;
}

/** The best of a few runs: others use the machine, too. */
function best(expression: Found, text: string, runs: number): number {
  return Math.min(...Array.from({ length: runs }, () => time(expression, text)));
}

/** Only what is slow again and again is: on a busy machine anything may be slow once. */
function grows(expression: Found, attack: Attack, from: number, to: number): boolean {
  const [short, long] = [textOf(attack, from), textOf(attack, to)];
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const slow = best(expression, long, attempt === 0 ? 1 : 4);
    if (slow < NOTICED_MS || slow / best(expression, short, 5) <= GROWTH) return false;
  }
  return true;
}

const ATTEMPTS = 5;

/** What is slow shows with short texts already, with which it does not take minutes. */
function isSlow(expression: Found, attack: Attack): boolean {
  return grows(expression, attack, SHORT / 8, SHORT) || grows(expression, attack, SHORT, LONG);
}

function slowOn(expression: Found): Attack | undefined {
  return attacksOn(expression).find((attack) => isSlow(expression, attack));
}

describe('regular expressions', () => {
  test('all are found', () => {
    const text = ['const A = /a+/;', 'new RegExp(`$', '{A.source}$', "{b}+`, 'g'); RegExp(c);"].join('');
    expect(expressionsIn('x.ts', text)).toEqual({
      found: [
        { place: 'x.ts:1', source: 'a+', flags: '' },
        { place: 'x.ts:1', source: 'a+x+', flags: 'g' },
      ],
      unknown: ['x.ts:1'],
    });
    expect(distinct.length).toBeGreaterThan(300);
  });

  test('none is proven to be slow', () => expect(lint(root)).toEqual([]));

  test.each(distinct)('%s takes time in proportion to the text', (_, expression) => {
    expect(slowOn(expression)).toBeUndefined();
  });

  /** What stood in the sources once. */
  test.each([
    [/^\s*kind:\s*["']?Ingress["']?\s*(#.*)?$/m],
    [/\n+$/],
    [/\s*\n\s*/g],
    [/\s#.*$/],
    [/-+$/],
    [/[^.]*$/],
    [/\p{Cc}+$/u],
    [/\d+\.\d+(\.\d+)?/],
    [/(\w+) path shouldn't contain wildcards: (\S+)/],
    [/ at line .*$/],
    [/(?<="port"\s*:\s*)443\b/i],
  ])('%s is found out', ({ source, flags }) => {
    const expression = { place: '', source, flags };
    expect(slowPart(expression) !== undefined || slowOn(expression) !== undefined).toBe(true);
  });
});
