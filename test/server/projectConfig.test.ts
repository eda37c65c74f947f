/** `.ekslb.yaml`: what is read, what is told, and which file holds. */
import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { createConfigStore, isConfigFile, readConfig } from '../../server/projectConfig';
import { createService } from '../../server/service';
import { createManifest } from '../../server/text/manifest';

const ROOT = 'file:///work/';
const WRONG =
  'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: web\n  annotations:\n    alb.ingress.kubernetes.io/scheme: public\nspec:\n  ingressClassName: alb\n';

/** The settings of files, by their paths below the root. */
function store(files: Readonly<Record<string, string>>) {
  const configs = createConfigStore();
  for (const [path, text] of Object.entries(files)) configs.set(`${ROOT}${path}`, text);
  return configs;
}

const holds = (files: Readonly<Record<string, string>>, path: string) =>
  store(files).configOf(`${ROOT}${path}`);
const problems = (text: string) =>
  readConfig(text).problems.map(({ span, message }) => `«${text.slice(span.start, span.end)}» ${message}`);

describe('settings', () => {
  test.each([
    ['3.5.0', '3.5.0'],
    ['v2.13.1', '2.13.1'],
    ['2.13', '2.13.0'],
    ["'2.8'", '2.8.0'],
  ])('controller: %s is %s', (written, release) => {
    expect(readConfig(`controller: ${written}\n`)).toMatchObject({
      profile: { controller: release },
      problems: [],
    });
  });

  test.each([
    ['autoMode', 'true', true],
    ['autoMode', 'false', false],
    ['fargate', 'true', true],
  ])('%s: %s', (name, written, value) => {
    expect(readConfig(`${name}: ${written}\n`)).toMatchObject({ profile: { [name]: value }, problems: [] });
  });

  test.each([
    ['error', 'error'],
    ['warning', 'warning'],
    ['information', 'information'],
    ['hint', 'hint'],
    ['off', 'off'],
    ['"off"', 'off'],
    ['false', 'off'],
    ['no', 'off'],
  ])('severity: %s is %s', (written, level) => {
    const { severity, problems: found } = readConfig(`severity:\n  path-semantics: ${written}\n`);
    expect({ severity, found }).toEqual({ severity: { 'path-semantics': level }, found: [] });
  });

  test('ignore is a list of patterns', () => {
    expect(readConfig("ignore:\n  - vendor/**\n  - '*.generated.yaml'\n").ignore).toEqual([
      'vendor/**',
      '*.generated.yaml',
    ]);
  });

  test('an empty file, and one of comments, says nothing', () => {
    for (const text of ['', '# nothing yet\n', '---\n']) {
      expect(readConfig(text)).toEqual({ profile: {}, severity: {}, ignore: [], problems: [] });
    }
  });
});

describe('what means nothing is told where it stands, and the rest is read', () => {
  test.each([
    [
      'severity:\n  unknown-anotation: off\n',
      '«unknown-anotation» There is no rule `unknown-anotation`. Did you mean `unknown-annotation`?',
    ],
    ['severity:\n  zzzzzzzzzzzz: off\n', '«zzzzzzzzzzzz» There is no rule `zzzzzzzzzzzz`.'],
    ['severity:\n  json-type: loud\n', '«loud» A severity is one of error, warning, information, hint, off.'],
    ['severity:\n  json-type: true\n', '«true» A severity is one of error, warning, information, hint, off.'],
    ['autoMod: true\n', '«autoMod» There is no setting `autoMod`. Did you mean `autoMode`?'],
    ['autoMode: maybe\n', '«maybe» `autoMode` is true or false.'],
    ['fargate: "true"\n', '«"true"» `fargate` is true or false.'],
    ['controller: newest\n', '«newest» Write the release of the controller, such as `2.13.0`.'],
    ['severity: off\n', '«off» Write rules and their severities below it.'],
    ['ignored: [b]\n', '«ignored» There is no setting `ignored`. Did you mean `ignore`?'],
    ['controller:\n', '«controller» Write the release of the controller, such as `2.13.0`.'],
  ])('%j', (text, problem) => {
    expect(problems(text)).toEqual([problem]);
    expect(readConfig(`${text}ignore: [a]\n`).ignore).toEqual(['a']);
  });

  test.each([
    '[',
    'severity: [',
    ': :\n',
    '- a\n- b\n',
    'severity: off\n',
    'ignore: vendor\n',
    '\t',
    'a: *b\n',
  ])('never throws: %j', (text) => {
    expect(readConfig(text)).toMatchObject({ profile: {}, severity: {} });
  });

  test('a pattern in place of a list of patterns', () => {
    expect(problems('ignore: vendor\n')).toEqual(['«vendor» `ignore` is a list of patterns.']);
    expect(readConfig("ignore: ['']\n").ignore).toEqual([]);
  });

  test('names of Object.prototype are no settings and no rules', () => {
    expect(problems('constructor: 1\nseverity:\n  toString: off\n')).toHaveLength(2);
  });
});

