import { describe, expect, expectTypeOf, test } from 'vitest';
import { readAnnotation, readFamily } from '../../src/annotations/read';

const on = (suffix: string, value: string) => ({ [`alb.ingress.kubernetes.io/${suffix}`]: value });

/** The value of an annotation, or the controller's words on why not. */
function outcome(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return String(error);
  }
}

describe('readAnnotation', () => {
  test('gives each annotation its type', () => {
    expectTypeOf(readAnnotation('group.order', {})).toEqualTypeOf<number | undefined>();
    expectTypeOf(readAnnotation('subnets', {})).toEqualTypeOf<readonly string[] | undefined>();
    expectTypeOf(readAnnotation('enable-frontend-nlb', {})).toEqualTypeOf<boolean | undefined>();
    expect(readAnnotation('scheme', undefined)).toBeUndefined();
    expect(readAnnotation('scheme', {})).toBeUndefined();
  });

  test('reads as the controller does', () => {
    expect(readAnnotation('group.order', on('group.order', '+07'))).toBe(7);
    expect(readAnnotation('enable-frontend-nlb', on('enable-frontend-nlb', 'T'))).toBe(true);
    expect(readAnnotation('subnets', on('subnets', ' a, ,b,'))).toEqual(['a', 'b']);
    expect(readAnnotation('tags', on('tags', 'a=1,b = 2 , c=x\\,y'))).toEqual({ a: '1', b: '2', c: 'x,y' });
    expect(readAnnotation('listen-ports', on('listen-ports', '[{"HTTP": 80, "HTTPS": 443}]'))).toEqual([
      { HTTP: 80, HTTPS: 443 },
    ]);
    expect(readAnnotation('scheme', on('scheme', 'public'))).toBe('public');
  });

  test.each([
    [
      'group.order',
      'x',
      'failed to parse int32 annotation, alb.ingress.kubernetes.io/group.order: x: strconv.ParseInt: parsing "x": invalid syntax',
    ],
    [
      'ssl-redirect',
      '99999999999',
      'failed to parse int32 annotation, alb.ingress.kubernetes.io/ssl-redirect: 99999999999: strconv.ParseInt: parsing "99999999999": value out of range',
    ],
    [
      'shield-advanced-protection',
      'yes',
      'failed to parse bool annotation, alb.ingress.kubernetes.io/shield-advanced-protection: yes: strconv.ParseBool: parsing "yes": invalid syntax',
    ],
    ['tags', 'a', 'failed to parse stringMap annotation, alb.ingress.kubernetes.io/tags: a'],
    ['tags', 'a=1,b', 'failed to parse stringMap annotation, alb.ingress.kubernetes.io/tags: a=1,b'],
    [
      'listen-ports',
      '[{"HTTP": "80"}]',
      'failed to parse listen-ports configuration: `[{"HTTP": "80"}]`: json: cannot unmarshal string into Go value of type int32',
    ],
    [
      'listen-ports',
      '[{"HTTP": 8.5}]',
      'failed to parse listen-ports configuration: `[{"HTTP": 8.5}]`: json: cannot unmarshal number 8.5 into Go value of type int32',
    ],
    ['listen-ports', '', 'failed to parse listen-ports configuration: ``: unexpected end of JSON input'],
    [
      'jwt-validation',
      '{"issuer": 5}',
      'failed to parse json annotation, alb.ingress.kubernetes.io/jwt-validation: {"issuer": 5}: json: cannot unmarshal number into Go struct field JwtValidationConfig.issuer of type string',
    ],
  ] as const)('%s: %s', (suffix, value, words) => {
    expect(outcome(() => readAnnotation(suffix, on(suffix, value)))).toBe(`ValueError: ${words}`);
  });
});

describe('readFamily', () => {
  test('takes field names in any case, drops unknown ones and nulls', () => {
    const raw =
      '{"Type":"forward","forwardConfig":{"targetGroups":[{"serviceName":"a","servicePort":"80","weight":null}],"TargetGroupStickinessConfig":{"Enabled":true,"DurationSeconds":9}},"other":1}';
    expect(readFamily('actions', 'x', on('actions.x', raw))).toEqual({
      type: 'forward',
      forwardConfig: {
        targetGroups: [{ serviceName: 'a', servicePort: '80' }],
        targetGroupStickinessConfig: { enabled: true, durationSeconds: 9 },
      },
    });
  });

  test.each([
    ['[]', 'json: cannot unmarshal array into Go value of type ingress.Action'],
    [
      '{"type":true}',
      'json: cannot unmarshal bool into Go struct field Action.type of type ingress.ActionType',
    ],
    [
      '{"redirectConfig":{"statusCode":301}}',
      'json: cannot unmarshal number into Go struct field RedirectActionConfig.redirectConfig.statusCode of type string',
    ],
    ["{'type':'forward'}", "invalid character '\\'' looking for beginning of object key string"],
    ['{"type":"forward",}', "invalid character '}' looking for beginning of object key string"],
    ['{"type" "forward"}', `invalid character '"' after object key`],
    ['{"type":"forward" "x"}', `invalid character '"' after object key:value pair`],
    ['[1 2]', "invalid character '2' after array element"],
    ['{} x', "invalid character 'x' after top-level value"],
    ['{"a":tru}', "invalid character '}' in literal true (expecting 'e')"],
    ['{"a":-}', "invalid character '}' in numeric literal"],
    ['{"a":01}', "invalid character '1' after object key:value pair"],
    ['{"a":"\\q"}', "invalid character 'q' in string escape code"],
    ['{"a":"\\u12g4"}', "invalid character 'g' in \\u hexadecimal character escape"],
    ['{"a":"x\ny"}', "invalid character '\\n' in string literal"],
    ['é', "invalid character 'Ã' looking for beginning of value"],
    ['\u200b{}', "invalid character 'â' looking for beginning of value"],
    ['\u0000', "invalid character '\\x00' looking for beginning of value"],
    ['{"type":', 'unexpected end of JSON input'],
  ])('%s', (raw, words) => {
    expect(outcome(() => readFamily('actions', 'x', on('actions.x', raw)))).toBe(
      `ValueError: failed to parse json annotation, alb.ingress.kubernetes.io/actions.x: ${raw}: ${words}`,
    );
  });
});
