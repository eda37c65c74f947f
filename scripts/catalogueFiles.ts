/** The files that follow from the tables of annotations, rules and resources, as text. */
import { rules } from '../src/rules';
import { annotationsPage, serviceAnnotationsPage } from './generated/annotationPages';
import { schema, serviceSchema } from './generated/annotationSchemas';
import { GENERATED, page } from './generated/markdown';
import { resourceSchemas, resourcesPage } from './generated/resourceFiles';

/** Path in the repository -> content. */
export function generatedFiles(): Record<string, string> {
  return {
    'schemas/annotations.schema.json': json(schema()),
    'schemas/service-annotations.schema.json': json(serviceSchema()),
    'docs/annotations.md': annotationsPage(),
    'docs/service-annotations.md': serviceAnnotationsPage(),
    'docs/rules.md': rulesPage(),
    'docs/resources.md': resourcesPage(),
    ...Object.fromEntries(Object.entries(resourceSchemas()).map(([path, value]) => [path, json(value)])),
  };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function rulesPage(): string {
  const rows = Object.entries(rules).map(
    ([code, { severity, title, why }]) => `## ${code}\n\n${title} (${severity}). ${why}`,
  );
  return page(
    '# Rules',
    GENERATED,
    'What the editor and `ekslb lint` check in annotations, by the code of the finding.',
    ...rows,
  );
}
