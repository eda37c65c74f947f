import { gt } from 'semver';
import { DEFINITIONS, type Field, type ResourceTable } from '../../crds';
import type { KubeObject } from '../../kube/types';

/** A CustomResourceDefinition as the API server has it. */
export interface LiveDefinition extends KubeObject {
  readonly spec?: {
    readonly versions?: readonly {
      readonly name: string;
      readonly served?: boolean;
      readonly schema?: { readonly openAPIV3Schema?: Schema };
    }[];
  };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
}

export interface MissingField {
  /** `spec.listeners[].protocol` */
  readonly path: string;
  /** The release that brought it; undefined where the kind always had it. */
  readonly since: string | undefined;
}

/** The definitions, each with its name. */
export const WANTED = DEFINITIONS.map((one) => ({ ...one, name: one.definition.metadata.name }));

/** Fields of a release that a definition does not know. The API server drops or refuses them. */
export function missingFields(table: ResourceTable, live: LiveDefinition, release: string): MissingField[] {
  const version = table.apiVersion.split('/')[1];
  const served = live.spec?.versions?.find(({ name, served }) => name === version && served !== false);
  const spec = table.root.fields?.['spec'];
  if (served === undefined || spec === undefined) return [{ path: `version ${version}`, since: undefined }];
  const schema = served.schema?.openAPIV3Schema?.properties?.['spec'];
  if (schema === undefined) return [{ path: 'spec', since: undefined }];
  return missingIn(spec, schema, 'spec', release, undefined);
}

function missingIn(
  field: Field,
  schema: Schema,
  path: string,
  release: string,
  since: string | undefined,
): MissingField[] {
  if (schema['x-kubernetes-preserve-unknown-fields'] === true) return [];
  const own = Object.entries(field.fields ?? {}).flatMap(([name, child]) =>
    missingBelow(child, schema.properties?.[name], `${path}.${name}`, release, child.since ?? since),
  );
  const inner = field.type === 'array' ? schema.items : undefined;
  const elements =
    field.type === 'array' && field.of !== undefined && inner !== undefined
      ? missingIn(field.of, inner, `${path}[]`, release, since)
      : [];
  return [...own, ...elements];
}

function missingBelow(
  child: Field,
  schema: Schema | undefined,
  path: string,
  release: string,
  since: string | undefined,
): MissingField[] {
  if (since !== undefined && gt(since, release)) return [];
  if (schema !== undefined) return missingIn(child, schema, path, release, since);
  // The old spelling of a field went with the release that brought the new one.
  return child.deprecated === undefined ? [{ path, since }] : [];
}
