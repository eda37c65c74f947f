import type { RuleCondition } from '../../annotations/jsonShapes';
import { readAnnotation } from '../../annotations/read';
import type { HttpPath, IngressRule } from '../../kube/types';
import { BuildError, goList } from '../errors';
import type { Member } from '../group';
import type { Condition } from '../stack';
import type { Backend } from './backend';
import { annotationsOf } from './context';
import { compact } from './exclusive';

/** Conditions of one path of one host rule: the annotation's first, then host, then path. Source: lbc:pkg/ingress/model_build_listener_rules.go. */
export function buildConditions(
  member: Member,
  rule: IngressRule,
  path: HttpPath,
  backend: Backend,
): Condition[] {
  const fromPath = path.path
    ? pathPatterns(member, path.path, path.pathType)
    : { values: [], regexValues: [] };
  const hosts = { values: [...(rule.host ? [rule.host] : []), ...said(backend, 'host-header', 'values')] };
  const host = { ...hosts, regexValues: said(backend, 'host-header', 'regexValues') };
  const paths = {
    values: [...fromPath.values, ...said(backend, 'path-pattern', 'values')],
    regexValues: [...fromPath.regexValues, ...said(backend, 'path-pattern', 'regexValues')],
  };
  const others = backend.conditions.flatMap(otherCondition);
  refuseBoth('host', host);
  refuseBoth('path', paths);
  const conditions = [
    ...others,
    ...valuesCondition('host-header', 'hostHeaderConfig', host),
    ...valuesCondition('path-pattern', 'pathPatternConfig', paths),
  ];
  return conditions.length > 0
    ? conditions
    : [{ field: 'path-pattern', pathPatternConfig: { values: ['/*'] } }];
}

interface Patterns {
  readonly values: readonly string[];
  readonly regexValues: readonly string[];
}

function said(
  backend: Backend,
  field: 'host-header' | 'path-pattern',
  kind: 'values' | 'regexValues',
): readonly string[] {
  const config = field === 'host-header' ? 'hostHeaderConfig' : 'pathPatternConfig';
  return backend.conditions.flatMap((one) => (one.field === field ? (one[config]?.[kind] ?? []) : []));
}

function refuseBoth(what: string, { values, regexValues }: Patterns): void {
  if (values.length === 0 || regexValues.length === 0) return;
  const both = `both Values ${goList(values)} and RegexValues ${goList(regexValues)}`;
  throw new BuildError(`${what} condition must specify exactly one of Values and RegexValues, got ${both}`);
}

function valuesCondition(
  field: string,
  config: 'hostHeaderConfig' | 'pathPatternConfig',
  { values, regexValues }: Patterns,
): Condition[] {
  return [
    ...(values.length === 0 ? [] : [{ field, [config]: { values } }]),
    ...(regexValues.length === 0 ? [] : [{ field, [config]: { regexValues } }]),
  ];
}

/** Conditions other than host and path, as they are; fields that nobody knows are left out. */
function otherCondition(raw: RuleCondition): Condition[] {
  const field = raw.field ?? '';
  switch (field) {
    case 'http-header': {
      const { httpHeaderName = '', values, regexValues } = raw.httpHeaderConfig ?? {};
      return [{ field, httpHeaderConfig: compact({ httpHeaderName, values, regexValues }) }];
    }
    case 'http-request-method':
      return [{ field, httpRequestMethodConfig: { values: raw.httpRequestMethodConfig?.values ?? [] } }];
    case 'query-string': {
      const pairs = raw.queryStringConfig?.values ?? [];
      return [
        { field, queryStringConfig: { values: pairs.map(({ key, value = '' }) => compact({ key, value })) } },
      ];
    }
    case 'source-ip':
      return [{ field, sourceIPConfig: { values: raw.sourceIPConfig?.values ?? [] } }];
    default:
      return [];
  }
}

function pathPatterns(member: Member, path: string, pathType = 'ImplementationSpecific'): Patterns {
  switch (pathType) {
    case 'ImplementationSpecific': {
      const regex = readAnnotation('use-regex-path-match', annotationsOf(member)) ?? false;
      // Kubernetes wants a leading slash, a regular expression does not.
      return regex ? { values: [], regexValues: [path.slice(1)] } : { values: [path], regexValues: [] };
    }
    case 'Exact':
      refuseWildcards('exact', path);
      return { values: [path], regexValues: [] };
    case 'Prefix': {
      if (path === '/') return { values: ['/*'], regexValues: [] };
      refuseWildcards('prefix', path);
      const stem = path.replace(/\/$/, '');
      return { values: [stem, `${stem}/*`], regexValues: [] };
    }
    default:
      throw new BuildError(`unsupported pathType: ${pathType}`);
  }
}

function refuseWildcards(what: string, path: string): void {
  if (/[*?]/.test(path)) throw new BuildError(`${what} path shouldn't contain wildcards: ${path}`);
}
