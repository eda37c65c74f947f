import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { optimizeRules, type Rule } from '../../../src/model/build/ruleOptimizer';

const FORWARD: Rule['actions'] = [{ type: 'forward' }];
const TO_HTTPS: Rule['actions'] = [
  { type: 'redirect', redirectConfig: { port: '443', protocol: 'HTTPS', statusCode: 'HTTP_301' } },
];

function rule(actions: Rule['actions'], hosts: readonly string[], paths: readonly string[]): Rule {
  const conditions = [
    ...(hosts.length === 0 ? [] : [{ field: 'host-header', hostHeaderConfig: { values: hosts } }]),
    ...(paths.length === 0 ? [] : [{ field: 'path-pattern', pathPatternConfig: { values: paths } }]),
  ];
  return { actions, conditions };
}

/** A rule as `redirect|forward hosts paths`. */
function text({ actions, conditions }: Rule): string {
  const values = conditions.map(
    (one) => (one.hostHeaderConfig ?? one.pathPatternConfig)?.values?.join(',') ?? one.field,
  );
  return [actions[0]?.type ?? '', ...values].join(' ');
}

describe('ssl-redirect by an action', () => {
  const rules = [rule(TO_HTTPS, [], ['/*']), rule(FORWARD, ['a.com'], ['/*'])];

  test('on HTTP the redirect answers everything', () => {
    expect(optimizeRules(80, 'HTTP', rules).map(text)).toEqual(['redirect /*']);
  });

  test('on HTTPS it would loop, and is left out', () => {
    expect(optimizeRules(443, 'HTTPS', rules).map(text)).toEqual(['forward a.com /*']);
  });

  test('a redirect to another host does not loop', () => {
    const other: Rule['actions'] = [
      { type: 'redirect', redirectConfig: { host: 'b.com', statusCode: 'HTTP_302' } },
    ];
    expect(optimizeRules(443, 'HTTPS', [rule(other, ['a.com'], [])])).toHaveLength(1);
    expect(optimizeRules(443, 'HTTPS', [rule(other, ['b.com'], [])])).toHaveLength(0);
  });

  test('a redirect with a condition that is neither host nor path covers nothing', () => {
    const picky: Rule = {
      actions: TO_HTTPS,
      conditions: [{ field: 'source-ip', sourceIPConfig: { values: ['10.0.0.0/8'] } }],
    };
    expect(optimizeRules(80, 'HTTP', [picky, rule(FORWARD, [], ['/*'])])).toHaveLength(2);
  });
});

describe('whatever the rules', () => {
  const hosts = fc.subarray(['a.com', 'b.com']);
  const paths = fc.subarray(['/x', '/y', '/*']);
  const anyRule = fc.tuple(fc.constantFrom(FORWARD, TO_HTTPS), hosts, paths).map((parts) => rule(...parts));

  /** Who answers a request: the first rule that matches; exact values and `/*` are all that these rules have. */
  function answer(rules: readonly Rule[], host: string, path: string): string {
    const meets = ({ conditions }: Rule) =>
      conditions.every(({ hostHeaderConfig: h, pathPatternConfig: p }) =>
        h === undefined ? p?.values?.some((one) => one === '/*' || one === path) : h.values?.includes(host),
      );
    return rules.find(meets)?.actions[0]?.type ?? 'default';
  }

  test('no request is answered differently on HTTP', () => {
    fc.assert(
      fc.property(fc.array(anyRule, { maxLength: 8 }), (rules) => {
        const left = optimizeRules(80, 'HTTP', rules);
        for (const host of ['a.com', 'b.com', 'c.com']) {
          for (const path of ['/x', '/y', '/z'])
            expect(answer(left, host, path)).toBe(answer(rules, host, path));
        }
        expect(rules.filter((one) => left.includes(one))).toEqual(left);
      }),
    );
  });
});
