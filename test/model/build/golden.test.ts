import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { built } from './build';

const folder = join(import.meta.dirname, 'cases');
/** `UPDATE_GOLDEN=1 npx vitest run test/model/build` writes what is built now; read the difference before you keep it. */
const update = process.env['UPDATE_GOLDEN'] === '1';

test.each(readdirSync(folder).sort())('%s', (name) => {
  const file = join(folder, name, 'stack.json');
  const text = `${JSON.stringify(built(readFileSync(join(folder, name, 'manifests.yaml'), 'utf8')), null, 2)}\n`;
  if (update) writeFileSync(file, text);
  expect(existsSync(file), `${name} has no stack.json: run with UPDATE_GOLDEN=1`).toBe(true);
  expect(JSON.parse(text)).toEqual(JSON.parse(readFileSync(file, 'utf8')));
});
