import Ajv from 'ajv';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { parse } from 'yaml';
import { resourceSchema } from '../../scripts/generated/resourceFiles';
import { catalogue, families } from '../../src/annotations/catalogue';
import { lookUp } from '../../src/annotations/read';
import { crdOf, type Field, fieldAt, type ResourceTable, resourceTables } from '../../src/crds';
import type { IngressClassParams, TargetGroupBinding } from '../../src/kube/types';

function tableOf(apiVersion: string, kind: string): ResourceTable {
  const table = crdOf(apiVersion, kind);
  if (table === undefined) throw new Error(`${apiVersion} ${kind}`);
  return table;
}

const params = tableOf('elbv2.k8s.aws/v1beta1', 'IngressClassParams');
const autoParams = tableOf('eks.amazonaws.com/v1', 'IngressClassParams');
const binding = tableOf('elbv2.k8s.aws/v1beta1', 'TargetGroupBinding');
const autoBinding = tableOf('eks.amazonaws.com/v1', 'TargetGroupBinding');
const ingressClass = tableOf('networking.k8s.io/v1', 'IngressClass');

/** Each field of a table with its path. */
function all(field: Field, path = ''): [string, Field][] {
  return [
    [path, field],
    ...Object.entries(field.fields ?? {}).flatMap(([name, child]) => all(child, `${path}.${name}`)),
    ...(field.of === undefined ? [] : all(field.of, `${path}[]`)),
  ];
}

const names = (table: ResourceTable, ...path: (string | number)[]) =>
  Object.keys(fieldAt(table, ['spec', ...path])?.fields ?? {}).sort();

describe('crdOf', () => {
  test('tells the controller and EKS Auto Mode apart', () => {
    expect(params).not.toBe(autoParams);
    expect(crdOf('elbv2.k8s.aws/v1', 'IngressClassParams')).toBeUndefined();
    expect(crdOf('v1', 'Service')).toBeUndefined();
  });
});

describe('fieldAt', () => {
  test.each([
    [params, ['spec', 'group', 'name'], 'string'],
    [params, ['spec', 'listeners', 0, 'listenerAttributes', 2, 'key'], 'string'],
    [params, ['spec', 'subnets', 'tags', 'kubernetes.io/role/elb', 0], 'string'],
    [params, ['metadata', 'annotations', 'example.com/owner'], 'string'],
    [params, [], 'object'],
    [params, ['spec', 'listeners', 'port'], undefined],
    [params, ['spec', 0], undefined],
    [params, ['spec', 'toString'], undefined],
    [params, ['spec', 'certificateARNs', 0], undefined],
    [autoParams, ['spec', 'certificateARNs', 0], 'string'],
    [autoParams, ['spec', 'subnets', 'matchTags', 0, 'values', 1], 'string'],
    [binding, ['spec', 'serviceRef', 'port'], 'intOrString'],
    [binding, ['spec', 'networking', 'ingress', 0, 'from', 0, 'ipBlock', 'cidr'], 'string'],
    [autoBinding, ['spec', 'networking', 'ingress', 0, 'from', 0, 'ipBlock'], undefined],
    [ingressClass, ['spec', 'parameters', 'apiGroup'], 'string'],
  ] as const)('%#', (table, path, type) => {
    expect(fieldAt(table, path)?.type).toBe(type);
  });

  test('finds the annotation that makes a class the default', () => {
    const field = fieldAt(ingressClass, [
      'metadata',
      'annotations',
      'ingressclass.kubernetes.io/is-default-class',
    ]);
    expect(field?.options).toEqual(['true', 'false']);
  });
});

