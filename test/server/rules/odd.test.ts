/** People write anything anywhere: each part of the examples is replaced by something that does not belong there. */
import { describe, expect, test } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { createService } from '../../../server/service';
import { DEFAULT_CONFIG } from '../../../server/settings';
import type { Rule } from '../../../src/rules';
import { rules } from '../../../src/rules';
import { yaml } from '../../helpers/cursor';

const ODD: readonly unknown[] = [null, 'x', 1, [null], { a: 1 }];

/** The value with each of its parts, one after the other, replaced. */
function* replaced(value: unknown): Generator<unknown> {
  yield* ODD;
  if (Array.isArray(value)) {
    for (const [at, one] of value.entries())
      for (const other of replaced(one))
        yield value.map((old: unknown, index) => (index === at ? other : old));
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, one] of Object.entries(value))
      for (const other of replaced(one)) yield { ...value, [key]: other };
  }
}

function check(text: string, { profile = {} }: Rule): void {
  const service = createService({ configOf: () => ({ ...DEFAULT_CONFIG, profile }) });
  const document = yaml(text);
  const range = { start: document.positionAt(0), end: document.positionAt(text.length) };
  service.validate(document);
  service.codeActions(document, range);
}

describe('no check stumbles over odd values', () => {
  test.each(Object.entries<Rule>(rules))('%s', (_, rule) => {
    // Examples of quotas are the same lines a hundred times.
    for (const text of [rule.bad].filter(({ length }) => length < 2500)) {
      const documents = parseAllDocuments(text).map((one) =>
        'toJS' in one ? (one.toJS() as unknown) : null,
      );
      for (const [at, document] of documents.entries()) {
        for (const odd of replaced(document)) {
          const all = documents.map((one, index) => stringify(index === at ? odd : one));
          expect(() => check(all.join('---\n'), rule), all.join('---\n')).not.toThrow();
        }
      }
    }
  });
});
