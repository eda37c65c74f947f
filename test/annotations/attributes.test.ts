import { describe, expect, test } from 'vitest';
import * as tables from '../../src/annotations/attributes';
import { minimumTls, sslPolicies } from '../../src/annotations/sslPolicies';

describe.each(Object.entries(tables))('%s', (_, { attributes, foreign, owner }) => {
  test.each(Object.entries(attributes))(
    '%s: what AWS takes by itself is right, and so is what is offered',
    (key, { kind, fallback, doc }) => {
      if (fallback !== undefined) expect(kind.check(fallback)).toEqual([]);
      for (const { text } of kind.suggest?.('', 0) ?? []) expect(kind.check(text)).toEqual([]);
      expect(doc).toMatch(/\.$/);
      for (const [name, whose] of Object.entries(foreign ?? {})) {
        expect(key === name || (name.endsWith('.') && key.startsWith(name))).toBe(false);
        expect(whose).not.toBe(owner);
      }
    },
  );
});

test('the names of SSL policies tell the oldest TLS version', () => {
  const by = (version: string) => sslPolicies.filter((policy) => minimumTls(policy) === version).length;
  expect([by('1.0'), by('1.1'), by('1.2'), by('1.3')]).toEqual([7, 4, 29, 5]);
  expect(sslPolicies.filter((policy) => minimumTls(policy) === undefined)).toEqual([]);
  expect(new Set(sslPolicies).size).toBe(sslPolicies.length);
});