describe('the tables', () => {
  test.each(
    resourceTables.flatMap(({ apiVersion, kind, root }) =>
      all(root).map(([path, field]): [string, Field] => [`${apiVersion} ${kind}${path}`, field]),
    ),
  )('%s', (_, field) => {
    for (const text of [field.doc, field.autoMode, field.deprecated, ...Object.values(field.known ?? {})])
      if (text !== undefined) expect(text).toMatch(/^[A-Z`].*\.$/);
    expect(field.of !== undefined).toBe(field.type === 'array' || field.type === 'map');
    if (field.type === 'object') expect(Object.keys(field.fields ?? {})).not.toEqual([]);
    for (const name of field.oneOf?.fields ?? []) expect(Object.keys(field.fields ?? {})).toContain(name);
    if (field.example !== undefined) expect(field.kind?.check(field.example) ?? []).toEqual([]);
    if (field.annotation !== undefined)
      expect(lookUp(field.annotation) ?? lookUp(`${field.annotation}.x`)).toBeDefined();
  });

  test.each(
    [...Object.entries(catalogue), ...Object.entries(families)].flatMap(([suffix, row]) =>
      'classParams' in row ? [[row.classParams, suffix] as const] : [],
    ),
  )('%s beats the annotation %s', (path, suffix) => {
    expect(fieldAt(params, ['spec', ...path.split('.')])?.annotation).toBe(suffix);
  });

  test('fields of EKS Auto Mode either exist there or say what to use instead', () => {
    const spec = fieldAt(params, ['spec'])?.fields ?? {};
    const silent = Object.entries(spec).filter(
      ([name, { autoMode }]) => autoMode === undefined && fieldAt(autoParams, ['spec', name]) === undefined,
    );
    expect(silent).toEqual([]);
    const bindingSpec = fieldAt(binding, ['spec'])?.fields ?? {};
    const missing = Object.entries(bindingSpec).filter(
      ([name, { autoMode }]) => autoMode === undefined && fieldAt(autoBinding, ['spec', name]) === undefined,
    );
    expect(missing).toEqual([]);
  });
});

/** All keys of a type; a key too many or too few does not compile. */
const keysOf = <T>(keys: Readonly<Record<keyof Required<T>, true>>): string[] => Object.keys(keys).sort();

describe('what the engine reads', () => {
  test('of IngressClassParams is what the table has', () => {
    type Spec = NonNullable<IngressClassParams['spec']>;
    const keys = keysOf<Spec>({
      certificateArn: true,
      group: true,
      inboundCIDRs: true,
      ipAddressType: true,
      ipamConfiguration: true,
      listeners: true,
      loadBalancerAttributes: true,
      loadBalancerName: true,
      minimumLoadBalancerCapacity: true,
      namespaceSelector: true,
      prefixListsIDs: true,
      PrefixListsIDs: true,
      scheme: true,
      sslPolicy: true,
      sslRedirectPort: true,
      subnets: true,
      tags: true,
      targetType: true,
      wafv2AclArn: true,
      wafv2AclName: true,
    });
    expect(names(params)).toEqual(keys);
    const listener = keysOf<NonNullable<Spec['listeners']>[number]>({
      protocol: true,
      port: true,
      listenerAttributes: true,
    });
    expect(names(params, 'listeners', 0)).toEqual(listener);
    expect(names(params, 'subnets')).toEqual(keysOf<NonNullable<Spec['subnets']>>({ ids: true, tags: true }));
    expectTypeOf<Spec['sslRedirectPort']>().toEqualTypeOf<string | undefined>();
  });

  test('of TargetGroupBinding is in the table', () => {
    const keys = keysOf<TargetGroupBinding['spec']>({
      targetGroupARN: true,
      targetGroupName: true,
      iamRoleArnToAssume: true,
      assumeRoleExternalId: true,
      targetType: true,
      serviceRef: true,
      networking: true,
      nodeSelector: true,
      ipAddressType: true,
      vpcID: true,
      multiClusterTargetGroup: true,
      targetGroupProtocol: true,
    });
    expect(keys.filter((key) => fieldAt(binding, ['spec', key]) === undefined)).toEqual([]);
  });
});

const ajv = new Ajv({ strict: false });

/** What a schema says about a manifest, without where in the schema. */
function errors(table: ResourceTable, yaml: string): string[] {
  const validate = ajv.compile(resourceSchema(table));
  validate(parse(`apiVersion: ${table.apiVersion}\nkind: ${table.kind}\nmetadata: {name: x}\n${yaml}`));
  return (validate.errors ?? []).map(({ instancePath, keyword }) => `${instancePath} ${keyword}`);
}

describe('the schemas', () => {
  test.each(resourceTables.map((table) => [`${table.apiVersion} ${table.kind}`, table] as const))(
    '%s is a JSON schema of draft 7',
    (_, table) => {
      const schema = resourceSchema(table);
      expect(schema['$schema']).toBe('http://json-schema.org/draft-07/schema#');
      expect(new Ajv({ strict: false }).validateSchema(schema)).toBe(true);
    },
  );

  test.each([
    [params, 'spec: {scheme: internal, group: {name: shop}, sslRedirectPort: "443"}', []],
    [params, 'spec: {subnets: {tags: {team: [shop]}}, tags: [{key: a, value: b}]}', []],
    [params, 'spec: {scheme: public}', ['/spec/scheme enum']],
    [params, 'spec: {sslRedirectPort: 443}', ['/spec/sslRedirectPort type', '/spec/sslRedirectPort type']],
    [params, 'spec: {group: {}}', ['/spec/group required']],
    [params, 'spec: {certificateARNs: []}', ['/spec additionalProperties']],
    [params, 'spec: {prefixListsIDs: [pl-1], PrefixListsIDs: [pl-1]}', ['/spec not']],
    [autoParams, 'spec: {certificateARNs: [], subnets: {matchTags: [{key: team}]}}', []],
    [autoParams, 'spec: {certificateArn: []}', ['/spec additionalProperties']],
    [binding, 'spec: {targetGroupName: x, serviceRef: {name: a, port: http}}', []],
    [binding, 'spec: {targetGroupName: x}', ['/spec required']],
    [ingressClass, 'spec: {controller: nginx.org/ingress-controller}', []],
  ] as const)('%#: %s', (table, yaml, expected) => {
    const found = errors(table, yaml);
    if (expected.length === 0) expect(found).toEqual([]);
    else expect(found).toContain(expected[0]);
  });

  test.each([
    [params, 'spec: {subnets: {}}'],
    [params, 'spec: {subnets: {ids: [subnet-1], tags: {a: [b]}}}'],
    [params, 'spec: {subnets: {ids: []}}'],
    [binding, 'spec: {serviceRef: {name: a, port: 80}}'],
    [
      autoBinding,
      'spec: {targetGroupARN: "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/a/b", serviceRef: {name: a, port: 80}}',
    ],
    [ingressClass, 'spec: ingress.k8s.aws/alb'],
  ] as const)('%#: refuses %s', (table, yaml) => {
    expect(errors(table, yaml)).not.toEqual([]);
  });
});

describe('values of fields', () => {
  test.each([
    [params, ['spec', 'inboundCIDRs', 0], '10.0.0.0/8', []],
    [params, ['spec', 'inboundCIDRs', 0], '10.1.0.0/8', ['10.0.0.0/8']],
    [params, ['spec', 'inboundCIDRs', 0], '2001:db8::1/32', ['2001:db8::/32']],
    [params, ['spec', 'inboundCIDRs', 0], '::/0', []],
    [params, ['spec', 'subnets', 'ids', 0], 'shop-a', [undefined]],
    [binding, ['spec', 'vpcID'], 'vpc-0123456789abcdef0', []],
    [binding, ['spec', 'vpcID'], 'vpc-1', [undefined]],
  ] as const)('%#: %s %s', (table, path, raw, replacements) => {
    expect(
      fieldAt(table, path)
        ?.kind?.check(raw)
        .map(({ replacement }) => replacement),
    ).toEqual(replacements);
  });
});
