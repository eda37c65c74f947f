/** JSON as the recordings hold it, and the order of what has no order of its own. */

export type JsonObject = { [key: string]: unknown };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as it comes back from JSON: fields that are undefined are gone. */
export function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/** A text that equal values have in common, whatever the order of their keys. */
export function content(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    isObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}

export function sortedBy<T>(items: readonly T[], key: (item: T) => string | number): T[] {
  const keyed = items.map((item) => ({ item, key: key(item) }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return keyed.map(({ item }) => item);
}

/** Lists that AWS, or whoever fills them, orders by id. */
const ORDERED_BY_ID = new Set([
  ...['subnetMapping', 'securityGroups', 'zones', 'InstanceId', 'SubnetMappings', 'SecurityGroups'],
  ...['Targets', 'targets', 'extraCertificates', 'from', 'shieldProtections'],
]);

/** The same value with every list sorted whose order means nothing. */
export function inOrder<T>(value: T): T {
  return ordered(value) as T;
}

function ordered(node: unknown): unknown {
  if (Array.isArray(node)) {
    const items = node.map(ordered);
    return items.every(isAttribute) ? sortedBy(items, content) : items;
  }
  if (!isObject(node)) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, sortIfUnordered(key, ordered(value))]),
  );
}

/** Attributes come out of a map. */
function isAttribute(item: unknown): boolean {
  return isObject(item) && Object.keys(item).sort().join() === 'key,value';
}

function sortIfUnordered(key: string, value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return ORDERED_BY_ID.has(key) || areGroupRules(key, value) ? sortedBy(value, content) : value;
}

function areGroupRules(key: string, [first]: readonly unknown[]): boolean {
  return (
    (key === 'ingress' || key === 'egress') &&
    isObject(first) &&
    ('ipProtocol' in first || 'IpProtocol' in first)
  );
}
