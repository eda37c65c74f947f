/** Conditions of rules: those of host and path together with those of annotations (lbc:pkg/ingress/model_build_listener_rules.go). */
import type { RuleCondition } from '../../../src/annotations/jsonShapes';
import type { Span } from '../../../src/annotations/kinds';
import { askedOnce } from '../askedOnce';
import type { CheckContext } from '../context';
import type { Finding } from '../finding';
import { entryOf, familyOf, familyValue, type IngressSubject, readValue, spanOfAnnotation } from '../subject';
import { has } from './facts';
import { found, inWords } from './found';
import { type PathPlace, pathsOf, spanOfPath } from './paths';

/** Patterns of one rule, by what they are compared with. */
interface Patterns {
  readonly values: readonly string[];
  readonly regexValues: readonly string[];
}

interface RuleFacts {
  readonly place: PathPlace;
  /** The Service name by which its annotations are looked up. */
  readonly backend: string;
  readonly conditions: readonly RuleCondition[];
  readonly hosts: Patterns;
  readonly paths: Patterns;
}

/** The rules whose conditions can be read. */
const rulesOf = askedOnce((ingress): readonly RuleFacts[] =>
  pathsOf(ingress).flatMap((place) => {
    const backend = place.path.backend?.service?.name;
    if (typeof backend !== 'string') return [];
    const suffix = `conditions.${backend}`;
    const conditions = familyValue(ingress, 'conditions', backend) ?? [];
    if (has(ingress, suffix) && conditions.length === 0) return [];
    const own = ownPatterns(ingress, place);
    return [
      {
        place,
        backend,
        conditions,
        hosts: {
          values: [...(place.host ? [place.host] : []), ...said(conditions, 'hostHeaderConfig', 'values')],
          regexValues: said(conditions, 'hostHeaderConfig', 'regexValues'),
        },
        paths: {
          values: [...own.values, ...said(conditions, 'pathPatternConfig', 'values')],
          regexValues: [...own.regexValues, ...said(conditions, 'pathPatternConfig', 'regexValues')],
        },
      },
    ];
  }),
);

function said(
  conditions: readonly RuleCondition[],
  config: 'hostHeaderConfig' | 'pathPatternConfig',
  kind: keyof Patterns,
): readonly string[] {
  return conditions.flatMap((one) => one[config]?.[kind] ?? []);
}

function ownPatterns(ingress: IngressSubject, { path }: PathPlace): Patterns {
  const text = typeof path.path === 'string' ? path.path : '';
  if (text === '') return { values: [], regexValues: [] };
  if (path.pathType === 'Prefix')
    return {
      values: text === '/' ? ['/*'] : [text.replace(/\/$/, ''), `${text.replace(/\/$/, '')}/*`],
      regexValues: [],
    };
  const isRegex = path.pathType !== 'Exact' && readValue(ingress, 'use-regex-path-match') === true;
  return isRegex ? { values: [], regexValues: [text.slice(1)] } : { values: [text], regexValues: [] };
}

/** All values of a rule, as AWS counts them. */
function valuesOf({ conditions, hosts, paths }: RuleFacts): string[] {
  const others = conditions.flatMap((one) => [
    ...(one.httpHeaderConfig?.values ?? []),
    ...(one.httpHeaderConfig?.regexValues ?? []),
    ...(one.httpRequestMethodConfig?.values ?? []),
    ...(one.queryStringConfig?.values ?? []).map(({ key = '', value = '' }) => `${key}=${value}`),
    ...(one.sourceIPConfig?.values ?? []),
  ]);
  return [...hosts.values, ...hosts.regexValues, ...paths.values, ...paths.regexValues, ...others];
}

const MOST_VALUES = 5;
const MOST_WILDCARDS = 6;

