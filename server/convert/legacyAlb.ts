/**
 * Spellings of the old ALB Ingress Controller (v1 and before) that AWS Load Balancer Controller no longer reads, and
 * JSON in the capitals of v1, which it still reads
 * (lbc@v1.0.0:internal/ingress/annotations, lbc@1.0-alpha.9:docs/ingress-resources.md, lbc@v1.1.8:docs/guide/ingress/annotation.md).
 */

import { catalogue } from '../../src/annotations/catalogue';
import { type JsonNode, jsonValue, readJson } from '../../src/annotations/goJson';
import { fieldNamed } from '../../src/annotations/jsonDecode';
import { action, conditions } from '../../src/annotations/jsonShapes';
import { annotationKey, lookUp, PREFIX } from '../../src/annotations/read';
import type { Shape } from '../../src/annotations/shapes';
import type { Ingress } from '../../src/kube/types';
import type { Conversion, Note, SpecEdit, Verdict } from './conversion';

const CLASS_KEY = 'kubernetes.io/ingress.class';

/** What becomes of one annotation; `add` by suffix. */
interface Outcome {
  readonly verdict: Verdict;
  readonly text: string;
  readonly remove?: boolean;
  readonly add?: Readonly<Record<string, string>>;
  readonly spec?: readonly SpecEdit[];
}

/** What to change in an Ingress that was written for the old controller. */
export function convertLegacy(ingress: Ingress): Conversion {
  const annotations = ingress.metadata.annotations ?? {};
  const taken = (suffix: string) => Object.hasOwn(annotations, annotationKey(suffix));
  const found = Object.entries(annotations).flatMap(([key, value]) => {
    const outcome = outcomeOf(key, String(value), taken, ingress);
    return outcome === undefined ? [] : [{ key, outcome }];
  });
  const added = Object.assign({}, ...found.map(({ outcome }) => outcome.add ?? {})) as Record<string, string>;
  return {
    remove: found.flatMap(({ key, outcome }) => (outcome.remove === true ? [key] : [])),
    add: Object.fromEntries(Object.entries(added).map(([suffix, value]) => [annotationKey(suffix), value])),
    spec: found.flatMap(({ outcome }) => outcome.spec ?? []),
    notes: found.map(({ key, outcome }): Note => ({ key, verdict: outcome.verdict, text: outcome.text })),
  };
}

type Taken = (suffix: string) => boolean;

function outcomeOf(key: string, value: string, taken: Taken, ingress: Ingress): Outcome | undefined {
  if (key === CLASS_KEY) return classOutcome(value, ingress);
  if (!key.startsWith(`${PREFIX}/`)) return undefined;
  const suffix = key.slice(PREFIX.length + 1);
  if (suffix.startsWith('actions.')) return respelled(suffix, value, action);
  if (suffix.startsWith('conditions.')) return respelled(suffix, value, conditions);
  if (suffix === 'web-acl-id' || suffix === 'waf-acl-id') return { verdict: 'none', text: WAF_CLASSIC };
  if (lookUp(suffix) !== undefined) return undefined;
  if (suffix === 'connection-idle-timeout') return idleTimeout(value, taken);
  const gone = Object.hasOwn(GONE, suffix) ? GONE[suffix] : undefined;
  if (gone !== undefined) return { verdict: 'none', text: gone, remove: true };
  const name = RENAMED[suffix] ?? sameLetters(suffix);
  return name === undefined ? undefined : renamed(name, value, taken);
}

const WAF_CLASSIC =
  'AWS WAF Classic has reached its end of life: move the web ACL to AWS WAF and name it in `wafv2-acl-arn`.';

const RENAMED: Readonly<Record<string, string | undefined>> = {
  attributes: 'load-balancer-attributes',
  'security-group-inbound-cidrs': 'inbound-cidrs',
  'healthcheck-healthy-threshold-count': 'healthy-threshold-count',
  'healthcheck-unhealthy-threshold-count': 'unhealthy-threshold-count',
};

const GONE: Readonly<Record<string, string>> = {
  'ignore-host-header': 'Gone: rules without `host` fit every host.',
  port: 'Gone: write `listen-ports`, such as `[{"HTTP": 80}, {"HTTPS": 443}]`.',
};

/** `listenPorts` and `healthcheckPath` mean `listen-ports` and `healthcheck-path`; `successCodes` was once right. */
function sameLetters(suffix: string): string | undefined {
  const letters = (name: string) => name.replace(/[-_]/g, '').toLowerCase();
  return Object.keys(catalogue).find((name) => letters(name) === letters(suffix));
}

function renamed(name: string, value: string, taken: Taken): Outcome {
  if (taken(name)) return { verdict: 'default', text: `\`${name}\` is there already.`, remove: true };
  if (!isValid(name, value))
    return { verdict: 'none', text: `Its name is \`${name}\` now, and its value is not valid for it.` };
  return { verdict: 'converted', text: `Its name is \`${name}\` now.`, remove: true, add: { [name]: value } };
}

function isValid(suffix: string, value: string): boolean {
  return lookUp(suffix)?.row.kind.check(value).length === 0;
}

function idleTimeout(value: string, taken: Taken): Outcome {
  const name = 'load-balancer-attributes';
  const attribute = `idle_timeout.timeout_seconds=${value.trim()}`;
  const text = `An entry of \`${name}\` now: \`${attribute}\`.`;
  // Two annotations cannot be brought into one here without a view of the other: people do it.
  if (taken(name) || taken('attributes') || !isValid(name, attribute)) return { verdict: 'none', text };
  return { verdict: 'converted', text, remove: true, add: { [name]: attribute } };
}

function classOutcome(value: string, { spec }: Ingress): Outcome | undefined {
  if (value !== 'alb') return undefined;
  const text =
    'Deprecated by Kubernetes: `ingressClassName` says it, and needs an IngressClass of that name.';
  const edits =
    spec?.ingressClassName === 'alb' ? [] : [{ path: ['spec', 'ingressClassName'], value: 'alb' }];
  return { verdict: 'converted', text, remove: true, spec: edits };
}

/** Go reads names of fields in any case, so this is for people and for other tools. */
function respelled(suffix: string, value: string, shape: Shape): Outcome | undefined {
  try {
    const node = readJson(value);
    const [before, after] = [JSON.stringify(jsonValue(node)), JSON.stringify(respell(shape, node))];
    if (before === after || !isValid(suffix, after)) return undefined;
    return {
      verdict: 'converted',
      text: 'Names of fields begin with a small letter now.',
      add: { [suffix]: after },
    };
  } catch {
    return undefined;
  }
}

function respell(shape: Shape | undefined, node: JsonNode): unknown {
  if (node.type === 'array') {
    return node.items.map((item) => respell(shape?.type === 'array' ? shape.of : undefined, item));
  }
  if (node.type === 'object') {
    return Object.fromEntries(node.members.map((member) => respellMember(shape, member.name, member.value)));
  }
  return jsonValue(node);
}

function respellMember(shape: Shape | undefined, key: string, value: JsonNode): [string, unknown] {
  const name = shape?.type === 'object' ? (fieldNamed(shape, key) ?? key) : key;
  const field = shape?.type === 'object' ? shape.fields[name] : undefined;
  // v1 wrote numbers of ports as texts; the controller still takes them for numbers.
  if (field?.type === 'intOrString' && value.type === 'string' && /^\d+$/.test(value.value)) {
    return [name, Number(value.value)];
  }
  return [name, respell(field, value)];
}
