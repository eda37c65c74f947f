import { readdirSync } from 'node:fs';
import { RULES_FOLDER } from './generated/rulePages';

/** Pages in folders that hold nothing but generated files, of what is no more. */
export function leftovers(files: Readonly<Record<string, string>>): string[] {
  const present = readdirSync(RULES_FOLDER).map((name) => `${RULES_FOLDER}/${name}`);
  return present.filter((path) => !Object.hasOwn(files, path));
}
