/** What is made in steps is remembered only if nothing that it was made from changed between two of them. */
import { expect, test } from 'vitest';
import { atOnce, type Steps } from '../../server/turns';
import { createMemo, type Memo } from '../../server/workspace/memo';

/** Reads `a` in its first step and `b`, through another result, in its second. */
function* twoSteps(memo: Memo): Steps<string> {
  memo.read('a');
  yield;
  return yield* memo.cachedInSteps('inner', function* () {
    memo.read('b');
    yield;
    return 'made';
  });
}

const begin = (memo: Memo) => memo.cachedInSteps('outer', () => twoSteps(memo));

test('it is remembered, and forgotten with any of its inputs', () => {
  for (const input of ['a', 'b']) {
    const memo = createMemo();
    expect(atOnce(begin(memo))).toBe('made');
    expect(memo.knows('outer')).toBe(true);
    memo.touch(input);
    expect(memo.knows('outer')).toBe(false);
  }
});

test.each([
  ['a', 1],
  ['a', 2],
  ['b', 2],
])('a change of `%s` after step %i counts', (input, steps) => {
  const memo = createMemo();
  const making = begin(memo);
  for (let step = 0; step < steps; step++) making.next();
  memo.touch(input);
  expect(atOnce(making)).toBe('made');
  expect(memo.knows('outer')).toBe(false);
});

test('what is not its own is not noted while it is put down', () => {
  const memo = createMemo();
  const making = begin(memo);
  making.next();
  memo.cached('other', () => memo.read('c'));
  atOnce(making);
  memo.touch('c');
  expect([memo.knows('outer'), memo.knows('other')]).toEqual([true, false]);
});

test('what is forgotten while it is made stays forgotten, and what is given up leaves nothing', () => {
  const memo = createMemo();
  const making = begin(memo);
  making.next();
  memo.forget('outer');
  atOnce(making);
  expect(memo.knows('outer')).toBe(false);
  const given = begin(memo);
  given.next();
  given.return('');
  memo.cached('later', () => memo.read('a'));
  expect([memo.knows('outer'), memo.knows('later')]).toEqual([false, true]);
});
