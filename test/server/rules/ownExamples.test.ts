import { describe, expect, test } from 'vitest';
import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { createService } from '../../../server/service';
import { DEFAULT_CONFIG } from '../../../server/settings';
import { referenceRules } from '../../../src/rules/referenceRules';
import { resourceRules } from '../../../src/rules/resourceRules';
import type { Rule } from '../../../src/rules/rule';
import { yaml } from '../../helpers/cursor';

function found(text: string, { profile = {} }: Rule) {
  return createService({ configOf: () => ({ ...DEFAULT_CONFIG, profile }) }).validate(yaml(text));
}

describe('the examples of the rules about references and resources', () => {
  const rows: [string, Rule][] = Object.entries({ ...referenceRules, ...resourceRules });
  test.each(rows)('%s: the bad one has it and no other mistake', (code, rule) => {
    const grave = found(rule.bad, rule).filter(({ severity = 1 }) => severity <= DiagnosticSeverity.Warning);
    expect(found(rule.bad, rule).map((one) => one.code)).toContain(code);
    expect([...new Set(grave.map((one) => one.code))].filter((one) => one !== code)).toEqual([]);
  });

  test.each(rows)('%s: the good one has none', (_, rule) => {
    expect(found(rule.good, rule).map((one) => `${one.code} ${one.message}`)).toEqual([]);
  });
});
