/** Annotations that the parameters of the class overrule. */
import { catalogue } from '../../../src/annotations/catalogue';
import type { Suffix } from '../../../src/annotations/read';
import { annotationKey } from '../../../src/annotations/read';
import type { IngressClassParams } from '../../../src/kube/types';
import { removeEntry } from '../../edits';
import { hasPlaceholder } from '../annotations';
import type { CheckContext } from '../context';
import type { Finding } from '../finding';
import { offer } from '../finding';
import type { IngressSubject, Subject } from '../subject';
import { entryOf, readValue, spanAt, spanOfAnnotation } from '../subject';
import { listed } from './names';

export function checkClassParams(ingress: IngressSubject, context: CheckContext): Finding[] {
  const { params } = context.classOf(ingress);
  if (params === undefined || ingress.object.annotations.length === 0) return [];
  return OVERRULED.flatMap((row) => checkOne(row, ingress, params));
}

interface Row {
  readonly suffix: Suffix;
  /** Where it stands in `spec`. */
  readonly paths: readonly (readonly string[])[];
}

/** Other spellings of a field: of EKS Auto Mode, and an older one. */
const ALSO: Readonly<Record<string, string>> = {
  certificateArn: 'certificateARNs',
  prefixListsIDs: 'PrefixListsIDs',
};

const OVERRULED: readonly Row[] = Object.entries(catalogue).flatMap(([suffix, row]) => {
  const field = 'classParams' in row ? row.classParams : undefined;
  if (field === undefined) return [];
  const paths = [field, ...(ALSO[field] === undefined ? [] : [ALSO[field]])].map((path) => path.split('.'));
  return [{ suffix: suffix as Suffix, paths }];
});

function checkOne(
  { suffix, paths }: Row,
  ingress: IngressSubject,
  params: Subject<IngressClassParams>,
): Finding[] {
  const entry = entryOf(ingress, suffix);
  const value = readValue(ingress, suffix);
  const path = paths.find((one) => isSet(fieldAt(params.value.spec, one)));
  if (entry === undefined || value === undefined || path === undefined) return [];
  if (entry.type !== 'string' || hasPlaceholder(entry.value)) return [];
  const clash = clashOf(fieldAt(params.value.spec, path), value);
  if (clash === undefined) return [];
  const edit = clash.whole ? removeEntry(ingress.object, entry) : undefined;
  return [
    {
      code: 'class-override',
      span: spanOfAnnotation(ingress, suffix),
      message: `IngressClassParams \`${params.label}\` set \`${path.join('.')}\`${clash.what}.`,
      advice: clash.whole ? 'Remove the annotation, or the field of the class.' : 'Let one of the two go.',
      related: [
        { at: params.located, span: spanAt(params, 'spec', ...path), message: 'The field of the class' },
      ],
      ...offer(`Remove \`${annotationKey(suffix)}\``, edit),
    },
  ];
}

function fieldAt(spec: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined),
    spec,
  );
}

function isSet(value: unknown): boolean {
  if (typeof value === 'string') return value !== '';
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== null;
}

interface Clash {
  readonly what: string;
  /** Nothing of the annotation counts. */
  readonly whole: boolean;
}

/** How the class and the annotation differ; lists are compared without their order. */
function clashOf(ofClass: unknown, own: unknown): Clash | undefined {
  const pairs = pairsIn(ofClass);
  if (pairs !== undefined) return clashOfPairs(pairs, own);
  const list = listIn(ofClass);
  if (list !== undefined) return same(list, [own].flat().map(String)) ? undefined : { what: '', whole: true };
  if (typeof ofClass === 'object') return { what: '', whole: true };
  const differs = String(ofClass) !== String(own).trim();
  return differs ? { what: ` to \`${String(ofClass)}\``, whole: true } : undefined;
}

/** Tags and attributes are brought together by their keys. */
function clashOfPairs(pairs: Readonly<Record<string, string>>, own: unknown): Clash | undefined {
  const written = (typeof own === 'object' && own !== null ? own : {}) as Record<string, unknown>;
  const keys = Object.keys(written).filter((key) => Object.hasOwn(pairs, key) && pairs[key] !== written[key]);
  return keys.length === 0 ? undefined : { what: ` with another value of ${listed(keys)}`, whole: false };
}

function pairsIn(value: unknown): Readonly<Record<string, string>> | undefined {
  const units = fieldAt(value, ['capacityUnits']);
  if (units !== undefined) return { CapacityUnits: String(units) };
  if (!Array.isArray(value) || typeof value[0] !== 'object') return undefined;
  return Object.fromEntries(
    value.map((one) => [String(fieldAt(one, ['key'])), String(fieldAt(one, ['value']))]),
  );
}

/** A list of texts, or the `ids` of subnets. */
function listIn(value: unknown): string[] | undefined {
  const list: unknown = Array.isArray(value) ? value : fieldAt(value, ['ids']);
  return Array.isArray(list) ? list.map(String) : undefined;
}

function same(one: readonly string[], other: readonly string[]): boolean {
  const [a, b] = [new Set(one), new Set(other)];
  return a.size === b.size && [...a].every((item) => b.has(item));
}
