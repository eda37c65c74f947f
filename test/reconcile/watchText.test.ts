import { describe, expect, test } from 'vitest';
import { durationMs } from '../../src/cli/watch';
import type { Change } from '../../src/reconcile/change';
import { doneText, driftText, lineOf } from '../../src/reconcile/watch/text';

function change(line: Pick<Change, 'kind' | 'what' | 'name'> & Partial<Change>): Change {
  return { fields: [], apply: async () => undefined, ...line };
}

const path = change({
  ...{ kind: 'update', what: 'Target group', name: 'shop/web:80' },
  fields: [{ path: 'healthCheckPath', before: '/', after: '/ready' }],
});
const targets = change({
  ...{ kind: 'update', what: 'Targets', name: 'shop/k8s-web' },
  fields: [
    { path: 'register', after: '10.0.0.1:80' },
    { path: 'deregister', before: '10.0.0.2:80' },
  ],
});

test('what was done', () => {
  expect([path, targets].map(doneText)).toEqual([
    'updated target group shop/web:80: healthCheckPath from / to /ready',
    'updated targets of shop/k8s-web: register 10.0.0.1:80, deregister 10.0.0.2:80',
  ]);
  const binding = {
    kind: 'create',
    what: 'TargetGroupBinding',
    name: 'shop/b',
    fields: path.fields,
  } as const;
  expect(doneText(change(binding))).toBe('created TargetGroupBinding shop/b');
});

test('what somebody did outside, and what became of it', () => {
  const rule = { what: 'Rule', name: 'HTTP:80 #1' };
  expect(
    [path, change({ kind: 'create', ...rule }), change({ kind: 'delete', ...rule })].map(driftText),
  ).toEqual([
    'drift: target group shop/web:80 was changed outside; set back: healthCheckPath from / to /ready',
    'drift: rule HTTP:80 #1 was deleted outside; made again',
    'drift: rule HTTP:80 #1 was made outside; deleted',
  ]);
});

test('a change of many fields stays one line', () => {
  const fields = Array.from({ length: 9 }, (_, at) => ({ path: 'register', after: `10.0.0.${at}:80` }));
  expect(doneText({ ...targets, fields })).toMatch(/10\.0\.0\.5:80, and 3 more$/);
});

test('a line has time, group and what happened', () => {
  const at = new Date(2026, 2, 1, 9, 5, 7);
  expect(lineOf({ kind: 'change', group: 'shop/web', text: 'created listener HTTP:80' }, at)).toBe(
    '09:05:07 shop/web: created listener HTTP:80',
  );
  expect(lineOf({ kind: 'error', group: undefined, text: 'no answer' }, at)).toBe(
    '09:05:07 error: no answer',
  );
});

describe('--resync', () => {
  test('is a time with its unit', () => {
    expect(['30s', '10m', '2h'].map(durationMs)).toEqual([30_000, 600_000, 7_200_000]);
  });

  test.each(['', '10', '0s', '-1m', '1d', '1.5m', '25h'])('is not %j', (text) => {
    expect(() => durationMs(text)).toThrow(`--resync ${text} is no time between a second and a day.`);
  });
});
