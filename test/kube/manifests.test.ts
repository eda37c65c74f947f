import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/errors';
import { parseManifests, readManifests, sortManifests } from '../../src/kube/manifests';

/** Objects as `Kind namespace/name`, or the message of the refusal. */
function read(text: string): string[] {
  try {
    return parseManifests(text, 'a.yaml').map(
      ({ object: { kind, metadata } }) => `${kind} ${metadata.namespace ?? '-'}/${metadata.name}`,
    );
  } catch (error) {
    if (error instanceof UserError) return [`${error.code}: ${error.message}`];
    throw error;
  }
}

describe('one text', () => {
  test.each<[string, string, string[]]>([
    ['nothing', '', []],
    [
      'a value that holds itself',
      'kind: A\nmetadata: &a {name: x, annotations: *a}\n',
      [expect.stringMatching(/^bad-yaml: a\.yaml: this is not valid YAML: .*circular/) as unknown as string],
    ],
    ['only comments', '# a\n---\n# b\n', []],
    [
      'documents',
      'kind: A\nmetadata: { name: a, namespace: n }\n---\nkind: B\nmetadata: { name: b }\n',
      ['A n/a', 'B default/b'],
    ],
    [
      'a kind that is in no namespace',
      'kind: IngressClass\nmetadata: { name: alb }\n',
      ['IngressClass -/alb'],
    ],
    [
      'a List is taken apart',
      'kind: List\nitems:\n- { kind: A, metadata: { name: a } }\n- { kind: List, items: [{ kind: B, metadata: { name: b } }] }\n- null\n',
      ['A default/a', 'B default/b'],
    ],
    ['JSON', '{"kind":"A","metadata":{"name":"a"}}', ['A default/a']],
    [
      'what is no object of Kubernetes',
      'a: 1\n---\n- kind: A\n---\nkind: A\n---\nkind: A\nmetadata: text\n---\nkind: 5\nmetadata: { name: a }\n',
      [],
    ],
    [
      'Windows line ends and a byte order mark',
      '\uFEFFkind: A\r\nmetadata:\r\n  name: a\r\n',
      ['A default/a'],
    ],
    [
      'anchors and merge keys, as kubectl reads them',
      'kind: A\nmetadata:\n  <<: &m { namespace: n }\n  name: a\n',
      ['A n/a'],
    ],
  ])('%s', (_, text, expected) => expect(read(text)).toEqual(expected));

  test.each([
    ['bad-yaml: a.yaml:1:7: this is not valid YAML: Nested mappings', 'kind: A\n  metadata: {\n'],
    ['bad-yaml: a.yaml:4:', 'kind: A\n---\nkind: B\n\tb: 1\n'],
    ['bad-yaml: a.yaml: this is not valid YAML: Unresolved alias', 'kind: A\nmetadata: *missing\n'],
    ['bad-yaml: a.yaml: this is not valid YAML: Excessive alias count', bomb(9)],
    ['bad-yaml: a.yaml: too many YAML aliases', `a: &a 1\nb: [${'*a, '.repeat(1001)}]\n`],
  ])('%s', (message, text) => expect(read(text)).toEqual([expect.stringContaining(message)]));

  /** Every level holds the level below nine times. */
  function bomb(levels: number): string {
    const lines = Array.from(
      { length: levels },
      (_, at) => `a${at + 1}: &a${at + 1} [${Array(9).fill(`*a${at}`).join(', ')}]`,
    );
    return ['kind: A', 'metadata: { name: a }', 'a0: &a0 [x]', ...lines].join('\n');
  }
});

/** Text made of what YAML is made of, more likely to mean something than any text. */
const yamlish = fc
  .array(
    fc.constantFrom(
      'kind: A\n',
      'metadata:\n',
      '  name: a\n',
      '  ',
      '---\n',
      '- ',
      '{',
      '}',
      '[',
      '&a ',
      '*a ',
      '<<: ',
      '"',
      "'",
      '|\n',
      '!!binary ',
      '? ',
      ': ',
      '\t',
      'items:\n',
      '%YAML 1.1\n',
      '...\n',
      '\uFEFF',
    ),
    { maxLength: 25 },
  )
  .map((parts) => parts.join(''));

