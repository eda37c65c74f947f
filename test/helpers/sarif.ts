import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import Ajv from 'ajv-draft-04';

const SCHEMA = '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json';

function compiled() {
  const path = createRequire(import.meta.url).resolve(SCHEMA);
  // One pattern of the schema is right only where `]` may stand by itself.
  const ajv = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false, allErrors: true });
  return ajv.compile(JSON.parse(readFileSync(path, 'utf8')) as object);
}

let validate: ReturnType<typeof compiled> | undefined;

/** What the published schema of SARIF 2.1.0 has against a log. */
export function sarifErrors(log: unknown): string[] {
  validate ??= compiled();
  if (validate(log)) return [];
  return (validate.errors ?? []).map(({ instancePath, message = '' }) => `${instancePath} ${message}`);
}
