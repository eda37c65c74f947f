/** The list of what goes wrong against the rules: nothing on it is forgotten, and no rule stands beside it unnoticed. */
import { expect, test } from 'vitest';
import { type RuleCode, rules } from '../../src/rules';
import { beyondTheList, problems } from '../../src/rules/problems';

const COUNT = 80;
const rows = Object.entries(problems);
const told = new Set<RuleCode>(rows.flatMap(([, problem]) => problem.rules ?? []));

test('every number has its row, in order', () => {
  expect(Object.keys(problems).map(Number)).toEqual(Array.from({ length: COUNT }, (_, index) => index + 1));
});

test.each(rows)('%s: names rules that exist', (_, { rules: codes = [] }) => {
  expect(codes.filter((code) => !Object.hasOwn(rules, code))).toEqual([]);
  expect(new Set(codes).size).toBe(codes.length);
});

test.each(rows)('%s: has a rule where files decide, or says why not', (_, problem) => {
  const { decidable, rules: codes = [], asks, reason = '' } = problem;
  if (codes.length === 0) expect(reason).toMatch(/\.$/);
  if (decidable === 'no') expect(asks).toBeDefined();
  if (decidable === 'file' || decidable === 'files') expect(asks).toBeUndefined();
});

test('all that files decide has a rule, but for what is no mistake', () => {
  const without = rows.filter(
    ([, { decidable, rules: codes = [] }]) =>
      (decidable === 'file' || decidable === 'files') && codes.length === 0,
  );
  expect(without.map(([number]) => number)).toEqual(['78']);
});

test('every rule is told by a row, or stands beyond the list, not both', () => {
  expect([...told, ...beyondTheList].sort()).toEqual(Object.keys(rules).sort());
});

test('commands are asked only for what AWS or the cluster decides', () => {
  for (const [, { command, asks }] of rows) if (command !== undefined) expect(asks).toBeDefined();
});

test('symptoms are short, begin as sentences and are all different', () => {
  const symptoms = rows.map(([, { symptom }]) => symptom);
  expect(new Set(symptoms).size).toBe(COUNT);
  for (const symptom of symptoms) expect(symptom).toMatch(/^(gRPC|[A-Z0-9`]).{10,160}[^.]$/);
});
