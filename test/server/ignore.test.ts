/** `# ekslb-ignore`: what a comment silences, by where it stands. */
import { describe, expect, test } from 'vitest';
import { createService } from '../../server/service';
import { yaml } from '../helpers/cursor';

const HEAD = 'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: web\n';
const PREFIX = 'alb.ingress.kubernetes.io';

/** An Ingress with these lines of annotations. */
function annotated(...lines: string[]): string {
  return `${HEAD}  annotations:\n${lines.map((line) => `    ${line}\n`).join('')}spec:\n  ingressClassName: alb\n`;
}

/** `line code` of every finding. */
function found(text: string): string[] {
  return createService()
    .validate(yaml(text))
    .map(({ range, code }) => `${range.start.line + 1} ${code}`);
}

const SCHEME = `${PREFIX}/scheme: public`;
const BOOL = `${PREFIX}/shield-advanced-protection: 'yes'`;

test('without a comment both are told', () => {
  expect(found(annotated(SCHEME, BOOL))).toEqual(['6 not-an-option', '7 not-a-boolean']);
});

describe('behind something', () => {
  test('it is for its line only', () => {
    expect(found(annotated(`${SCHEME} # ekslb-ignore not-an-option`, BOOL))).toEqual(['7 not-a-boolean']);
  });

  test('another code silences nothing', () => {
    expect(found(annotated(`${SCHEME} # ekslb-ignore not-a-boolean`))).toEqual(['6 not-an-option']);
  });

  test('without a code it is for all', () => {
    expect(found(annotated(`${SCHEME} # ekslb-ignore`))).toEqual([]);
  });

  test('on the line of a block value it is for the whole value', () => {
    const lines = [`${PREFIX}/tags: >-  # ekslb-ignore malformed-map`, '  team=shop,', '  team'];
    expect(found(annotated(...lines))).toEqual([]);
    expect(found(annotated(lines[0]?.replace(/ {2}#.*/, '') ?? '', ...lines.slice(1)))).toEqual([
      '8 malformed-map',
    ]);
  });
});

describe('on a line of its own', () => {
  test('it is for the next line, over other comments and empty lines', () => {
    const comment = '# ekslb-ignore not-an-option';
    expect(found(annotated(comment, SCHEME, BOOL))).toEqual(['8 not-a-boolean']);
    expect(found(annotated(comment, '', '# why', SCHEME, BOOL))).toEqual(['10 not-a-boolean']);
    expect(found(annotated(BOOL, comment, SCHEME))).toEqual(['6 not-a-boolean']);
  });

  test('it is for all lines of a block value', () => {
    const lines = [
      '# ekslb-ignore json-type',
      `${PREFIX}/listen-ports: |-`,
      '  [',
      '    {"HTTP": "80"}',
      '  ]',
    ];
    expect(found(annotated(...lines))).toEqual([]);
    expect(found(annotated(...lines.slice(1)))).toEqual(['8 json-type']);
  });

  test('at the end of a file it silences nothing', () => {
    expect(found(`${annotated(SCHEME)}# ekslb-ignore`)).toEqual(['6 not-an-option']);
  });
});

describe('above the first key', () => {
  test('it is for the document', () => {
    expect(found(`# ekslb-ignore not-an-option\n${annotated(SCHEME, BOOL)}`)).toEqual(['8 not-a-boolean']);
    expect(found(`# the shop\n# ekslb-ignore\n\n${annotated(SCHEME, BOOL)}`)).toEqual([]);
  });

  test('not for the next document', () => {
    const first = `# ekslb-ignore\n${annotated(SCHEME)}`;
    const second = annotated(SCHEME).replace('name: web', 'name: api');
    expect(found(`${first}---\n${second}`)).toEqual(['16 not-an-option']);
    expect(found(`${annotated(SCHEME)}---\n# ekslb-ignore\n${second}`)).toEqual(['6 not-an-option']);
  });
});

describe('how it is written', () => {
  test.each([
    '# ekslb-ignore not-an-option, not-a-boolean',
    '# ekslb-ignore not-an-option not-a-boolean',
    '# ekslb-ignore: not-an-option,not-a-boolean',
    '#ekslb-ignore not-an-option,not-a-boolean',
  ])('several codes: %s', (comment) => {
    expect(found(`${comment}\n${annotated(SCHEME, BOOL)}`)).toEqual([]);
  });

  test('a longer word is none', () => {
    expect(found(`# ekslb-ignored\n${annotated(SCHEME)}`)).toEqual(['7 not-an-option']);
  });

  test('Windows ends of lines', () => {
    const text = annotated('# ekslb-ignore not-an-option', SCHEME, BOOL).replaceAll('\n', '\r\n');
    expect(found(text)).toEqual(['8 not-a-boolean']);
  });
});
