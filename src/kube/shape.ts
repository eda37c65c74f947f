/** Whether a value has the types that we rely on. What is null is absent, as the API server takes it. */

export type Shape =
  | 'text'
  | 'number'
  | 'truth'
  | 'number or text'
  | 'anything'
  | { readonly listOf: Shape }
  | { readonly mapOf: Shape }
  | { readonly fields: Readonly<Record<string, Shape>>; readonly required?: readonly string[] };

/** The first field that is not what it should be. */
export interface Misshapen {
  /** `spec.rules[0].http.paths` */
  readonly field: string;
  /** "is a number; put quotes around it" */
  readonly problem: string;
}

/** Looks at a value, and at what is in it; fields that the shape does not name may be anything. */
export function misshapen(value: unknown, shape: Shape, field = ''): Misshapen | undefined {
  if (shape === 'anything') return undefined;
  if (typeof shape === 'string') return PLAIN[shape](value) ? undefined : wrong(field, value, NOUNS[shape]);
  if ('listOf' in shape) return inList(value, shape.listOf, field);
  return 'mapOf' in shape ? inMap(value, shape.mapOf, field) : inFields(value, shape, field);
}

const PLAIN: Readonly<Record<Exclude<Shape, object | 'anything'>, (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string',
  number: (value) => Number.isSafeInteger(value),
  truth: (value) => typeof value === 'boolean',
  'number or text': (value) => typeof value === 'string' || Number.isSafeInteger(value),
};

const NOUNS: Readonly<Record<Exclude<Shape, object | 'anything'>, string>> = {
  text: 'a text',
  number: 'a whole number',
  truth: 'true or false',
  'number or text': 'a whole number or a text',
};

function inList(value: unknown, shape: Shape, field: string): Misshapen | undefined {
  if (!Array.isArray(value)) return wrong(field, value, 'a list');
  return first(value, (one, at) => misshapen(one, shape, `${field}[${at}]`));
}

function inMap(value: unknown, shape: Shape, field: string): Misshapen | undefined {
  if (!isMap(value)) return wrong(field, value, 'a map');
  return first(Object.entries(value), ([key, one]) =>
    one === null ? undefined : misshapen(one, shape, joined(field, key)),
  );
}

function inFields(
  value: unknown,
  { fields, required = [] }: Extract<Shape, { fields: unknown }>,
  field: string,
): Misshapen | undefined {
  if (!isMap(value)) return wrong(field, value, 'a map');
  return first(Object.entries(fields), ([name, shape]) => {
    const one = Object.hasOwn(value, name) ? value[name] : undefined;
    if (one !== undefined && one !== null) return misshapen(one, shape, joined(field, name));
    return required.includes(name) ? { field: joined(field, name), problem: 'is missing' } : undefined;
  });
}

function wrong(field: string, value: unknown, wanted: string): Misshapen {
  const is = kindOf(value);
  const quotable = wanted === 'a text' && ['number', 'boolean'].includes(typeof value);
  const problem = quotable ? `is ${is}; put quotes around it` : `is ${is} and must be ${wanted}`;
  return { field, problem };
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'object') return 'a map';
  return typeof value === 'number' || typeof value === 'bigint' ? 'a number' : 'a text';
}

function joined(field: string, name: string): string {
  return field === '' ? name : `${field}.${name}`;
}

export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function first<T>(
  list: readonly T[],
  look: (one: T, at: number) => Misshapen | undefined,
): Misshapen | undefined {
  for (const [at, one] of list.entries()) {
    const found = look(one, at);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The value without fields that are null. What holds none stays the same. */
export function withoutNulls<T>(value: T): T {
  if (Array.isArray(value)) {
    const list = value.map(withoutNulls);
    return (list.every((one, at) => one === value[at]) ? value : list) as T;
  }
  if (!isMap(value)) return value;
  const entries = Object.entries(value);
  const kept = entries
    .filter(([, one]) => one !== null)
    .map(([key, one]) => [key, withoutNulls(one)] as const);
  const same = kept.length === entries.length && kept.every(([key, one]) => one === value[key]);
  // A key may be `__proto__`, which an assignment would take for something else.
  return same ? value : (Object.fromEntries(kept) as T);
}

/** The value without what has the wrong type, or is null: what is left can be relied on, but may lack what is required. */
export function pruned(value: unknown, shape: Shape): unknown {
  if (shape === 'anything') return value;
  if (typeof shape === 'string') return PLAIN[shape](value) ? value : undefined;
  if ('listOf' in shape) return Array.isArray(value) ? prunedList(value, shape.listOf) : undefined;
  if (!isMap(value)) return undefined;
  const shapeOf = (key: string) => {
    if ('mapOf' in shape) return shape.mapOf;
    return Object.hasOwn(shape.fields, key) ? shape.fields[key] : 'anything';
  };
  // Nearly all objects are as they should be, and then nothing is copied.
  let changed = false;
  const entries: [string, unknown][] = [];
  for (const [key, one] of Object.entries(value)) {
    const kept = pruned(one, shapeOf(key) ?? 'anything');
    if (kept !== one) changed = true;
    if (kept !== undefined) entries.push([key, kept]);
  }
  return changed ? Object.fromEntries(entries) : value;
}

/** Items stay in their places; what is no map is an empty one. */
function prunedList(list: readonly unknown[], shape: Shape): unknown[] {
  const items = list.map((one) => pruned(one, shape));
  if (items.every((one, at) => one === list[at])) return list as unknown[];
  return typeof shape === 'object' && 'fields' in shape
    ? items.map((one) => one ?? {})
    : items.filter((one) => one !== undefined);
}
