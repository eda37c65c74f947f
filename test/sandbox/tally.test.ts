import { describe, expect, test } from 'vitest';
import {
  fromEditor,
  fromProbe,
  fromSummary,
  fromUnittest,
  fromVitest,
  summary,
  type Tally,
  total,
} from '../../sandbox/testing/tally';

function shown(tally: Tally): string {
  return [summary(tally), ...(tally.failures ?? [])].join('; ');
}

describe('a summary line', () => {
  test.each([
    ['types ok\n12 passed, 0 failed\n', 0, '12 passed, 0 failed'],
    ['12 passed, 3 failed', 1, '12 passed, 3 failed'],
    ['12 passed, 0 failed', 1, '12 passed, 1 failed'],
    ['Segmentation fault', 139, '0 passed, 1 failed'],
    ['', 0, '0 passed, 1 failed'],
  ])('%j with exit code %d', (output, code, expected) => {
    expect(shown(fromSummary(output, code))).toBe(expected);
  });
});

describe('unittest', () => {
  test.each([
    ['......\nRan 24 tests in 3.1s\n\nOK\n', 0, '24 passed, 0 failed'],
    ['Ran 24 tests in 3.1s\n\nOK (skipped=2)\n', 0, '22 passed, 0 failed'],
    [
      'FAIL: test_a (tests.T.test_a)\nERROR: test_b (tests.T.test_b)\nRan 5 tests in 1s\n\nFAILED (failures=1, errors=1)\n',
      1,
      '3 passed, 2 failed; test_a (tests.T.test_a); test_b (tests.T.test_b)',
    ],
    ['ModuleNotFoundError: No module named moto', 1, '0 passed, 1 failed'],
    ['Ran 0 tests in 0.000s\n\nOK\n', 0, '0 passed, 1 failed'],
  ])('%j', (output, code, expected) => {
    expect(shown(fromUnittest(output, code))).toBe(expected);
  });
});

describe('the probe', () => {
  test.each([
    ['elbv2   145 of 145\ntotal   248 of 252\n', 0, '248 passed, 0 failed'],
    [
      'elbv2   144 of 145  (expected 145)\ntotal   247 of 252\n',
      1,
      '247 passed, 1 failed; elbv2   144 of 145  (expected 145)',
    ],
  ])('%j', (output, code, expected) => {
    expect(shown(fromProbe(output, code))).toBe(expected);
  });
});

describe('vitest', () => {
  const failed = { status: 'failed', fullName: 'pods follow', failureMessages: ['Error: no\n  at x'] };
  test.each([
    [{ numPassedTests: 7, numFailedTests: 0, testResults: [] }, 0, '7 passed, 0 failed'],
    [
      {
        numPassedTests: 1,
        numFailedTests: 1,
        testResults: [{ name: 'a.test.ts', assertionResults: [failed] }],
      },
      1,
      '1 passed, 1 failed; pods follow: Error: no',
    ],
    [
      {
        numPassedTests: 1,
        numFailedTests: 0,
        testResults: [{ name: 'a.test.ts', message: 'Cannot load', assertionResults: [] }],
      },
      1,
      '1 passed, 1 failed; a.test.ts: Cannot load',
    ],
  ])('%#', (report, code, expected) => {
    expect(shown(fromVitest(JSON.stringify(report), code))).toBe(expected);
  });

  test('without a report has failed', () => {
    expect(shown(fromVitest('', 1))).toBe('0 passed, 1 failed');
  });
});

test('the suite in the editor', () => {
  const result = { passed: 3, failed: 1, failures: [{ title: 'hover', message: 'nothing shown' }] };
  expect(shown(fromEditor(result))).toBe('3 passed, 1 failed; hover: nothing shown');
});

test('the total', () => {
  expect(
    summary(
      total([
        { passed: 1, failed: 0 },
        { passed: 2, failed: 3 },
      ]),
    ),
  ).toBe('3 passed, 3 failed');
});
