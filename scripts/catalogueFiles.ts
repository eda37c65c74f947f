/** The files that follow from the tables of annotations, rules and resources, as text. */
import { annotationsPage, serviceAnnotationsPage } from './generated/annotationPages';
import { schema, serviceSchema } from './generated/annotationSchemas';
import { configSchema } from './generated/configSchema';
import { definitionFiles } from './generated/definitionFiles';
import { problemsPage } from './generated/problemsPage';
import { resourceSchemas, resourcesPage } from './generated/resourceFiles';
import { rulePages } from './generated/rulePages';

/** Path in the repository -> content. */
export function generatedFiles(): Record<string, string> {
  return {
    'schemas/annotations.schema.json': json(schema()),
    'schemas/service-annotations.schema.json': json(serviceSchema()),
    'schemas/ekslb.schema.json': json(configSchema()),
    'docs/annotations.md': annotationsPage(),
    'docs/service-annotations.md': serviceAnnotationsPage(),
    'docs/resources.md': resourcesPage(),
    ...rulePages(),
    'docs/problems.md': problemsPage(),
    ...definitionFiles(),
    ...Object.fromEntries(Object.entries(resourceSchemas()).map(([path, value]) => [path, json(value)])),
  };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
