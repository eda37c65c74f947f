/** An Ingress of ingress-nginx as one for AWS Load Balancer Controller. */
import { parseMap } from '../../src/annotations/parse';
import { annotationKey, PREFIX } from '../../src/annotations/read';
import type { Ingress, IngressRule } from '../../src/kube/types';
import { type Conversion, editsBetween, type Note, type SpecEdit } from './conversion';
import { restNotes } from './ingressNotes';
import { type NginxRow, nginxTable } from './nginxTable';
import { hasRegexPaths, shapePaths } from './paths';
import { place, type RouteRule } from './routes';
import {
  CLASS_KEY,
  classOf,
  type Effect,
  httpsPort,
  isOn,
  listenersOf,
  NGINX_PREFIX,
  type ServiceLookup,
  type Source,
  sourceOf,
} from './source';

/** What to change so that AWS Load Balancer Controller does what ingress-nginx did. Services are looked up by `namespace/name`. */
export function convertNginx(ingress: Ingress, services?: ServiceLookup): Conversion {
  const source = sourceOf(ingress, services);
  if (isOn(source.nginx('canary'))) return canaryAlone(source);
  return convertSource(source);
}

type Change = (rules: readonly RouteRule[]) => readonly RouteRule[];

/** The conversion of a source, with a word about its rules before the annotations change them and one after. */
export function convertSource(source: Source, start: Change = same, finish: Change = same): Conversion {
  const effects = effectsOf(source);
  const before = source.rules;
  const placed = place(finish(rulesAfter(source, effects, start(before))), albFamilies(source.ingress));
  const annotations = { ...general(source), ...wholeAnnotations(source, effects), ...placed.annotations };
  const added = Object.entries(annotations).filter(([suffix, value]) => source.alb(suffix) !== value);
  return {
    remove: keysToRemove(source),
    add: Object.fromEntries(added.map(([suffix, value]) => [annotationKey(suffix), value])),
    spec: [...classEdits(source), ...ruleEdits(source, before.length, placed.rules)],
    notes: [...effects.map(({ note }) => note), ...restNotes(source)],
  };
}

function same(rules: readonly RouteRule[]): readonly RouteRule[] {
  return rules;
}

interface Found {
  readonly name: string;
  readonly effect: Effect;
  readonly note: Note;
}

function effectsOf(source: Source): Found[] {
  return nginxKeys(source.ingress).map((key) => {
    const name = key.slice(NGINX_PREFIX.length + 1);
    const row = Object.hasOwn(nginxTable, name) ? nginxTable[name] : undefined;
    if (row === undefined) {
      const text = 'ingress-nginx documents no such annotation.';
      return { name, effect: {}, note: { key, verdict: 'none', text } };
    }
    const effect = row.convert?.(source.nginx(name) ?? '', source) ?? {};
    return { name, effect, note: noteOf(source, key, row, effect) };
  });
}

function noteOf(source: Source, key: string, row: NginxRow, effect: Effect): Note {
  const verdict = effect.verdict ?? row.verdict;
  const kept = alreadyThere(source, effect).map((name) => ` \`${name}\` is there already and stays.`);
  const text = `${effect.text ?? row.why}${kept.join('')}`;
  if (verdict !== 'none' || row.guards !== true) return { key, verdict, text };
  return { key, verdict, text: `${text} Until then nothing stands in its place.`, unguarded: true };
}

/** What an effect would write, but the Ingress has for the load balancer already. */
function alreadyThere(
  source: Source,
  { annotations = {}, loadBalancer = {}, targetGroup = {} }: Effect,
): string[] {
  const within = (suffix: string, pairs: Readonly<Record<string, string>>) => {
    const existing = existingPairs(source, suffix);
    return Object.keys(pairs).filter((name) => Object.hasOwn(existing, name));
  };
  return [
    ...Object.keys(annotations).filter((suffix) => source.alb(suffix) !== undefined),
    ...within('load-balancer-attributes', loadBalancer),
    ...within('target-group-attributes', targetGroup),
  ];
}

export function nginxKeys(ingress: Ingress): string[] {
  return Object.keys(ingress.metadata.annotations ?? {}).filter((key) => key.startsWith(`${NGINX_PREFIX}/`));
}

/** In which order nginx does what changes the rules; a rewrite needs the paths as nginx reads them. */
const ORDER = [
  'rewrite-target',
  'upstream-vhost',
  'app-root',
  'temporal-redirect',
  'permanent-redirect',
  'whitelist-source-range',
  'allowlist-source-range',
  'server-alias',
  'from-to-www-redirect',
];

