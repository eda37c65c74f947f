import { readFast } from './fast';
import { readFull } from './full';
import type { YamlDocument } from './node';

/** The documents of a text; usually one, as files are cut at their markers first. Never throws. */
export function readYaml(text: string): YamlDocument[] {
  const fast = readFast(text);
  return fast === undefined ? readFull(text) : [fast];
}
