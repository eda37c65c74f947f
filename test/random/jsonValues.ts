import type { Names } from './names';
import type { Random } from './random';

/** As much of a JSON schema as the shapes of the catalogue make (src/annotations/shapes.ts). */
interface Schema {
  readonly type: string | readonly string[];
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema;
  readonly propertyNames?: { readonly enum: readonly string[] };
}

/** A value that the schema allows. */
export function jsonText(schema: unknown, random: Random, names: Names): string {
  return JSON.stringify(jsonValue(schema as Schema, '', { random, names }));
}

interface Source {
  readonly random: Random;
  readonly names: Names;
}

/** @param field its name, by which strings are chosen that make sense there */
function jsonValue(schema: Schema, field: string, source: Source): unknown {
  const { random } = source;
  if (Array.isArray(schema.type)) return random.chance(0.5) ? 80 : random.pick(source.names.servicePorts);
  switch (schema.type) {
    case 'integer':
      return integerOf(schema, random);
    case 'boolean':
      return random.chance(0.5);
    case 'array':
      return arrayOf(schema, field, source);
    case 'object':
      return schema.properties === undefined ? mapOf(schema, source) : objectOf(schema, source);
    default:
      return random.pick(schema.enum ?? textsFor(field, source));
  }
}

const INTEGERS = [0, 1, 10, 50, 80, 443, 900, 8080, 8443];

function integerOf({ minimum = 0, maximum = 65535 }: Schema, random: Random): number {
  return random.pick(INTEGERS.filter((one) => one >= minimum && one <= maximum));
}

function arrayOf({ items = { type: 'string' }, minItems = 0 }: Schema, field: string, source: Source) {
  const count = Math.max(minItems, source.random.pick([1, 1, 1, 2, 3]));
  return Array.from({ length: count }, () => jsonValue(items, field, source));
}

function mapOf({ additionalProperties = { type: 'string' }, propertyNames }: Schema, source: Source) {
  const { random } = source;
  const keys = propertyNames?.enum ?? ['display', 'prompt'];
  return Object.fromEntries(
    random.some(keys, 1).map((key) => [key, jsonValue(additionalProperties, key, source)]),
  );
}

/** With the part that the choice in `type`, `field` or the like asks for, and perhaps others. */
function objectOf({ properties = {}, required = [] }: Schema, source: Source) {
  const { random } = source;
  const must = new Set(required);
  const entries = Object.entries(properties)
    .filter(([name]) => must.has(name) || random.chance(0.4))
    .map(([name, schema]) => [name, jsonValue(schema, name, source)] as const);
  return Object.fromEntries(entries);
}

const TEXTS: Readonly<Record<string, readonly string[]>> = {
  statusCode: ['200', '404', '503'],
  messageBody: ['Back soon', ''],
  host: ['#{host}', 'www.example.com'],
  path: ['/#{path}', '/moved'],
  port: ['443', '#{port}'],
  query: ['#{query}', 'a=b'],
  httpHeaderName: ['X-Version', 'User-Agent'],
  values: ['v2', 'GET', 'POST', '10.0.0.0/8', '/extra/*', 'www.example.com'],
  regexValues: ['^/v[0-9]+/.*$', '^www[.]example[.]com$'],
  regex: ['^/api/(.*)$', '^(.+)$'],
  replace: ['/$1', '$1'],
  name: ['scope', 'groups'],
  userPoolARN: ['arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_abc'],
};

const OFFERS: Readonly<Record<string, keyof Names>> = {
  serviceName: 'services',
  secretName: 'secrets',
  targetGroupARN: 'targetGroups',
  targetGroupName: 'targetGroupNames',
  trustStore: 'trustStores',
};

function textsFor(field: string, { names }: Source): readonly string[] {
  const offer = OFFERS[field];
  const existing = offer === undefined ? [] : names[offer];
  if (existing.length > 0) return existing;
  return TEXTS[field] ?? (/issuer|endpoint/i.test(field) ? ['https://idp.example.com/x'] : ['x', 'v1']);
}
