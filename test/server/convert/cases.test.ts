import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { convertCanary } from '../../../server/convert/canary';
import { applyConversion, type Conversion } from '../../../server/convert/conversion';
import { convertLegacy } from '../../../server/convert/legacyAlb';
import { convertNginx } from '../../../server/convert/nginx';
import type { Ingress } from '../../../src/kube/types';
import { badValues, manifests, printed, rulesOf, SERVICES } from './print';

const folder = join(import.meta.dirname, 'cases');
/** `UPDATE_GOLDEN=1 npx vitest run test/server/convert` writes what is converted now; read the difference before you keep it. */
const update = process.env['UPDATE_GOLDEN'] === '1';
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => name.replace('.yaml', ''));

function convertCase(name: string): { main: Ingress; conversion: Conversion } {
  const { ingresses, services } = manifests(
    `${readFileSync(join(folder, `${name}.yaml`), 'utf8')}\n---\n${SERVICES}`,
  );
  const [main, canary] = ingresses;
  if (main === undefined) throw new Error(`${name} has no Ingress`);
  if (canary !== undefined) return { main, conversion: convertCanary(main, canary, services) };
  return { main, conversion: name.startsWith('legacy') ? convertLegacy(main) : convertNginx(main, services) };
}

describe.each(names)('%s', (name) => {
  const { main, conversion } = convertCase(name);

  test('is converted and built as recorded', () => {
    const file = join(folder, `${name}.txt`);
    const text = `${printed(conversion)}\n\n${rulesOf(applyConversion(main, conversion))}\n`;
    if (update) writeFileSync(file, text);
    expect(existsSync(file), `${name} has no .txt: run with UPDATE_GOLDEN=1`).toBe(true);
    expect(text).toBe(readFileSync(file, 'utf8'));
  });

  test('has only annotations that the catalogue accepts', () => {
    expect(badValues(conversion)).toEqual([]);
  });

  test('leaves nothing to convert', () => {
    const again = applyConversion(main, conversion);
    const second = name.startsWith('legacy') ? convertLegacy(again) : convertNginx(again);
    expect([...second.remove, ...second.spec]).toEqual([]);
  });
});
