/** Parts of a label that are there, as "name, zone, public". */
export function label(...parts: readonly (string | false | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== false && part !== '').join(', ');
}
