import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { Document, Scalar, stringify } from 'yaml';
import { parseChunk } from '../../server/objects';
import { createService } from '../../server/service';
import { updateManifest } from '../../server/text/manifest';
import { ingress, yaml } from '../helpers/cursor';

const P = 'alb.ingress.kubernetes.io/';

/** A manifest with every style of value. */
const MANIFEST = `# a comment
apiVersion: v1
kind: Service
metadata: {name: web}
---
${ingress(
  `${P}scheme: internet-facing`,
  `${P}listen-ports: '[{"HTTP": 80}, {"HTTPS": 443}]'`,
  `${P}load-balancer-attributes: "idle_timeout.timeout_seconds=60,\\`,
  `  deletion_protection.enabled=true"`,
  `${P}actions.redirect: |`,
  `  {"type": "redirect",`,
  `   "redirectConfig": {"statusCode": "HTTP_301", "port": "443"}}`,
  `${P}conditions.redirect: >-`,
  `  [{"field": "source-ip",`,
  `    "sourceIPConfig": {"values": ["10.0.0.0/8"]}}]`,
  `${P}tags: team=shop,`,
  `  environment=production`,
)}---
{"kind": "Ingress", "metadata": {"annotations": {"${P}target-type": "ip"}}}
`;

/** Asks everything there is to ask at an offset. */
async function askAll(text: string, offset: number): Promise<void> {
  const service = createService();
  const document = yaml(text);
  const position = document.positionAt(offset);
  const length = document.getText().length;
  for (const { range } of service.validate(document)) {
    expect(document.offsetAt(range.start)).toBeLessThanOrEqual(document.offsetAt(range.end));
    expect(document.offsetAt(range.end)).toBeLessThanOrEqual(length);
  }
  const { items } = await service.complete(document, position);
  for (const { textEdit } of items) {
    if (textEdit === undefined || !('range' in textEdit)) throw new Error('an item without an edit');
    // Editors refuse edits that do not hold the cursor or span lines.
    expect(textEdit.range.start.line).toBe(position.line);
    expect(textEdit.range.end.line).toBe(position.line);
    expect(textEdit.range.start.character).toBeLessThanOrEqual(position.character);
    expect(textEdit.range.end.character).toBeGreaterThanOrEqual(position.character);
  }
  service.hover(document, position);
  service.codeActions(document, { start: position, end: position });
}

describe('whatever is typed', () => {
  test('the manifest itself is right', () => {
    expect(createService().validate(yaml(MANIFEST))).toEqual([]);
  });

  test('every beginning of it can be worked on', async () => {
    for (let end = 0; end <= MANIFEST.length; end++) await askAll(MANIFEST.slice(0, end), end);
  });

  test('every place in it can be worked on', async () => {
    for (let at = 0; at <= MANIFEST.length; at++) await askAll(MANIFEST, at);
  });

  test('so can any mutilation, at any place', async () => {
    const piece = fc.oneof(
      fc.constantFrom(
        "'",
        '"',
        ':',
        '-',
        '#',
        '|',
        '>',
        '{',
        '}',
        '[',
        ']',
        ',',
        '\\',
        '\t',
        '\r',
        '\n',
        '---\n',
        '&a ',
        '*a',
        '!!str ',
        '%',
        '=',
        '{{',
        `${P}`,
        'kind: Ingress\n',
      ),
      fc.string({ unit: 'binary', maxLength: 6 }),
    );
    const place = fc.nat({ max: MANIFEST.length });
    await fc.assert(
      fc.asyncProperty(place, fc.nat({ max: 40 }), piece, place, async (from, cut, insert, cursor) => {
        const text = MANIFEST.slice(0, from) + insert + MANIFEST.slice(from + cut);
        await askAll(text, Math.min(cursor, text.length));
        await askAll(text, Math.min(from + insert.length, text.length));
      }),
      { numRuns: 400 },
    );
  }, 60_000);

  test('and any text as the value of any annotation', async () => {
    const suffix = fc.constantFrom(
      'scheme',
      'tags',
      'load-balancer-attributes',
      'listen-ports',
      'actions.x',
      'inbound-cidrs',
      'ssl-policy',
      'success-codes',
      'healthcheck-port',
    );
    await fc.assert(
      fc.asyncProperty(
        suffix,
        fc.string({ unit: 'binary', maxLength: 30 }),
        fc.nat(),
        async (name, value, cursor) => {
          const text = stringify({ kind: 'Ingress', metadata: { annotations: { [P + name]: value } } });
          await askAll(text, cursor % (text.length + 1));
        },
      ),
      { numRuns: 300 },
    );
  }, 60_000);
});

describe('places in scalars', () => {
  const styles = fc.constantFrom(
    'PLAIN',
    'QUOTE_SINGLE',
    'QUOTE_DOUBLE',
    'BLOCK_LITERAL',
    'BLOCK_FOLDED',
  ) as fc.Arbitrary<'PLAIN'>;
  const words = fc.array(
    fc.constantFrom('a', 'bc', '{"x":', "it's", '\\n', '"q"', 'ü', '😀', 'long-long-long-long-word'),
    { minLength: 1, maxLength: 40 },
  );

  test('every character of the value is found in the source', () => {
    fc.assert(
      fc.property(styles, words, fc.constantFrom(' ', '  ', '\n'), (style, parts, glue) => {
        const value = parts.join(glue);
        const manifest = new Document({ kind: 'Ingress', metadata: { annotations: {} } });
        const scalar = new Scalar(value);
        scalar.type = style;
        manifest.setIn(['metadata', 'annotations', `${P}tags`], scalar);
        const text = manifest.toString({ lineWidth: 40 });
        const entry = yaml(text).chunks.flatMap((chunk) => parseChunk(chunk).objects)[0]?.annotations[0];
        // Not every text can be written without quotes.
        fc.pre(style !== 'PLAIN' || entry?.value === value);
        expect(entry?.value.trimEnd()).toBe(value);
        for (let at = 0; at < value.length; at++) {
          const char = value.charAt(at);
          const { start, end } = entry?.places.span({ start: at, end: at + 1 }) ?? { start: 0, end: 0 };
          const source = text.slice(start, end);
          if (/\s/.test(char) || source.startsWith('\\')) continue;
          expect(source).toBe(char === "'" && source.length === 2 ? "''" : char);
          expect(entry?.places.toValue(start)).toBe(at);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('documents are cut at markers only', () => {
    const cut = (text: string) => yaml(text).chunks.map((chunk) => chunk.text);
    expect(cut('a: 1\n---\nb: 2\n--- # x\nc: --- d\n----\n')).toEqual([
      'a: 1\n',
      '---\nb: 2\n',
      '--- # x\nc: --- d\n----\n',
    ]);
    expect(cut('---\n---')).toEqual(['---\n', '---']);
    expect(cut('')).toEqual(['']);
  });
});

describe('edits', () => {
  const piece = fc.constantFrom('a', '---', '--- ', '\n', '\r\n', '\r', 'b: c', ' ', '...', '😀', '');
  const some = fc.array(piece, { maxLength: 12 }).map((parts) => parts.join(''));
  const change = fc.tuple(some, fc.nat(), fc.nat());

  test('give what a new file of the same text gives', () => {
    fc.assert(
      fc.property(some, fc.array(change, { maxLength: 6 }), (text, changes) => {
        let manifest = yaml(text);
        for (const [insert, from, length] of changes) {
          const before = manifest.getText();
          const start = from % (before.length + 1);
          const end = Math.min(before.length, start + (length % 5));
          const range = { start: manifest.positionAt(start), end: manifest.positionAt(end) };
          // A position within a line break is that of its beginning.
          const [first, last] = [manifest.offsetAt(range.start), manifest.offsetAt(range.end)];
          manifest = updateManifest(manifest, [{ range, text: insert }], manifest.version + 1);
          const fresh = yaml(before.slice(0, first) + insert + before.slice(last));
          expect(manifest.getText()).toBe(fresh.getText());
          expect(manifest.chunks).toEqual(fresh.chunks);
          expect(manifest.places).toEqual(fresh.places);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('places are those of the protocol', () => {
    fc.assert(
      fc.property(some, fc.nat(), (text, at) => {
        const [ours, theirs] = [yaml(text), TextDocument.create('file:///x', 'yaml', 1, text)];
        const offset = at % (text.length + 1);
        const position = theirs.positionAt(offset);
        expect(ours.positionAt(theirs.offsetAt(position))).toEqual(position);
        expect(ours.offsetAt(position)).toBe(theirs.offsetAt(position));
        expect(ours.lineCount).toBe(theirs.lineCount);
        expect(ours.offsetAt({ line: position.line, character: 999 })).toBe(
          theirs.offsetAt({ line: position.line, character: 999 }),
        );
      }),
      { numRuns: 1000 },
    );
  });

  test('leave the documents alone that they do not touch', () => {
    const many = Array.from({ length: 400 }, (_, i) =>
      ingress(`${P}group.order: '${i}'`, `${P}scheme: internal`),
    ).join('---\n');
    const before = yaml(many);
    const start = before.positionAt(many.indexOf("group.order: '200'") + 16);
    const after = updateManifest(before, [{ range: { start, end: start }, text: '0' }], 2);
    const changed = after.chunks.filter((chunk, i) => chunk !== before.chunks[i]);
    expect(after.chunks).toHaveLength(400);
    expect(changed).toHaveLength(1);
    expect(changed[0]?.text).toContain("group.order: '2000'");
  });
});
