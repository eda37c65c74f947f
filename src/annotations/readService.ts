/** Annotations of Services, read as the controller reads them (lbc:pkg/service). */
import { type Annotations, type ParsedBy, rawOf, SERVICE_DOMAIN, SERVICE_PREFIX } from './read';
import { serviceCatalogue, serviceOthers } from './serviceCatalogue';
import { type ServiceAction, serviceActions, serviceFamilies } from './serviceFamilies';

export type ServiceSuffix = keyof typeof serviceCatalogue;
export type ServiceFamily = keyof typeof serviceFamilies;
type ValueOf<S extends ServiceSuffix> = ParsedBy<(typeof serviceCatalogue)[S]['kind']>;
type FamilyValueOf<F extends ServiceFamily> = ParsedBy<(typeof serviceFamilies)[F]['kind']>;

/** The value behind `service.beta.kubernetes.io/aws-load-balancer-`; throws ValueError in the controller's words. */
export function readService<S extends ServiceSuffix>(
  suffix: S,
  annotations: Annotations,
): ValueOf<S> | undefined {
  const key = `${SERVICE_PREFIX}${suffix}`;
  const raw = rawOf(key, annotations);
  // The row's kind produces exactly this type; TypeScript cannot follow an index into a union of rows.
  return raw === undefined ? undefined : (serviceCatalogue[suffix].kind.parse(raw, key) as ValueOf<S>);
}

type WithDefault = {
  [S in ServiceSuffix]: (typeof serviceCatalogue)[S] extends { readonly fallback: string } ? S : never;
}[ServiceSuffix];

/** The value, or the row's `fallback` read as if it were written. */
export function readServiceOrDefault<S extends WithDefault>(suffix: S, annotations: Annotations): ValueOf<S> {
  const row = serviceCatalogue[suffix];
  // As above.
  return readService(suffix, annotations) ?? (row.kind.parse(row.fallback, suffix) as ValueOf<S>);
}

/** The value for one port or listener: `readServiceFamily('listener-attributes', 'TCP-80', annotations)`. */
export function readServiceFamily<F extends ServiceFamily>(
  family: F,
  name: string,
  annotations: Annotations,
): FamilyValueOf<F> | undefined {
  const key = `${SERVICE_PREFIX}${family}.${name}`;
  const raw = rawOf(key, annotations);
  // As above.
  return raw === undefined ? undefined : (serviceFamilies[family].kind.parse(raw, key) as FamilyValueOf<F>);
}

/** The action of a listener, by `TCP-80`. */
export function readServiceAction(listener: string, annotations: Annotations): ServiceAction | undefined {
  const key = `${SERVICE_DOMAIN}/actions.${listener}`;
  const raw = rawOf(key, annotations);
  return raw === undefined ? undefined : serviceActions.actions.kind.parse(raw, key);
}

/** `service.beta.kubernetes.io/load-balancer-source-ranges` */
export function readSourceRanges(annotations: Annotations): readonly string[] {
  const key = `${SERVICE_DOMAIN}/load-balancer-source-ranges`;
  const raw = rawOf(key, annotations);
  return raw === undefined ? [] : serviceOthers['load-balancer-source-ranges'].kind.parse(raw, key);
}
