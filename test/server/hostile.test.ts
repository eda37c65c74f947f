/** Files that nobody writes on purpose: the server answers, soon, and is right again once they are mended. */
import { describe, expect, test } from 'vitest';
import { createService } from '../../server/service';
import { updateManifest } from '../../server/text/manifest';
import { ingress, yaml } from '../helpers/cursor';

const KEY = 'alb.ingress.kubernetes.io/';
const GOOD = ingress(`${KEY}scheme: internal`, `${KEY}target-type: ip`);
const LONG = 1_000_000;

const bomb = Array.from({ length: 12 }, (_, i) =>
  i === 0 ? 'a0: &a0 [x]' : `a${i}: &a${i} [${`*a${i - 1}, `.repeat(9)}x]`,
).join('\n');
const value = (text: string) => ingress(`${KEY}tags: ${text}`);
const deep = Array.from({ length: 2_000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n');

const HOSTILE: Readonly<Record<string, string>> = {
  'a line of a million letters': value('x'.repeat(LONG)),
  'a million blanks': value(`a=b${' '.repeat(LONG)}c`),
  'a million commas': value(','.repeat(LONG)),
  'an open quote over a million letters': value(`'${"''".repeat(LONG / 2)}`),
  'a million backslashes': value(`"${'\\\\'.repeat(LONG / 2)}"`),
  'deep JSON': ingress(`${KEY}actions.a: '${'['.repeat(10_000)}'`),
  'deep JSON objects': ingress(`${KEY}conditions.a: '${'{"a":'.repeat(10_000)}'`),
  'deep flow collections': `${GOOD}x: ${'['.repeat(10_000)}`,
  'deep indentation': `${GOOD}${deep}\n`,
  'an alias bomb': `${GOOD}${bomb}\n`,
  'a hundred thousand markers': `${GOOD}${'---\n'.repeat(100_000)}`,
  'lone carriage returns': GOOD.replaceAll('\n', '\r'),
  tabs: GOOD.replaceAll('  ', '\t'),
  'broken UTF-8': Buffer.from(GOOD).fill(0xc3, 60, 80).toString('utf8'),
  'lone surrogates': value('\ud800\udc00\ud800'.repeat(1_000)),
  'many comments that silence': `${'# ekslb-ignore '.repeat(20_000)}\n${GOOD}`,
};

/** A guard against what takes for ever, on any machine; how long things take is measured by the bench. */
const PATIENCE_MS = 5_000;

describe('hostile files', () => {
  test.each(Object.entries(HOSTILE))('%s', async (_, text) => {
    const service = createService();
    const hostile = yaml(text);
    const began = performance.now();
    service.validate(hostile);
    const lines = [0, Math.min(8, hostile.lineCount - 1), hostile.lineCount - 1];
    for (const line of lines) {
      const position = { line, character: 40 };
      await service.complete(hostile, position);
      service.hover(hostile, position);
      service.codeActions(hostile, { start: position, end: position });
    }
    expect(performance.now() - began).toBeLessThan(PATIENCE_MS);
    const whole = { start: { line: 0, character: 0 }, end: hostile.positionAt(text.length) };
    const mended = updateManifest(hostile, [{ range: whole, text: GOOD }], 2);
    expect(service.validate(mended)).toEqual(createService().validate(yaml(GOOD)));
  });
});
