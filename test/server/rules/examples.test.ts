/** The example manifests of every rule: the bad one has the mistake and no other, the good one has none. */
import { describe, expect, test } from 'vitest';
import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { createService } from '../../../server/service';
import { DEFAULT_CONFIG } from '../../../server/settings';
import { applyEdits } from '../../../server/text/applyEdits';
import type { Rule, RuleCode } from '../../../src/rules';
import { rules } from '../../../src/rules';
import { yaml } from '../../helpers/cursor';
import { liveOf } from '../../helpers/live';

const all = Object.entries<Rule>(rules) as [RuleCode, Rule][];

/** A service that knows what the example is for. */
function serviceFor({ profile = {}, live }: Rule) {
  const known = live === undefined ? {} : { live: liveOf(live.values, { place: live.place }) };
  return createService({ configOf: () => ({ ...DEFAULT_CONFIG, profile }), ...known });
}

function diagnose(text: string, rule: Rule) {
  return serviceFor(rule).validate(yaml(text));
}

function isSerious(severity: DiagnosticSeverity | undefined): boolean {
  return severity === DiagnosticSeverity.Error || severity === DiagnosticSeverity.Warning;
}

describe('the bad example has its mistake and no other', () => {
  test.each(all)('%s', (code, rule) => {
    const found = diagnose(rule.bad, rule);
    expect(found.map((one) => one.code)).toContain(code);
    const others = found.filter((one) => one.code !== code && isSerious(one.severity));
    expect(others.map(({ message }) => message)).toEqual([]);
  });
});

describe('the good example is clean', () => {
  test.each(all)('%s', (_, rule) => {
    expect(diagnose(rule.good, rule).map(({ message }) => message)).toEqual([]);
  });
});

describe('every fix of the bad example leaves it clean', () => {
  test.each(all)('%s', (code, rule) => {
    const document = yaml(rule.bad);
    const service = serviceFor(rule);
    const everywhere = { start: document.positionAt(0), end: document.positionAt(document.getText().length) };
    const actions = service.codeActions(document, everywhere, ['quickfix']);
    for (const { title, edit, diagnostics } of actions) {
      if (diagnostics?.[0]?.code !== code) continue;
      const after = applyEdits(document, edit?.changes?.[document.uri] ?? []);
      const left = diagnose(after, rule).filter((one) => one.code === code || isSerious(one.severity));
      expect({ title, left: left.map(({ message }) => message) }).toEqual({ title, left: [] });
    }
  });
});

describe('texts', () => {
  test.each(all)('%s: why is one sentence', (_, { why, title }) => {
    expect(why).toMatch(/^[A-Z`].*\.$/);
    expect(title).not.toMatch(/\.$/);
  });
});
