/**
 * CustomResourceDefinitions made from the tables: structural schemas as `apiextensions.k8s.io/v1` wants them
 * (k8s.io/apiextensions-apiserver: pkg/apis/apiextensions/v1). Names, columns and status as in
 * lbc:config/crd/bases v3.5.0. What the controller's webhook checks is left to it: a definition that refuses more than
 * the controller's own would break manifests that work.
 */
import type { Field, Fields, ResourceTable } from './field';
import { object, string } from './field';
import { ingressClassParams } from './ingressClassParams';
import { targetGroupBinding } from './targetGroupBinding';

/** The release of the controller whose fields the tables have. */
export const TABLES_RELEASE = '3.5.0';

export interface Definition {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly spec: Readonly<Record<string, unknown>>;
}

interface Names {
  readonly plural: string;
  readonly singular: string;
}

interface Column {
  readonly name: string;
  readonly type: string;
  readonly jsonPath: string;
  readonly priority?: number;
}

interface Row {
  readonly table: ResourceTable;
  readonly names: Names;
  readonly columns: readonly Column[];
  /** Written by the controller through the status subresource. */
  readonly status?: Field;
}

const column = (name: string, jsonPath: string, priority?: number): Column => ({
  ...{ name, type: 'string', jsonPath },
  ...(priority === undefined ? {} : { priority }),
});

const AGE: Column = { name: 'AGE', type: 'date', jsonPath: '.metadata.creationTimestamp' };

const bindingStatus = object('What the controller has done.', {
  observedGeneration: { type: 'integer', doc: 'The generation that the controller has seen last.' },
  conditions: {
    type: 'array',
    doc: 'How the registration stands.',
    of: object('One condition.', { type: string('What it is about.') }, { open: true }),
  },
});

const ROWS: readonly Row[] = [
  {
    table: ingressClassParams,
    names: { plural: 'ingressclassparams', singular: 'ingressclassparam' },
    columns: [
      column('GROUP-NAME', '.spec.group.name'),
      column('SCHEME', '.spec.scheme'),
      column('IP-ADDRESS-TYPE', '.spec.ipAddressType'),
      AGE,
    ],
  },
  {
    table: targetGroupBinding,
    names: { plural: 'targetgroupbindings', singular: 'targetgroupbinding' },
    columns: [
      column('SERVICE-NAME', '.spec.serviceRef.name'),
      column('SERVICE-PORT', '.spec.serviceRef.port'),
      column('TARGET-TYPE', '.spec.targetType'),
      column('ARN', '.spec.targetGroupARN', 1),
      column('NAME', '.spec.targetGroupName', 2),
      AGE,
    ],
    status: bindingStatus,
  },
];

/** The definitions of `elbv2.k8s.aws` that the controller needs, each with the table that it was made from. */
export const DEFINITIONS: readonly { readonly table: ResourceTable; readonly definition: Definition }[] =
  ROWS.map((row) => ({ table: row.table, definition: definitionOf(row) }));

function definitionOf({ table, names, columns, status }: Row): Definition {
  const [group = '', version = ''] = table.apiVersion.split('/');
  const { kind, scope } = table;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${names.plural}.${group}`,
      labels: {
        'app.kubernetes.io/managed-by': 'ekslb',
        'app.kubernetes.io/version': TABLES_RELEASE,
      },
    },
    spec: {
      group,
      scope,
      names: { kind, listKind: `${kind}List`, ...names },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: status === undefined ? {} : { status: {} },
          additionalPrinterColumns: columns,
          schema: { openAPIV3Schema: rootSchema(table, status) },
        },
      ],
    },
  };
}

/** The API server looks after apiVersion, kind and metadata itself. */
function rootSchema({ doc, root }: ResourceTable, status: Field | undefined): object {
  const spec = root.fields?.['spec'];
  return {
    type: 'object',
    description: doc,
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { type: 'object' },
      ...(spec === undefined ? {} : { spec: schemaOf(spec) }),
      ...(status === undefined ? {} : { status: schemaOf(status) }),
    },
  };
}

function schemaOf(field: Field): object {
  const { doc, deprecated } = field;
  return {
    description: deprecated === undefined ? doc : `Deprecated. ${deprecated} ${doc}`,
    ...valueSchema(field),
  };
}

function valueSchema(field: Field): object {
  const { minimum, maximum, minItems, options, of } = field;
  switch (field.type) {
    case 'string':
      return { type: 'string', ...some('enum', options) };
    case 'integer':
      return { type: 'integer', format: 'int64', ...some('minimum', minimum), ...some('maximum', maximum) };
    case 'boolean':
      return { type: 'boolean' };
    case 'intOrString':
      return { anyOf: [{ type: 'integer' }, { type: 'string' }], 'x-kubernetes-int-or-string': true };
    case 'array':
      return { type: 'array', ...some('items', of && schemaOf(of)), ...some('minItems', minItems) };
    case 'map':
      return { type: 'object', ...some('additionalProperties', of && schemaOf(of)) };
    case 'object':
      return objectValue(field);
  }
}

function objectValue(field: Field): object {
  const { fields = {}, open } = field;
  const required = Object.keys(fields).filter((name) => fields[name]?.required === true);
  return {
    type: 'object',
    properties: propertiesOf(fields),
    ...some('required', required.length > 0 ? required : undefined),
    ...some('x-kubernetes-preserve-unknown-fields', open),
    ...ruleOf(field),
  };
}

function propertiesOf(fields: Fields): object {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, schemaOf(field)]));
}

/** Fields that exclude each other; where one is needed, the controller's webhook says so in its own words. */
function ruleOf({ oneOf }: Field): object {
  if (oneOf === undefined || oneOf.max !== 1 || oneOf.min !== 0) return {};
  const both = oneOf.fields.map((name) => `has(self.${name})`).join(' && ');
  const message = `only one of ${oneOf.fields.join(' and ')} may be there`;
  return { 'x-kubernetes-validations': [{ rule: `!(${both})`, message }] };
}

function some(name: string, value: unknown): object {
  return value === undefined ? {} : { [name]: value };
}
