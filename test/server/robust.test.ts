import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Document, Scalar, stringify } from 'yaml';
import { createReader, cutDocuments } from '../../server/document';
import { createService } from '../../server/service';
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
        const entry = createReader()(text).ingresses[0]?.annotations[0];
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
    const cut = (text: string) => cutDocuments(text).map(({ start, end }) => text.slice(start, end));
    expect(cut('a: 1\n---\nb: 2\n--- # x\nc: --- d\n----\n')).toEqual([
      'a: 1\n',
      '---\nb: 2\n',
      '--- # x\nc: --- d\n----\n',
    ]);
    expect(cut('---\n---')).toEqual(['---\n', '---']);
    expect(cut('')).toEqual([]);
  });
});

describe('size', () => {
  test('a keystroke costs what the document costs that changed, not the file', () => {
    const many = Array.from({ length: 400 }, (_, i) =>
      ingress(`${P}group.order: '${i}'`, `${P}scheme: internal`),
    ).join('---\n');
    const read = createReader();
    const first = read(many);
    const second = read(many.replace("group.order: '200'", "group.order: '2000'"));
    expect(second.ingresses).toHaveLength(400);
    const kept = second.ingresses.filter(
      ({ annotations }, i) => annotations[1]?.value === first.ingresses[i]?.annotations[1]?.value,
    );
    expect(kept).toHaveLength(400);
    const started = performance.now();
    for (let i = 0; i < 20; i++) read(many.replace("group.order: '200'", `group.order: '${i}'`));
    expect((performance.now() - started) / 20).toBeLessThan(50);
  });
});