describe('which file holds', () => {
  const files = {
    '.ekslb.yaml': 'fargate: true\nseverity:\n  json-type: off\n',
    'shop/.ekslb.yaml': "controller: 2.13.0\nignore: ['vendor/**', '*.gen.yaml', 'my file.yaml']\n",
  };

  test('the nearest one; others do not add to it', () => {
    expect(holds(files, 'web.yaml')).toMatchObject({ profile: { fargate: true } });
    const { profile, severity } = holds(files, 'shop/deep/web.yaml');
    expect({ profile, severity }).toEqual({ profile: { controller: '2.13.0' }, severity: {} });
    expect(holds(files, 'shopping/web.yaml').profile).toEqual({ fargate: true });
  });

  test('what a file does not say comes from the settings of the editor', () => {
    const configs = store(files);
    configs.setDefaults({
      profile: { controller: '2.8.1', autoMode: true },
      severity: { 'json-type': 'hint' },
    });
    expect(configs.configOf(`${ROOT}shop/web.yaml`).profile).toEqual({
      controller: '2.13.0',
      autoMode: true,
    });
    expect(configs.configOf(`${ROOT}web.yaml`).severity).toEqual({ 'json-type': 'off' });
    expect(configs.configOf('file:///elsewhere/web.yaml').severity).toEqual({ 'json-type': 'hint' });
  });

  test.each([
    ['shop/vendor/a.yaml', true],
    ['shop/vendor/deep/.hidden/a.yaml', true],
    ['vendor/a.yaml', false],
    ['shop/deep/vendor/a.yaml', false],
    ['shop/web.gen.yaml', true],
    ['shop/deep/web.gen.yaml', false],
    ['shop/my%20file.yaml', true],
  ])('patterns count from the folder of the file: %s is ignored: %s', (path, ignored) => {
    expect(holds(files, path).ignored).toBe(ignored);
  });

  test('a file that goes lets the next one hold, and everyone hears of it', () => {
    let changes = 0;
    const configs = createConfigStore(() => {
      changes += 1;
    });
    configs.set(`${ROOT}.ekslb.yaml`, 'fargate: true\n');
    configs.set(`${ROOT}shop/.ekslb.yaml`, 'fargate: false\n');
    configs.remove(`${ROOT}shop/.ekslb.yaml`);
    configs.remove(`${ROOT}shop/.ekslb.yaml`);
    expect(configs.configOf(`${ROOT}shop/web.yaml`).profile).toEqual({ fargate: true });
    expect(changes).toBe(3);
  });

  test('only a file of that very name', () => {
    expect(
      ['a/.ekslb.yaml', 'a/x.ekslb.yaml', 'a/.ekslb.yml'].map((path) => isConfigFile(ROOT + path)),
    ).toEqual([...[true, false, false]]);
  });
});

describe('what it changes', () => {
  const codes = (config: string) => {
    const { configOf } = store({ '.ekslb.yaml': config });
    const service = createService({ configOf });
    return service
      .validate(createManifest(`${ROOT}web.yaml`, 'yaml', 1, WRONG))
      .map(({ code, severity }) => `${code} ${severity}`);
  };

  test.each([
    ['', ['not-an-option 1']],
    ['severity:\n  not-an-option: hint\n', ['not-an-option 4']],
    ['severity:\n  not-an-option: off\n', []],
    ["ignore: ['*.yaml']\n", []],
  ])('%j', (config, expected) => {
    expect(codes(config)).toEqual(expected);
  });
});

describe('its schema', () => {
  const validate = new Ajv({ strict: false }).compile(
    JSON.parse(readFileSync('schemas/ekslb.schema.json', 'utf8')) as object,
  );

  test.each([
    'controller: 2.13\nautoMode: false\nfargate: true\nseverity:\n  json-type: off\nignore: [vendor/**]\n',
    'controller: v3.5.0\nseverity: { path-semantics: error }\n',
    '{}',
  ])('takes what is right: %j', (text) => {
    expect(readConfig(text).problems).toEqual([]);
    expect(validate(parse(text, { version: '1.1' }))).toBe(true);
  });

  test.each([
    'autoMod: true\n',
    'controller: newest\n',
    'severity: { json-typ: off }\n',
    'severity: { json-type: loud }\n',
    'fargate: "true"\n',
  ])('refuses what means nothing: %j', (text) => {
    expect(readConfig(text).problems).toHaveLength(1);
    expect(validate(parse(text))).toBe(false);
  });
});
