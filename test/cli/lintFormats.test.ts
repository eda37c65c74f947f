import { describe, expect, test } from 'vitest';
import type { LintFinding } from '../../src/cli/lintFinding';
import { FORMATS } from '../../src/cli/lintFormats';
import { sarifErrors } from '../helpers/sarif';

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
  {
    file: 'große Läden/web 1.yaml',
    line: 4,
    column: 2,
    endLine: 4,
    endColumn: 9,
    severity: 'hint',
    code: 'path-semantics',
    message: 'It is the whole path.',
    help: 'https://example.com/path-semantics',
    related: [
      { file: 'other.yaml', line: 9, column: 1, endLine: 9, endColumn: 4, message: 'This one takes them.' },
    ],
  },
];
const printed = (format: string, findings = FINDINGS) => FORMATS[format]?.(findings) ?? '';

test('text: one line each, as editors and grep read it', () => {
  expect(printed('text').split('\n')).toEqual([
    'a, b/web.yaml:7:31 error not-an-option: No such scheme: 100%. Use internal.',
    'web.yaml:1:1 warning quotes: Quote it.',
    'web.yaml:3:1 info quotes: Quote it too.',
    'große Läden/web 1.yaml:4:2 hint path-semantics: It is the whole path.',
    '1 error, 1 warning, 1 note, 1 hint',
  ]);
  expect(printed('text', FINDINGS.slice(0, 1)).split('\n').at(-1)).toBe('1 error, 0 warnings, 0 notes');
  expect(printed('text', [])).toBe('no finding');
});

test('github: commands in which nothing can be taken for syntax', () => {
  expect(printed('github').split('\n')).toEqual([
    '::error file=a%2C b/web.yaml,line=7,col=31,endLine=7,endColumn=37,title=not-an-option::No such scheme: 100%25.%0AUse internal.',
    '::warning file=web.yaml,line=1,col=1,endLine=2,endColumn=1,title=quotes::Quote it.',
    '::notice file=web.yaml,line=3,col=1,endLine=3,endColumn=2,title=quotes::Quote it too.',
    '::notice file=große Läden/web 1.yaml,line=4,col=2,endLine=4,endColumn=9,title=path-semantics::It is the whole path.',
  ]);
  expect(printed('github', [])).toBe('');
  const odd = {
    ...(FINDINGS[1] as LintFinding),
    file: 'C:\\50%\r\n,a.yaml',
    message: 'a\r\n::error::b: 5%, c',
  };
  expect(printed('github', [odd])).toBe(
    '::warning file=C%3A\\50%25%0D%0A%2Ca.yaml,line=1,col=1,endLine=2,endColumn=1,title=quotes::a%0D%0A::error::b: 5%25, c',
  );
});

test('json: the findings themselves', () => {
  expect(JSON.parse(printed('json'))).toEqual(JSON.parse(JSON.stringify(FINDINGS)));
});

describe('sarif', () => {
  const log = JSON.parse(printed('sarif'));

  test('one run of a named tool, a rule for every code, levels of the standard', () => {
    expect([log.version, log.runs.length, log.runs[0].tool.driver.name]).toEqual(['2.1.0', 1, 'ekslb']);
    const rules = log.runs[0].tool.driver.rules.map(({ id }: { id: string }) => id);
    expect(rules).toEqual(['not-an-option', 'quotes', 'path-semantics']);
    for (const { ruleId, level } of log.runs[0].results) {
      expect(rules).toContain(ruleId);
      expect(['none', 'note', 'warning', 'error']).toContain(level);
    }
  });

  test('is what the standard says, with and without findings', () => {
    expect(sarifErrors(log)).toEqual([]);
    expect(sarifErrors(JSON.parse(printed('sarif', [])))).toEqual([]);
    expect(sarifErrors({ ...log, version: '2.0.0' })).not.toEqual([]);
  });

  test('a rule of ours comes with its texts and its own level', () => {
    const [known, unknown, hint] = log.runs[0].tool.driver.rules;
    expect(known).toEqual({
      id: 'not-an-option',
      helpUri: 'https://example.com/scheme',
      shortDescription: { text: 'Value outside its enumeration.' },
      fullDescription: { text: 'The controller or AWS refuses it, and the group stops being updated.' },
      help: {
        text: 'Value outside its enumeration. The controller or AWS refuses it, and the group stops being updated.',
        markdown:
          '**Value outside its enumeration.** The controller or AWS refuses it, and the group stops being updated. [Examples](https://example.com/scheme)',
      },
      defaultConfiguration: { level: 'error' },
    });
    expect(unknown).toEqual({ id: 'quotes' });
    expect(hint.defaultConfiguration).toEqual({ level: 'note' });
  });

  test('results point at their rules and at related places', () => {
    const { results, tool } = log.runs[0];
    for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex].id).toBe(ruleId);
    expect(results.map(({ level }: { level: string }) => level)).toEqual([
      ...['error', 'warning', 'note', 'note'],
    ]);
    expect(results[3].relatedLocations).toEqual([
      {
        id: 1,
        physicalLocation: {
          artifactLocation: { uri: 'other.yaml' },
          region: { startLine: 9, startColumn: 1, endLine: 9, endColumn: 4 },
        },
        message: { text: 'This one takes them.' },
      },
    ]);
  });

  test('places as relative URIs and regions from 1', () => {
    const { artifactLocation, region } = log.runs[0].results[0].locations[0].physicalLocation;
    expect(region).toEqual({ startLine: 7, startColumn: 31, endLine: 7, endColumn: 37 });
    expect(artifactLocation.uri).toBe('a%2C%20b/web.yaml');
    const last = log.runs[0].results[3].locations[0].physicalLocation.artifactLocation.uri;
    expect(last).toBe('gro%C3%9Fe%20L%C3%A4den/web%201.yaml');
  });

  test('nothing found is a run without results', () => {
    expect(JSON.parse(printed('sarif', [])).runs[0].results).toEqual([]);
  });
});
