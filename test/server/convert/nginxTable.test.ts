import { expect, test } from 'vitest';
import { nginxTable } from '../../../server/convert/nginxTable';

const rows = Object.entries(nginxTable);

test('every row has its words', () => {
  for (const [name, { instead, why }] of rows) {
    expect(name).toMatch(/^[a-z0-9-]+$/);
    expect(instead, name).not.toMatch(/^[A-Z]|\.$/);
    expect(why, name).toMatch(/^[A-Zn].*\.$/);
  }
});

test('what is converted has a conversion', () => {
  const without = rows.filter(
    ([, row]) => ['converted', 'partly'].includes(row.verdict) && row.convert === undefined,
  );
  expect(without).toEqual([]);
});

test('what keeps people out and gets lost is marked', () => {
  const guards = rows.filter(([, row]) => row.guards === true).map(([name]) => name);
  expect(guards).toEqual(
    expect.arrayContaining(['auth-url', 'auth-type', 'denylist-source-range', 'limit-rps']),
  );
});
