import type { Plan } from '../../src/reconcile/plan';
import type { Tags } from './awsCalls';
import { isObject } from './json';

/** Placeholders of a recording and what stands for them in this world; grows while a state is made. */
export interface ReplayIds {
  readonly all: () => Readonly<Record<string, string>>;
  readonly put: (placeholder: string, real: string) => void;
  /** The same value with real ids in place of the placeholders; throws for one that is not known. */
  readonly resolve: <T>(value: T) => T;
}

const PLACEHOLDER = /\$\{[a-z]+(?::[^}]*)?\}/g;

export function replayIds(world: Readonly<Record<string, string>>): ReplayIds {
  const known = new Map(Object.entries(world));
  const real = (placeholder: string): string => {
    const found = known.get(placeholder);
    if (found === undefined) throw new Error(`nothing was made for ${placeholder}`);
    return found;
  };
  return {
    all: () => Object.fromEntries(known),
    put: (placeholder, id) => known.set(placeholder, id),
    resolve: <T>(value: T) => JSON.parse(JSON.stringify(value).replace(PLACEHOLDER, real)) as T,
  };
}

/** The name of a resource that carries these tags; names that hash a UID differ from those of the recording. */
export type NameOf = (tags: Tags) => string | undefined;

/** The names that our model gives in this cluster. That the controller gives the same: test/model/names.test.ts. */
export function namesInModel(plan: Plan): NameOf {
  const names = new Map<string, string>();
  for (const { stack } of plan.groups) {
    if (stack === undefined) continue;
    const of = Object.values(stack.resources as Record<string, Record<string, unknown>>).flatMap((entries) =>
      Object.entries(entries),
    );
    for (const [resource, entry] of of) {
      const name = nameIn(entry);
      if (name !== undefined) names.set(`${stack.kind} ${stack.id} ${resource}`, name);
    }
  }
  return (tags) => {
    const kind = 'service.k8s.aws/stack' in tags ? 'service' : 'ingress';
    return names.get(`${kind} ${tags[`${kind}.k8s.aws/stack`]} ${tags[`${kind}.k8s.aws/resource`]}`);
  };
}

/** Target groups and load balancers have a `name`, security groups a `groupName`. */
function nameIn(entry: unknown): string | undefined {
  const spec = isObject(entry) ? entry['spec'] : undefined;
  if (!isObject(spec)) return undefined;
  const name = spec['name'] ?? spec['groupName'];
  return typeof name === 'string' ? name : undefined;
}

/** `shop` of `${lb:shop}`; what is no placeholder stays as it is. */
export function innerOf(placeholder: string): string {
  const [, inner] = /^\$\{[a-z]+:(.*)\}$/.exec(placeholder) ?? [];
  return inner ?? placeholder;
}

export function sdkTags(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

type Attributes = Readonly<Record<string, string>>;

/** Those attributes that are not yet as they were recorded: AWS does not take every default when it is written. */
export function attributesToSet(wanted: Attributes, current: Attributes): { Key: string; Value: string }[] {
  return sdkTags(wanted).filter(({ Key, Value }) => current[Key] !== Value);
}