function rulesAfter(
  source: Source,
  effects: readonly Found[],
  before: readonly RouteRule[],
): readonly RouteRule[] {
  const change = (rules: readonly RouteRule[], name: string) =>
    effects.find((found) => found.name === name)?.effect.rules?.(rules) ?? rules;
  const [first = '', ...others] = ORDER;
  return others.reduce(change, shapePaths(source, change(before, first)));
}

/** What follows from the Ingress as a whole: an ALB does not do by itself what nginx did. */
function general(source: Source): Record<string, string> {
  const { moved, secure, redirects, alb } = source;
  const ports = secure && !moved ? { 'listen-ports': '[{"HTTP":80},{"HTTPS":443}]' } : {};
  const wanted = {
    ...(moved ? {} : { 'target-type': 'ip' }),
    ...(redirects
      ? { 'listen-ports': '[{"HTTP":80},{"HTTPS":443}]', 'ssl-redirect': httpsPort(source) }
      : ports),
    ...(hasRegexPaths(source) ? { 'use-regex-path-match': 'true' } : {}),
  };
  return Object.fromEntries(Object.entries(wanted).filter(([suffix]) => alb(suffix) === undefined));
}

function wholeAnnotations(source: Source, effects: readonly Found[]): Record<string, string> {
  const whole = Object.assign({}, ...effects.map(({ effect }) => effect.annotations ?? {})) as Record<
    string,
    string
  >;
  const collect = (kind: 'loadBalancer' | 'targetGroup' | 'listener') =>
    Object.assign({}, ...effects.map(({ effect }) => effect[kind] ?? {})) as Record<string, string>;
  const maps: Record<string, Record<string, string>> = {
    'load-balancer-attributes': collect('loadBalancer'),
    'target-group-attributes': collect('targetGroup'),
    ...Object.fromEntries(
      listenersOf(source).map((port) => [`listener-attributes.${port}`, collect('listener')]),
    ),
  };
  const free = Object.entries(whole).filter(([suffix]) => source.alb(suffix) === undefined);
  const joined = Object.entries(maps).flatMap(([suffix, pairs]) => {
    const value = joinPairs({ ...pairs, ...existingPairs(source, suffix) });
    return Object.keys(pairs).length === 0 ? [] : [[suffix, value] as [string, string]];
  });
  return Object.fromEntries([...free, ...joined]);
}

/** What is written for the load balancer already beats what nginx had. */
function existingPairs(source: Source, suffix: string): Record<string, string> {
  const raw = source.alb(suffix);
  if (raw === undefined) return {};
  try {
    return parseMap(raw, suffix);
  } catch {
    return {};
  }
}

/** `k=v,k=v`, with commas and backslashes of values escaped (lbc:pkg/annotations/parser.go splitKeyValuePairs). */
function joinPairs(pairs: Readonly<Record<string, string>>): string {
  return Object.entries(pairs)
    .map(([key, value]) => `${key}=${value.replace(/[\\,]/g, '\\$&')}`)
    .join(',');
}

function albFamilies(ingress: Ingress): string[] {
  const suffixes = Object.keys(ingress.metadata.annotations ?? {}).flatMap((key) =>
    key.startsWith(`${PREFIX}/`) ? [key.slice(PREFIX.length + 1)] : [],
  );
  return suffixes.filter((suffix) => /^(actions|conditions|transforms)\./.test(suffix));
}

function keysToRemove(source: Source): string[] {
  const legacy: unknown = source.ingress.metadata.annotations?.[CLASS_KEY];
  const isNginx = typeof legacy === 'string' && (legacy.includes('nginx') || legacy === 'alb');
  return [...nginxKeys(source.ingress), ...(isNginx ? [CLASS_KEY] : [])];
}

/** A class that says neither nginx nor alb stays: only its owner knows whose it is. */
function classEdits({ ingress }: Source): SpecEdit[] {
  const name = classOf(ingress);
  const ours = name === undefined || name === 'alb' || name.includes('nginx');
  return ours && ingress.spec?.ingressClassName !== 'alb'
    ? [{ path: ['spec', 'ingressClassName'], value: 'alb' }]
    : [];
}

function ruleEdits({ ingress }: Source, known: number, rules: readonly IngressRule[]): SpecEdit[] {
  if (known === 0 && rules.length === 0) return [];
  return editsBetween(ingress.spec?.rules, rules, ['spec', 'rules']);
}

/** A canary that is converted alone would be a second load balancer; see `convertCanary`. */
function canaryAlone(source: Source): Conversion {
  const text = `${nginxTable['canary']?.why ?? ''} Convert both together.`;
  const notes = nginxKeys(source.ingress).map((key): Note => ({ key, verdict: 'none', text }));
  return { remove: [], add: {}, spec: [], notes };
}
