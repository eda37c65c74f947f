import type { Action, RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, test } from 'vitest';
import { actionsText, ruleText } from '../../src/reconcile/compare';

const same = (a: Action[], b: Action[]) => actionsText(a) === actionsText(b);
const sameConditions = (a: RuleCondition[], b: RuleCondition[]) =>
  ruleText([], a, undefined) === ruleText([], b, undefined);
const forward = (...weights: (number | undefined)[]): Action => ({
  Type: 'forward',
  ForwardConfig: { TargetGroups: weights.map((Weight, at) => ({ TargetGroupArn: `arn:${at}`, Weight })) },
});

describe('differences that AWS makes and that mean nothing', () => {
  test.each<[string, Action[], Action[]]>([
    ['the weight of a single target group', [forward(undefined)], [forward(1)]],
    ['the old field beside the new one', [forward(1)], [{ ...forward(1), TargetGroupArn: 'arn:0' }]],
    [
      'stickiness that is off',
      [forward(1)],
      [
        {
          Type: 'forward',
          ForwardConfig: {
            TargetGroups: [{ TargetGroupArn: 'arn:0' }],
            TargetGroupStickinessConfig: { Enabled: false },
          },
        },
      ],
    ],
    [
      'parts of a redirect that stay as they came',
      [{ Type: 'redirect', RedirectConfig: { StatusCode: 'HTTP_301' } }],
      [
        {
          Type: 'redirect',
          RedirectConfig: {
            StatusCode: 'HTTP_301',
            Host: '#{host}',
            Path: '/#{path}',
            Port: '#{port}',
            Protocol: '#{protocol}',
            Query: '#{query}',
          },
        },
      ],
    ],
    [
      'the order of target groups',
      [forward(1, 2)],
      [
        {
          Type: 'forward',
          ForwardConfig: {
            TargetGroups: [
              { TargetGroupArn: 'arn:1', Weight: 2 },
              { TargetGroupArn: 'arn:0', Weight: 1 },
            ],
          },
        },
      ],
    ],
    ['the secret that AWS keeps to itself', [oidc('secret')], [oidc(undefined)]],
  ])('%s', (_, wanted, actual) => expect(same(wanted, actual)).toBe(true));

  test('values that AWS repeats, and their order', () => {
    const wanted = [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/b', '/a'] } }];
    const actual = [
      {
        Field: 'path-pattern',
        Values: ['/a', '/b'],
        PathPatternConfig: { Values: ['/a', '/b'], RegexValues: [] },
      },
    ];
    expect(sameConditions(wanted, actual)).toBe(true);
  });
});

describe('differences that count', () => {
  test.each<[string, Action[], Action[]]>([
    ['weights', [forward(1, 2)], [forward(2, 1)]],
    ['another target group', [forward(1)], [forward(1, 1)]],
    [
      'a redirect elsewhere',
      [{ Type: 'redirect', RedirectConfig: { StatusCode: 'HTTP_301' } }],
      [{ Type: 'redirect', RedirectConfig: { StatusCode: 'HTTP_301', Port: '443' } }],
    ],
    ['an action more', [forward(1)], [forward(1), forward(1)]],
  ])('%s', (_, wanted, actual) => expect(same(wanted, actual)).toBe(false));

  test('a pattern is not a regular expression', () => {
    const wanted = [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/a'] } }];
    expect(
      sameConditions(wanted, [{ Field: 'path-pattern', PathPatternConfig: { RegexValues: ['/a'] } }]),
    ).toBe(false);
  });
});

function oidc(ClientSecret: string | undefined): Action {
  const config = {
    Issuer: 'i',
    AuthorizationEndpoint: 'a',
    TokenEndpoint: 't',
    UserInfoEndpoint: 'u',
    ClientId: 'c',
  };
  return { Type: 'authenticate-oidc', AuthenticateOidcConfig: { ...config, ClientSecret } };
}
