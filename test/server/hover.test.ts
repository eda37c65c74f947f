import { describe, expect, test } from 'vitest';
import { hovered, ingress } from '../helpers/cursor';

const P = 'alb.ingress.kubernetes.io/';

describe('hover', () => {
  test('tells of a key what it is, its default, how a group merges it, since when, and where to read on', () => {
    expect(hovered(ingress(`${P}group|.order: '5'`))).toBe(
      [
        `«${P}group.order» **\`${P}group.order\`**`,
        '',
        'The place of the rules of this Ingress among those of its group: lower numbers are evaluated first, equal ones by namespace and name.',
        '',
        '- Value: a whole number from -1000 to 1000',
        '- Default: `0`',
        '- In a group: Decides about the place of this Ingress in its group.',
        '- Stands on: Ingress',
        '- Since: controller 2.0.0',
        '',
        'Example: `10`',
        '',
        '[Controller documentation](https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#group.order)',
      ].join('\n'),
    );
  });

  test.each([
    ['a value', `${P}scheme: inter|nal`, '«internal»', 'public addresses'],
    ['Auto Mode', `${P}group.na|me: x`, `«${P}group.name»`, 'EKS Auto Mode ignores this annotation'],
    ['IngressClassParams', `${P}sche|me: x`, `«${P}scheme»`, '`scheme` of IngressClassParams wins'],
    ['a deprecated key', `${P}web-acl-|id: x`, `«${P}web-acl-id»`, '**Deprecated.**'],
    ['a family', `${P}actions.re|direct: '{}'`, `«${P}actions.redirect»`, 'use-annotation'],
    [
      'one attribute of several',
      `${P}target-group-attributes: stickiness.enabled=true, slow_st|art.duration_seconds=30`,
      '«slow_start.duration_seconds=30»',
      'growing share',
    ],
    [
      'a JSON field',
      `${P}actions.x: '{"type":"redirect","redirectConfig":{"stat|usCode":"HTTP_301"}}'`,
      '«"statusCode"»',
      'Permanent (301)',
    ],
    [
      'a JSON field in double quotes',
      `${P}actions.x: "{\\"ty|pe\\":\\"forward\\"}"`,
      '«\\"type\\"»',
      'What the rule does',
    ],
    [
      'a JSON value in a block',
      `${P}actions.x: >\n  {"type":"for¦ward"}`,
      '«"forward"»',
      'What the rule does',
    ],
  ])('%s', (_, line, span, words) => {
    const text = hovered(ingress(line));
    expect(text?.startsWith(span)).toBe(true);
    expect(text).toContain(words);
  });

  test.each(['fo|o: bar', `${P}unk|nown: x`, 'nginx.ingress.kubernetes.io/rewrite-tar|get: /'])(
    'nothing: %s',
    (line) => {
      expect(hovered(ingress(line))).toBeUndefined();
    },
  );
});
