import { atOnce, type Steps } from '../turns';
import { readFastInSteps } from './fast';
import { readFullInSteps } from './full';
import type { YamlDocument } from './node';

/** The documents of a text; usually one, as files are cut at their markers first. Never throws. */
export function readYaml(text: string): YamlDocument[] {
  return atOnce(readYamlInSteps(text));
}

/** The same in steps, where the text is for the complete parser. */
export function* readYamlInSteps(text: string): Steps<YamlDocument[]> {
  const fast = yield* readFastInSteps(text);
  return fast === undefined ? yield* readFullInSteps(text) : [fast];
}
