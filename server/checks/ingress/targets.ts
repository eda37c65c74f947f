/** The annotations of target groups: those of a Service beat the Ingress's (lbc:pkg/ingress/model_build_target_group.go). */
import type { Span } from '../../../src/annotations/kinds';
import type { Suffix } from '../../../src/annotations/read';
import { askedOnce } from '../askedOnce';
import type { CheckContext } from '../context';
import {
  entryOf,
  familyOf,
  type IngressSubject,
  type ServiceSubject,
  serviceBackends,
  spanAt,
  spanOfAnnotation,
} from '../subject';
import { actionsOf, has } from './facts';

/** Annotations as one target group, or several alike, meets them. */
export interface View {
  /** The Ingress with the annotations of the Service laid over its own. */
  readonly subject: IngressSubject;
  /** The Service that says something of its own; undefined: the Ingress as it is. */
  readonly service?: ServiceSubject;
  /** Where the Ingress names the Service. */
  readonly place?: () => Span;
}

/** The Ingress as it is, if some target group takes it so, and once more for each Service that has one of the annotations. */
export function viewsOf(ingress: IngressSubject, context: CheckContext, suffixes: readonly Suffix[]): View[] {
  const places = servicesOf(ingress, context);
  const views = places.flatMap(({ service, place }) => {
    if (service === undefined || !suffixes.some((suffix) => has(service, suffix))) return [];
    const { located, object, value, label } = ingress;
    const annotations = { ...ingress.annotations, ...service.annotations };
    return [{ subject: { located, object, value, label, annotations }, service, place }];
  });
  const takenAsIs = places.length === 0 || views.length < places.length;
  return [...(takenAsIs ? [{ subject: ingress }] : []), ...views];
}

/** Whether the Ingress or the Service has the annotation, readable or not. */
export function isGiven({ subject, service }: View, suffix: Suffix): boolean {
  return has(subject, suffix) || (service !== undefined && has(service, suffix));
}

/** Where the value that a view has stands: at the Ingress's own annotation, else where it names the Service. */
export function placeOf({ subject, service, place }: View, suffix: Suffix): Span {
  const ofService = service !== undefined && has(service, suffix);
  const own = entryOf(subject, suffix) !== undefined;
  return place === undefined || (own && !ofService) ? spanOfAnnotation(subject, suffix) : place();
}

/** For the message: whose values they are. */
export function ofService({ service }: View): string {
  return service === undefined ? '' : ` for Service \`${service.object.name}\``;
}

interface NamedService {
  /** Undefined: the workspace does not hold it. */
  readonly service: ServiceSubject | undefined;
  readonly place: () => Span;
}

const servicesOf = askedOnce((ingress, context): readonly NamedService[] =>
  [...placesOfServices(ingress)].map(([name, place]) => ({ service: context.service(ingress, name), place })),
);

/** Services behind rules and in the actions of annotations, each with the first place that names it. */
function placesOfServices(ingress: IngressSubject): ReadonlyMap<string, () => Span> {
  const places = new Map<string, () => Span>();
  const note = (name: string, place: () => Span) => {
    if (!places.has(name)) places.set(name, place);
  };
  for (const { name, path } of serviceBackends(ingress))
    note(name, () => spanAt(ingress, ...path, 'service', 'name'));
  const entries = new Map(familyOf(ingress, 'actions').map(({ name, entry }) => [name, entry]));
  for (const { name, action } of actionsOf(ingress)) {
    const span = entries.get(name)?.keySpan;
    for (const { serviceName } of action.forwardConfig?.targetGroups ?? [])
      if (serviceName !== undefined && span !== undefined) note(serviceName, () => span);
  }
  return places;
}
