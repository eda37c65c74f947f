import type { Annotation } from './annotation';
import { catalogue, families } from './catalogue';
import type { Family } from './families';
import type { Kind } from './kinds';

/** lbc:pkg/annotations/constants.go AnnotationPrefixIngress */
export const PREFIX = 'alb.ingress.kubernetes.io';
/** lbc:controllers/service/service_controller.go serviceAnnotationPrefix; not all of its names are ours. */
export const SERVICE_DOMAIN = 'service.beta.kubernetes.io';
/** What nearly every annotation of a Service begins with. */
export const SERVICE_PREFIX = `${SERVICE_DOMAIN}/aws-load-balancer-`;

export type Suffix = keyof typeof catalogue;
export type FamilyName = keyof typeof families;

/** What a row's kind makes of a value. */
export type ParsedBy<K> = K extends Kind<infer T> ? T : never;
/** The type of an annotation's value. */
export type ValueOf<S extends Suffix> = ParsedBy<(typeof catalogue)[S]['kind']>;
/** The type of the value of an annotation of a family. */
export type FamilyValueOf<F extends FamilyName> = ParsedBy<(typeof families)[F]['kind']>;

export type Annotations = Readonly<Record<string, string>> | undefined;

/** Put together once: they are asked for with every look at an annotation. */
const wholeKeys: ReadonlyMap<string, string> = new Map(
  Object.keys(catalogue).map((suffix) => [suffix, `${PREFIX}/${suffix}`]),
);

/** The whole key of an annotation, of a family's with the name: `annotationKey('actions.redirect')`. */
export function annotationKey(suffix: string): string {
  return wholeKeys.get(suffix) ?? `${PREFIX}/${suffix}`;
}

/** The annotations of one object laid over those of another. Where there are none, nothing is copied. */
export function overlaid(below: NonNullable<Annotations>, above: Annotations): NonNullable<Annotations> {
  return above === undefined || Object.keys(above).length === 0 ? below : { ...below, ...above };
}

/** The raw text of an annotation, if it is there. */
export function rawAnnotation(suffix: string, annotations: Annotations): string | undefined {
  return rawOf(annotationKey(suffix), annotations);
}

/** The raw text under a whole key, if it is there. */
export function rawOf(key: string, annotations: Annotations): string | undefined {
  return annotations !== undefined && Object.hasOwn(annotations, key) ? annotations[key] : undefined;
}

/** The value of an annotation as the controller reads it; throws ValueError in the controller's words. */
export function readAnnotation<S extends Suffix>(
  suffix: S,
  annotations: Annotations,
): ValueOf<S> | undefined {
  const raw = rawAnnotation(suffix, annotations);
  // The row's kind produces exactly this type; TypeScript cannot follow an index into a union of rows.
  return raw === undefined
    ? undefined
    : (catalogue[suffix].kind.parse(raw, annotationKey(suffix)) as ValueOf<S>);
}

type WithDefault = {
  [S in Suffix]: (typeof catalogue)[S] extends { readonly fallback: string } ? S : never;
}[Suffix];

const defaults = new Map<WithDefault, unknown>();

/** What the controller takes when the annotation is absent: the row's `fallback`, read (once) as if it were written. */
export function defaultOf<S extends WithDefault>(suffix: S): ValueOf<S> {
  const row = catalogue[suffix];
  const value = defaults.get(suffix) ?? row.kind.parse(row.fallback, annotationKey(suffix));
  defaults.set(suffix, value);
  // As above: the row's kind produces exactly this type.
  return value as ValueOf<S>;
}

/** The value of an annotation, or the controller's default; throws ValueError in the controller's words. */
export function readOrDefault<S extends WithDefault>(suffix: S, annotations: Annotations): ValueOf<S> {
  return readAnnotation(suffix, annotations) ?? defaultOf(suffix);
}

/** The value of `family.name`, for example `readFamily('actions', 'redirect', annotations)`. */
export function readFamily<F extends FamilyName>(
  family: F,
  name: string,
  annotations: Annotations,
): FamilyValueOf<F> | undefined {
  const suffix = `${family}.${name}`;
  const raw = rawAnnotation(suffix, annotations);
  return raw === undefined
    ? undefined
    : (families[family].kind.parse(raw, annotationKey(suffix)) as FamilyValueOf<F>);
}

/** What the catalogue knows of a suffix: the row, and for a family the name within it. */
export interface Known<F extends string = FamilyName> {
  readonly row: Annotation & Partial<Family>;
  /** `scheme`, or `actions` for `actions.redirect`. */
  readonly suffix: string;
  readonly family?: F;
  readonly name?: string;
}

/** Rows by suffix, and the families by what stands before the first dot. */
export interface Rows<F extends string> {
  readonly catalogue: Readonly<Record<string, Annotation>>;
  readonly families: Readonly<Partial<Record<F, Annotation & Family>>>;
}

/** Looks up what stands behind the prefix of an annotation key. */
export function lookUp(suffix: string): Known | undefined {
  return findRow({ catalogue, families }, suffix);
}

export function findRow<F extends string>(rows: Rows<F>, suffix: string): Known<F> | undefined {
  const single = Object.hasOwn(rows.catalogue, suffix) ? rows.catalogue[suffix] : undefined;
  if (single !== undefined) return { row: single, suffix };
  const dot = suffix.indexOf('.');
  const family = suffix.slice(0, Math.max(dot, 0)) as F;
  const row = Object.hasOwn(rows.families, family) ? rows.families[family] : undefined;
  if (row === undefined || dot === suffix.length - 1) return undefined;
  return { row, suffix: family, family, name: suffix.slice(dot + 1) };
}

const CONTROLLER_DOCS = 'https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide';

/** The place in the controller's documentation. */
export function documentationOf({ row, suffix }: Pick<Known, 'row' | 'suffix'>): string {
  // A row that an Ingress may carry comes from the catalogue of Ingresses, even if a Service may carry it too.
  const object = row.on.includes('Ingress') ? 'ingress' : 'service';
  const page = `${CONTROLLER_DOCS}/${object}/annotations/`;
  return row.controllerOwned === true ? page : `${page}#${row.anchor ?? suffix}`;
}