test('whatever the text, there are objects or a UserError', () => {
  fc.assert(
    fc.property(fc.oneof(yamlish, fc.string()), (text) => {
      expect(Array.isArray(read(text))).toBe(true);
    }),
    { numRuns: 1500 },
  );
});

describe('files', () => {
  const names = async (...paths: string[]) =>
    (await readManifests(paths)).manifests.map(
      ({ object, file }) => `${file.split(/[\\/]/).slice(-2).join('/')} ${object.metadata.name}`,
    );

  test('folders are walked, in order; what is hidden or no YAML is left alone; a named file is taken as it is', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ekslb-'));
    try {
      const one = (name: string) => `kind: A\nmetadata: { name: ${name} }\n`;
      await mkdir(join(folder, 'z', '.git'), { recursive: true });
      await mkdir(join(folder, 'node_modules'));
      for (const file of ['z/b.yml', 'z/a.yaml', 'z/.git/c.yaml', 'node_modules/d.yaml', 'e.json', 'f.txt']) {
        await writeFile(
          join(folder, file),
          file.endsWith('.json')
            ? JSON.stringify({ kind: 'A', metadata: { name: 'e' } })
            : one(file.replace(/\W/g, '-')),
        );
      }
      const found = await names(folder);
      expect(found.map((line) => line.split(' ')[1])).toEqual(['e', 'z-a-yaml', 'z-b-yml']);
      expect(await names(join(folder, 'f.txt'))).toHaveLength(1);
      expect(await names(relative(process.cwd(), join(folder, 'z', 'b.yml')))).toEqual(['z/b.yml z-b-yml']);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('a file that is not there', async () => {
    await expect(readManifests(['nowhere.yaml'])).rejects.toMatchObject({
      code: 'unreadable-file',
      message: 'There is no file nowhere.yaml.',
    });
  });
});

describe('wrong types', () => {
  const shop = (annotations: string) =>
    `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: x\n  namespace: shop\n  annotations: ${annotations}\n`;
  const KEY = 'alb.ingress.kubernetes.io/healthcheck-interval-seconds';

  test('are told with file, object and field, and the other objects are read', () => {
    const text = `${shop(`{ ${KEY}: 15 }`)}---\nkind: Service\nmetadata: { name: web }\n`;
    const { manifests, refused } = sortManifests(text, 'a.yaml');
    expect(manifests.map(({ object }) => object.metadata.name)).toEqual(['web']);
    expect(refused.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      `wrong-type: a.yaml: Ingress shop/x: metadata.annotations.${KEY} is a number; put quotes around it.`,
    ]);
  });

  test.each([
    ['{ a: true }', 'metadata.annotations.a is true; put quotes around it'],
    ['{ a: [b] }', 'metadata.annotations.a is a list and must be a text'],
    ['[a]', 'metadata.annotations is a list and must be a map'],
    ['{}\nspec: { rules: { a: b } }', 'spec.rules is a map and must be a list'],
    ['{}\nspec: { rules: [{ http: {} }] }', 'spec.rules[0].http.paths is missing'],
    ['{}\nspec: { rules: [null] }', 'spec.rules[0] is empty and must be a map'],
    [
      '{}\nspec: { defaultBackend: { service: { name: a, port: { number: 1.5 } } } }',
      'spec.defaultBackend.service.port.number is a number and must be a whole number',
    ],
  ])('%s', (annotations, problem) => {
    expect(read(shop(annotations))).toEqual([`wrong-type: a.yaml: Ingress shop/x: ${problem}.`]);
  });

  test('null is as good as absent', () => {
    const [one] = parseManifests(shop('{ a: null, b: c }\nspec: null'), 'a.yaml');
    expect(one?.object).toMatchObject({ metadata: { annotations: { b: 'c' } } });
    expect(one?.object).not.toHaveProperty('spec');
  });

  test.each([
    ['kind: Ingress\n', 'Ingress without a name: metadata is missing'],
    [
      'kind: Service\nmetadata: { name: 5 }\n',
      'Service without a name: metadata.name is a number; put quotes',
    ],
    ['kind: List\nmetadata: { name: a }\nitems: 5\n', 'List a: items is a number and must be a list'],
  ])('%j', (text, message) => {
    expect(read(text)).toEqual([expect.stringContaining(`wrong-type: a.yaml: ${message}`)]);
  });
});
