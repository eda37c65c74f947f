import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shown } from '../src/cli/terminal';
import { codeBlock, codeSpan, plainText, withoutLinks } from '../src/markdown';
import { inLines, oneLine, printable, printableJson } from '../src/printable';

const OBEYED = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/u;
/** Escapes, bidi, line ends and commands of a workflow among ordinary text. */
const hostile = fc
  .array(
    fc.constantFrom(
      '\x1b[1A',
      '\x1b[2K',
      '\r',
      '\n',
      '\t',
      '\x9b',
      '\u202e',
      '\u2066',
      '\ufeff',
      '\0',
      '::',
      '##[',
      ' ',
      '`',
      'a',
      '|',
      '<',
    ),
  )
  .map((parts) => parts.join(''));

describe('text from outside', () => {
  test.each([
    ['/\x1b[1A\x1b[2K\nPlan: no change', '/␛[1A␛[2K␊Plan: no change'],
    ['a\rb\u202egnp.\u2069c', 'a␍b‹U+202E›gnp.‹U+2069›c'],
    ['\x7f\x9b', '␡‹U+009B›'],
    ['ordinary, ümläuts, 日本語, ✓', 'ordinary, ümläuts, 日本語, ✓'],
  ])('%j is shown as %j', (text, seen) => expect(oneLine(text)).toBe(seen));

  test('no terminal finds anything to obey, and a value never makes a line of its own', () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1 }), (values) => {
        const lines = inLines(values.map((value) => `  + Rule ${value}`)).split('\n');
        expect(lines).toHaveLength(values.length);
        for (const line of lines) expect(line).not.toMatch(OBEYED);
      }),
    );
  });

  test('no line of a workflow is a command', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const seen = shown(text);
        expect(seen).not.toContain('##[');
        for (const line of seen.split('\n')) expect(line.trim().startsWith('::')).toBe(false);
        expect(seen.replaceAll('\n', '')).not.toMatch(OBEYED);
      }),
    );
  });

  test('JSON is exactly the value, and holds nothing to obey', () => {
    fc.assert(
      fc.property(fc.dictionary(hostile, fc.array(hostile)), (value) => {
        const text = printableJson(value);
        expect(JSON.parse(text)).toEqual(value);
        expect(text.replaceAll('\n', '')).not.toMatch(OBEYED);
        expect(text).not.toContain('##[');
      }),
    );
  });
});

describe('text from outside in Markdown', () => {
  test.each([
    ['plain', '`plain`'],
    ['a`b', '``a`b``'],
    ['`', '`` ` ``'],
    ['``` ![x](http://evil.example/x.png)', '```` ``` ![x](http://evil.example/x.png) ````'],
    ['a\n\n# b', '`a␊␊# b`'],
  ])('%j as code', (text, markdown) => expect(codeSpan(text)).toBe(markdown));

  test('a fence within does not end the block', () => {
    expect(codeBlock('a\n```\n![x](y)\n````', 'json')).toBe('`````json\na\n```\n![x](y)\n````\n`````');
  });

  test('a message of the editor has no link of theirs', () => {
    expect(withoutLinks('[Fix](command:workbench.action.terminal.new) \x1b[1A')).toBe(
      '[Fix] (command:workbench.action.terminal.new) ␛[1A',
    );
  });

  test('plain text has no markup', () => {
    expect(plainText('[a](command:x) <img src=x> **b** &amp; `c`')).toBe(
      '\\[a\\]\\(command\\:x\\) &lt;img src=x\\> \\*\\*b\\*\\* &amp;amp; \\`c\\`',
    );
  });

  test('a code span ends where it should, whatever it holds', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const span = codeSpan(text);
        const [fence = ''] = /^`+/.exec(span) ?? [];
        const inner = span.slice(fence.length, -fence.length);
        expect([...inner.matchAll(/`+/g)].every(([run]) => run.length !== fence.length)).toBe(true);
      }),
    );
    expect(printable('x')).toBe('x');
  });
});
