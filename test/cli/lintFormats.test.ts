import { describe, expect, test } from 'vitest';
import { FORMATS, type LintFinding } from '../../src/cli/lintFormats';

const FINDINGS: readonly LintFinding[] = [
  {
    file: 'a, b/web.yaml',
    line: 7,
    column: 31,
    endLine: 7,
    endColumn: 37,
    severity: 'error',
    code: 'not-an-option',
    message: 'No such scheme: 100%.\nUse internal.',
    help: 'https://example.com/scheme',
  },
  {
    file: 'web.yaml',
    line: 1,
    column: 1,
    endLine: 2,
    endColumn: 1,
    severity: 'warning',
    code: 'quotes',
    message: 'Quote it.',
    help: undefined,
  },
  {
    file: 'web.yaml',
    line: 3,
    column: 1,
    endLine: 3,
    endColumn: 2,
    severity: 'info',
    code: 'quotes',
    message: 'Quote it too.',
    help: undefined,
  },
];
const printed = (format: string, findings = FINDINGS) => FORMATS[format]?.(findings) ?? '';

test('text: one line each, as editors and grep read it', () => {
  expect(printed('text').split('\n')).toEqual([
    'a, b/web.yaml:7:31 error not-an-option: No such scheme: 100%. Use internal.',
    'web.yaml:1:1 warning quotes: Quote it.',
    'web.yaml:3:1 info quotes: Quote it too.',
    '1 errors, 1 warnings, 1 notes',
  ]);
  expect(printed('text', [])).toBe('no finding');
});

test('github: commands in which nothing can be taken for syntax', () => {
  expect(printed('github').split('\n')).toEqual([
    '::error file=a%2C b/web.yaml,line=7,col=31,endLine=7,endColumn=37,title=not-an-option::No such scheme: 100%25.%0AUse internal.',
    '::warning file=web.yaml,line=1,col=1,endLine=2,endColumn=1,title=quotes::Quote it.',
    '::notice file=web.yaml,line=3,col=1,endLine=3,endColumn=2,title=quotes::Quote it too.',
  ]);
  expect(printed('github', [])).toBe('');
});

test('json: the findings themselves', () => {
  expect(JSON.parse(printed('json'))).toEqual(JSON.parse(JSON.stringify(FINDINGS)));
});

describe('sarif', () => {
  const log = JSON.parse(printed('sarif'));

  test('one run of a named tool, a rule for every code, levels of the standard', () => {
    expect([log.version, log.runs.length, log.runs[0].tool.driver.name]).toEqual(['2.1.0', 1, 'ekslb']);
    const rules = log.runs[0].tool.driver.rules.map(({ id }: { id: string }) => id);
    expect(rules).toEqual(['not-an-option', 'quotes']);
    for (const { ruleId, level } of log.runs[0].results) {
      expect(rules).toContain(ruleId);
      expect(['none', 'note', 'warning', 'error']).toContain(level);
    }
  });

  test('places as relative URIs and regions from 1', () => {
    const { artifactLocation, region } = log.runs[0].results[0].locations[0].physicalLocation;
    expect(region).toEqual({ startLine: 7, startColumn: 31, endLine: 7, endColumn: 37 });
    expect(artifactLocation.uri).toBe('a%2C%20b/web.yaml');
  });

  test('nothing found is a run without results', () => {
    expect(JSON.parse(printed('sarif', [])).runs[0].results).toEqual([]);
  });
});
