import { inOrder } from './json';

/** A generated name; the hash may be over a random UID. */
export const HASHED = /^k8s-.*-[0-9a-f]{10}$/;

type Tags = Readonly<Record<string, string>>;

/** Real ids, ARNs and generated names -> placeholders. What was named once keeps its name for all steps of a case. */
export interface Names {
  readonly of: (real: string) => string | undefined;
  readonly loadBalancer: (found: { name: string; arn: string; dnsName: string }, tags: Tags) => void;
  readonly securityGroup: (found: { name: string; id: string }, tags: Tags) => void;
  readonly targetGroup: (found: { name: string; arn: string }, tags: Tags) => void;
  readonly binding: (found: { name: string; targetGroupArn: string | undefined }) => void;
  /** The same value with placeholders for ids, request ids blanked, lists that are ordered by id sorted. */
  readonly rename: <T>(value: T) => T;
}

export function createNames(ids: Readonly<Record<string, string>>): Names {
  const known = new Map(Object.entries(ids).map(([placeholder, real]) => [real, placeholder]));
  const add = (real: string, placeholder: string) => {
    if (!known.has(real)) known.set(real, placeholder);
  };
  return {
    of: (real) => known.get(real),
    loadBalancer: ({ name, arn, dnsName }, tags) => {
      const service = serviceOf(name, tags);
      add(arn, `\${lb:${service ?? name}}`);
      if (service !== undefined) add(name, `\${lbname:${service}}`);
      const dns = `\${dns:${inner(known.get(arn) ?? '')}}`;
      for (const spelling of [dnsName, dnsName.toLowerCase()]) add(spelling, dns);
    },
    securityGroup: ({ name, id }, tags) => {
      const service = serviceOf(name, tags);
      add(id, `\${sg:${service ?? name}}`);
      if (service !== undefined) add(name, `\${sgname:${service}}`);
    },
    targetGroup: (found, tags) => nameTargetGroup(known, add, found, tags),
    // A binding has the name that its target group would get now, which an older group need not have.
    binding: ({ name, targetGroupArn }) => {
      const group = known.get(targetGroupArn ?? '');
      if (HASHED.test(name) && group !== undefined) add(name, `\${tgname:${inner(group).split('#')[0]}}`);
    },
    rename: (value) => rename(value, known),
  };
}

/** Groups are called after their resource tag; `#2` is the second one made under it, that is, a replacement. */
function nameTargetGroup(
  known: ReadonlyMap<string, string>,
  add: (real: string, placeholder: string) => void,
  { name, arn }: { name: string; arn: string },
  tags: Tags,
): void {
  if (known.has(arn)) return;
  const resource = Object.entries(tags).find(([key]) => key.endsWith('.k8s.aws/resource'))?.[1];
  if (resource === undefined) {
    add(arn, `\${tg:${name}}`);
    return;
  }
  const earlier = new RegExp(`^\\$\\{tg:${escaped(resource)}(#\\d+)?\\}$`);
  const count = [...known.values()].filter((placeholder) => earlier.test(placeholder)).length;
  const stable = count === 0 ? resource : `${resource}#${count + 1}`;
  add(arn, `\${tg:${stable}}`);
  add(name, `\${tgname:${stable}}`);
}

function rename<T>(value: T, known: ReadonlyMap<string, string>): T {
  const longestFirst = [...known.keys()].sort((a, b) => b.length - a.length).map(escaped);
  const pattern = new RegExp(longestFirst.join('|'), 'g');
  const text = JSON.stringify(value).replace(pattern, (real) => known.get(real) ?? real);
  return inOrder(JSON.parse(text.replace(/(RequestID: |request id: )[0-9A-Za-z-]+/gi, '$1-')) as T);
}

/** `shop` of `${lb:shop}` */
function inner(placeholder: string): string {
  return placeholder.slice(placeholder.indexOf(':') + 1, -1);
}

/** namespace/name of the Service behind a generated name that hashes that Service's random UID. */
function serviceOf(name: string, tags: Tags): string | undefined {
  return HASHED.test(name) ? tags['service.k8s.aws/stack'] : undefined;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
