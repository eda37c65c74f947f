import { expect, test } from 'vitest';
import { referenceRules } from '../../../src/rules/referenceRules';
import { resourceRules } from '../../../src/rules/resourceRules';
import type { Rule } from '../../../src/rules/rule';
import { project } from '../../helpers/project';

const STRANGE = ['7', '[x]', '{a: 1}', 'null'];
const rows: [string, Rule][] = Object.entries({ ...referenceRules, ...resourceRules });

/** Whatever a person leaves half written in place of a value: the other objects are read with it. */
test.each(rows)('%s: any value may be anything', (_, { bad, profile = {} }) => {
  const lines = bad.split('\n');
  for (const [at, line] of lines.entries()) {
    for (const value of STRANGE) {
      const strange = lines.with(at, line.replace(/: .*|:$/, `: ${value}`)).join('\n');
      expect(() => project({ 'a.yaml': strange }, profile).marked('a.yaml'), strange).not.toThrow();
    }
  }
});
