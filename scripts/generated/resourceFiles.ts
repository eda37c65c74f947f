/** The reference page and the JSON schemas (draft 7) of resources. */
import type { Field, ResourceTable } from '../../src/crds';
import { resourceTables } from '../../src/crds';
import { DRAFT } from './annotationSchemas';
import { code, GENERATED_FROM_CRDS, page, table } from './markdown';

/** Name of the file in `schemas/` -> whose schema it is. */
const SCHEMAS: Readonly<Record<string, string>> = {
  ingressclass: 'networking.k8s.io/v1 IngressClass',
  ingressclassparams: 'elbv2.k8s.aws/v1beta1 IngressClassParams',
  targetgroupbinding: 'elbv2.k8s.aws/v1beta1 TargetGroupBinding',
  'auto-mode-ingressclassparams': 'eks.amazonaws.com/v1 IngressClassParams',
  'auto-mode-targetgroupbinding': 'eks.amazonaws.com/v1 TargetGroupBinding',
};

const titleOf = ({ apiVersion, kind }: ResourceTable) => `${apiVersion} ${kind}`;

/** Path in the repository -> the schema. */
export function resourceSchemas(): Record<string, Record<string, unknown>> {
  const entries = Object.entries(SCHEMAS).map(([name, title]): [string, Record<string, unknown>] => {
    const found = resourceTables.find((one) => titleOf(one) === title);
    if (found === undefined) throw new Error(`no table of ${title}`);
    return [`schemas/${name}.schema.json`, resourceSchema(found)];
  });
  return Object.fromEntries(entries);
}

export function resourceSchema(resource: ResourceTable): Record<string, unknown> {
  return { $schema: DRAFT, title: titleOf(resource), ...fieldSchema(resource.root) };
}

function fieldSchema(field: Field): Record<string, unknown> {
  const { doc, deprecated, example, known } = field;
  const examples = example === undefined ? Object.keys(known ?? {}) : [example];
  return {
    description: deprecated === undefined ? doc : `Deprecated. ${deprecated} ${doc}`,
    ...(deprecated === undefined ? {} : { deprecated: true }),
    ...(examples.length > 0 ? { examples } : {}),
    ...valueSchema(field),
  };
}

function valueSchema(field: Field): Record<string, unknown> {
  switch (field.type) {
    case 'string':
      return { type: 'string', ...optionsSchema(field), ...field.kind?.schema };
    case 'integer':
      return { type: 'integer', ...only('minimum', field.minimum), ...only('maximum', field.maximum) };
    case 'boolean':
      return { type: 'boolean' };
    case 'intOrString':
      return { type: ['integer', 'string'] };
    case 'array':
      return {
        type: 'array',
        ...only('items', field.of && fieldSchema(field.of)),
        ...only('minItems', field.minItems),
      };
    case 'map':
      return {
        type: 'object',
        ...only('properties', field.fields && propertiesOf(field)),
        ...only('additionalProperties', field.of && fieldSchema(field.of)),
      };
    case 'object':
      return objectSchema(field);
  }
}

function optionsSchema({ options }: Field): Record<string, unknown> {
  return options?.length === 1 ? { const: options[0] } : only('enum', options);
}

function objectSchema(field: Field): Record<string, unknown> {
  const required = Object.entries(field.fields ?? {}).flatMap(([name, one]) =>
    one.required === true ? [name] : [],
  );
  return {
    type: 'object',
    properties: propertiesOf(field),
    ...only('required', required.length > 0 ? required : undefined),
    ...choiceSchema(field),
    additionalProperties: field.open === true,
  };
}

function propertiesOf({ fields = {} }: Field): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, fieldSchema(field)]));
}

function choiceSchema({ oneOf }: Field): Record<string, unknown> {
  if (oneOf === undefined) return {};
  const { fields, min, max } = oneOf;
  if (min === 0) return { not: { required: fields } };
  return { [max === 1 ? 'oneOf' : 'anyOf']: fields.map((name) => ({ required: [name] })) };
}

function only(name: string, value: unknown): Record<string, unknown> {
  return value === undefined ? {} : { [name]: value };
}

export function resourcesPage(): string {
  return page(
    '# Resources',
    GENERATED_FROM_CRDS,
    'The fields of the resources that belong to Ingresses and target groups. "Beats" names the annotation of an Ingress that a field overrides.',
    ...resourceTables.flatMap(resourceSection),
  );
}

function resourceSection(resource: ResourceTable): string[] {
  const annotations = resource.root.fields?.['metadata']?.fields?.['annotations'];
  const spec = resource.root.fields?.['spec'];
  const rows = [
    ...(annotations === undefined ? [] : below('metadata.annotations', annotations)),
    ...(spec === undefined ? [] : below('spec', spec)),
  ];
  return [
    `## ${resource.kind} (${resource.apiVersion})`,
    `${resource.doc} [Documentation](${resource.href})`,
    table(['Field', 'Value', 'Since', 'Beats', ''], rows.map(row)),
  ];
}

type Place = readonly [path: string, field: Field];

/** The fields of a field, depth first; what an array or a map consists of has no row of its own. */
function below(path: string, field: Field): Place[] {
  const children = Object.entries(field.fields ?? {}).flatMap(([name, child]): Place[] => {
    const childPath = `${path}.${name}`;
    return [[childPath, child], ...below(childPath, child)];
  });
  const inside =
    field.of === undefined ? [] : below(`${path}${field.type === 'array' ? '[]' : '.*'}`, field.of);
  return [...children, ...inside];
}

function row([path, field]: Place): string[] {
  return [
    ...[code(path), valueText(field), field.since ?? '', code(field.annotation)],
    [
      field.doc,
      field.required === true ? 'Required.' : undefined,
      field.immutable === true ? 'It cannot be changed later.' : undefined,
      field.deprecated === undefined ? undefined : `**Deprecated.** ${field.deprecated}`,
      field.autoMode,
    ]
      .filter((note) => note !== undefined)
      .join(' '),
  ];
}

function valueText(field: Field): string {
  const words = field.options ?? Object.keys(field.known ?? {});
  if (words.length > 0) return words.map(code).join(', ');
  if (field.type === 'array') return `list${field.of === undefined ? '' : ` of ${valueText(field.of)}`}`;
  if (field.type === 'intOrString') return 'whole number or text';
  if (field.type === 'integer') return 'whole number';
  return field.kind?.describe ?? (field.type === 'string' ? 'text' : field.type);
}
