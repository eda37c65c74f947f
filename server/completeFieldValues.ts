/** What may be the value of a field. */
import type { ValueSuggestion } from '../src/annotations/kinds';
import type { Field } from '../src/crds';
import type { ValueCursor } from './cursor';
import type { LiveValue } from './liveValues';
import type { Offers } from './offers';
import type { Sibling } from './yamlPath';

/** What stands around the value. */
export interface Around {
  /** The names from the top to the field, with dots. */
  readonly path: string;
  /** The list of which the field is a part of an element. */
  readonly list: Field | undefined;
  readonly siblings: readonly Sibling[];
}

export function suggestField(
  field: Field,
  cursor: ValueCursor,
  around: Around,
  offers: Offers,
): ValueSuggestion[] {
  const whole = { start: 0, end: cursor.value.length, role: 'value' } as const;
  const exists = existing(field, around, offers).map(({ value, label }): ValueSuggestion => {
    return { ...whole, text: value, note: label, bare: field.type !== 'string' && /^[0-9]+$/.test(value) };
  });
  const own = (field.kind?.suggest?.(cursor.value, cursor.offset) ?? []).filter(
    ({ text }) => !exists.some((one) => one.text === text),
  );
  const words = [
    ...(field.options ?? []).map((text) => ({ ...whole, text })),
    ...Object.entries(field.known ?? {}).map(([text, doc]) => ({ ...whole, text, doc })),
    ...(field.type === 'boolean' ? ['true', 'false'] : []).map((text) => ({ ...whole, text, bare: true })),
  ];
  return [...words, ...attributes(cursor, around), ...exists, ...own];
}

/** Things of the workspace, the account and the cluster. */
function existing({ live }: Field, { path, siblings }: Around, offers: Offers): readonly LiveValue[] {
  if (path === 'spec.serviceRef.name') return offers.list('services');
  const name = siblings.find(({ key }) => key === 'name')?.value;
  if (path === 'spec.serviceRef.port') return name === undefined ? [] : offers.list('servicePorts', name);
  return live === undefined ? [] : offers.list(live);
}

/** Names of attributes, and the values of the one that stands beside. */
function attributes(cursor: ValueCursor, { list, siblings }: Around): ValueSuggestion[] {
  const table = list?.attributes?.attributes;
  if (table === undefined) return [];
  if (cursor.key === 'key') {
    const whole = { start: 0, end: cursor.value.length, role: 'value' } as const;
    return Object.entries(table).map(([text, { doc, fallback }]) => ({
      ...{ ...whole, text, doc },
      ...(fallback === undefined ? {} : { note: fallback }),
    }));
  }
  const name = siblings.find(({ key }) => key === 'key')?.value;
  const row = name !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;
  return cursor.key === 'value' ? (row?.kind.suggest?.(cursor.value, cursor.offset) ?? []) : [];
}
