/** The FastAPI sample as a module: where the extension is installed, the folder is not at hand. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = 'samples/fastapi';

/** Path in the repository -> content. */
export function sampleFiles(): Record<string, string> {
  return { 'src/setup/fastapiFiles.ts': moduleText() };
}

function moduleText(): string {
  const entries = readdirSync(FOLDER)
    .sort()
    .map((name) => `  ${keyOf(name)}: ${literal(readFileSync(join(FOLDER, name), 'utf8'))},`);
  return [
    `// Generated from ${FOLDER} by \`npm run generate\`; do not edit.`,
    '/** The files of the FastAPI sample, by name: what its image is built from. */',
    'export const FASTAPI_FILES: Readonly<Record<string, string>> = {',
    ...entries,
    '};',
    '',
  ].join('\n');
}

const keyOf = (name: string) => (/^\w+$/.test(name) ? name : `'${name}'`);

const literal = (text: string) => `\`${text.replace(/[\\`]|\$\{/g, '\\$&')}\``;
