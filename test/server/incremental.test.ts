/** Whatever is edited in whatever order, the findings are those of a service that has seen nothing but the last state. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createService, type LanguageService } from '../../server/service';
import type { Manifest } from '../../server/text/manifest';
import { createManifest, updateManifest } from '../../server/text/manifest';
import { file, ingress, service } from '../../src/rules/examples';

const member = (name: string, ...annotations: string[]) =>
  ingress({ name, annotations: ['group.name: shop', ...annotations] });

/** Two files whose objects know each other: a group, a Service, and what is wrong between them. */
const FILES = [
  file(member('web', 'scheme: internal', 'listen-ports: \'[{"HTTP": 80}]\''), service({ name: 'web' })),
  file(member('cart', 'scheme: internet-facing', 'target-type: ip'), service({ name: 'cart' }), '# end\n'),
];

const open = (index: number) => createManifest(`file:///shop/${index}.yaml`, 'yaml', 1, FILES[index] ?? '');

const piece = fc.constantFrom(
  ...[
    '',
    'a',
    '\n',
    ' ',
    '  ',
    ':',
    "'",
    '"',
    '---\n',
    '# ',
    '- ',
    '{{',
    '&x ',
    '*x',
    '\t',
    '\r\n',
    '\u0000',
    '😀',
  ],
  ...[
    'number: 81',
    'name: cart',
    'kind: Ingress\n',
    'alb.ingress.kubernetes.io/scheme: internal\n',
    'shop',
    'ip',
  ],
);
const edit = fc.record({ file: fc.nat(1), from: fc.nat(), cut: fc.nat(12), insert: piece });

/** What a service says that has seen only these files. */
function fresh(files: readonly Manifest[]) {
  const anew = createService();
  const same = files.map((one) => createManifest(one.uri, 'yaml', 1, one.getText()));
  for (const one of same) anew.workspace.set(one);
  return same.map((one) => anew.validate(one));
}

function applied(manifest: Manifest, from: number, cut: number, insert: string): Manifest {
  const length = manifest.getText().length;
  const start = manifest.positionAt(from % (length + 1));
  const end = manifest.positionAt(Math.min(length, (from % (length + 1)) + cut));
  return updateManifest(manifest, [{ range: { start, end }, text: insert }], manifest.version + 1);
}

function known(used: LanguageService, files: readonly Manifest[]) {
  for (const one of files) if (used.workspace.file(one.uri)?.manifest !== one) used.workspace.set(one);
  return files.map((one) => used.validate(one));
}

/** Ways in which a file changes: by an edit, or read anew with what was known of it before. */
const WAYS: Readonly<Record<string, (before: Manifest, after: Manifest) => Manifest>> = {
  'is edited': (_, after) => after,
  'is read again': (before, after) =>
    createManifest(after.uri, 'yaml', after.version, after.getText(), before),
};

test.each(Object.entries(WAYS))('findings are those of the text when a file %s', (_, changed) => {
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 8 }), (edits) => {
      const used = createService();
      const files = [open(0), open(1)];
      const first = known(used, files);
      for (const { file: index, from, cut, insert } of edits) {
        const before = files[index] ?? open(index);
        const now = changed(before, applied(before, from, cut, insert));
        files[index] = now;
        // As an editor does: the edited file first, the others when they are stale.
        used.validate(now);
        expect(known(used, files)).toEqual(fresh(files));
      }
      expect(known(used, [open(0), open(1)])).toEqual(first);
    }),
    { numRuns: 150 },
  );
});

test('of a file that is read again the texts that are the same stay the same', () => {
  const before = open(0);
  const text = before.getText();
  expect(createManifest(before.uri, 'yaml', 2, text, before).chunks).toEqual(before.chunks);
  const [first, second] = createManifest(before.uri, 'yaml', 2, text.replace('internal', 'x'), before).chunks;
  expect(first).not.toBe(before.chunks[0]);
  expect(second).toBe(before.chunks[1]);
});

test('an object of which a second definition comes or goes decides which files see each other', () => {
  const files = [
    createManifest(
      'file:///a/web.yaml',
      'yaml',
      1,
      file(ingress({ name: 'web' }), service({ name: 'cart' })),
    ),
    createManifest('file:///b/web.yaml', 'yaml', 1, file(service({ name: 'web' }))),
  ];
  const alone = createManifest('file:///b/twin.yaml', 'yaml', 1, '');
  const twin = createManifest('file:///b/twin.yaml', 'yaml', 2, file(service({ name: 'cart' })));
  const used = createService();
  const first = known(used, [...files, alone]);
  const divided = known(used, [...files, twin]);
  expect(divided).toEqual(fresh([...files, twin]));
  expect(divided[0]).not.toEqual(first[0]);
  expect(known(used, [...files, alone])).toEqual(first);
});