/** AWS quotas: "Condition values per rule", "Condition wildcards per rule". */
export function tooManyConditionValues(ingress: IngressSubject, context: CheckContext): Finding[] {
  return rulesOf(ingress, context).flatMap((rule) => {
    const values = valuesOf(rule);
    if (values.length > MOST_VALUES)
      return [tooManyValues(rule, values.length, spanOfPath(ingress, rule.place))];
    const wildcards = values.join('').replace(/[^*?]/g, '').length;
    const isRegex = rule.hosts.regexValues.length + rule.paths.regexValues.length > 0;
    if (wildcards <= MOST_WILDCARDS || isRegex) return [];
    const message = `The rule has ${wildcards} wildcards; a rule may have ${MOST_WILDCARDS}.`;
    const span = spanOfPath(ingress, rule.place);
    return [found('too-many-wildcards', span, message, 'Split it into several rules.')];
  });
}

function tooManyValues({ hosts, paths, backend }: RuleFacts, count: number, span: Span): Finding {
  const [ofHost, ofPath] = [hosts, paths].map(
    ({ values, regexValues }) => values.length + regexValues.length,
  );
  const parts = `${ofHost} of hosts, ${ofPath} of paths (a Prefix path counts twice), ${count - (ofHost ?? 0) - (ofPath ?? 0)} others`;
  const message = `The rule has ${count} condition values (${parts}); a rule may have ${MOST_VALUES}.`;
  const advice = `Take values out of \`conditions.${backend}\`, or spread them over several backends.`;
  return found('too-many-condition-values', span, message, advice);
}

/** lbc: "condition must specify exactly one of Values and RegexValues". */
export function mixedWildcardRegex(ingress: IngressSubject, context: CheckContext): Finding[] {
  const seen = new Set<string>();
  const mixed = (what: string, { values, regexValues }: Patterns, backend: string): Finding[] => {
    const key = `${what} ${backend}`;
    if (values.length === 0 || regexValues.length === 0 || seen.has(key)) return [];
    seen.add(key);
    const message = `The ${what}s of the rule mix wildcard patterns (${inWords(values)}) and regular expressions (${inWords(regexValues)}).`;
    const advice =
      what === 'host'
        ? 'Write all hosts one way, or leave the `host` of the rule out.'
        : 'Write all paths one way: with `use-regex-path-match` paths of type ImplementationSpecific are regular expressions.';
    return [found('mixed-wildcard-regex', conditionSpan(ingress, backend), message, advice)];
  };
  const ofRules = rulesOf(ingress, context).flatMap(({ hosts, paths, backend }) => [
    ...mixed('host', hosts, backend),
    ...mixed('path', paths, backend),
  ]);
  return [...ofRules, ...mixedHeaders(ingress)];
}

/** lbc:pkg/ingress/config_types.go: "precisely one of values and regexValues can be specified". */
function mixedHeaders(ingress: IngressSubject): Finding[] {
  return familyOf(ingress, 'conditions').flatMap(({ entry, name }) =>
    (familyValue(ingress, 'conditions', name) ?? []).flatMap(({ httpHeaderConfig }) => {
      const { values = [], regexValues = [], httpHeaderName } = httpHeaderConfig ?? {};
      if (values.length === 0 || regexValues.length === 0) return [];
      const message = `The condition on the header \`${httpHeaderName}\` has both \`values\` and \`regexValues\`.`;
      return [found('mixed-wildcard-regex', entry.keySpan, message, 'Keep one of them.')];
    }),
  );
}

function conditionSpan(ingress: IngressSubject, backend: string): Span {
  const entry = entryOf(ingress, `conditions.${backend}`);
  return entry?.keySpan ?? spanOfAnnotation(ingress, 'use-regex-path-match');
}

/** botocore elbv2 RuleCondition: at most one each of http-request-method and source-ip; hosts and paths are brought together by the controller. */
export function repeatedCondition(ingress: IngressSubject, _context: CheckContext): Finding[] {
  return familyOf(ingress, 'conditions').flatMap(({ entry, name }) => {
    const fields = (familyValue(ingress, 'conditions', name) ?? []).map(({ field }) => field);
    const twice = ['http-request-method', 'source-ip'].filter(
      (field) => fields.filter((one) => one === field).length > 1,
    );
    if (twice.length === 0) return [];
    const message = `\`conditions.${name}\` has ${inWords(twice)} more than once.`;
    const advice = 'Put the values into one condition: any of them matches.';
    return [found('repeated-condition', entry.keySpan, message, advice)];
  });
}
