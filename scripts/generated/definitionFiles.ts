/** The CustomResourceDefinitions as files: the sandbox installs them, and people may take them for GitOps. */
import { stringify } from 'yaml';
import { DEFINITIONS } from '../../src/crds';

/** Path in the repository -> content. */
export function definitionFiles(): Record<string, string> {
  const entries = DEFINITIONS.map(({ table, definition }): [string, string] => [
    `sandbox/crds/${definition.metadata.name.split('.')[0]}.yaml`,
    `# ${table.doc}\n# Written by \`npm run generate\` from src/crds.\n${stringify(definition, { lineWidth: 0, aliasDuplicateObjects: false })}`,
  ]);
  return Object.fromEntries(entries);
}
