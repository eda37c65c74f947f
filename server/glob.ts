/**
 * Patterns of paths, in time that grows with pattern and path and no faster: `*`, `?` and `[a-z]` within a name, `**` for
 * any folders, `{a,b}` for either. A pattern comes from whoever wrote the repository, so what a regular expression would
 * make of it is not run.
 */
import { wildcardMatch } from '../src/wildcards';

/** Why a pattern is not taken, or what it matches. */
export type Glob =
  | { readonly problem: string; readonly matches?: undefined }
  | { readonly problem?: undefined; readonly matches: (path: string) => boolean };

const LONGEST = 256;
const MOST_CHOICES = 16;

/** Reads a pattern; never throws. */
export function readGlob(pattern: string): Glob {
  if (pattern.length > LONGEST)
    return { problem: `A pattern has at most ${LONGEST} characters, this one ${pattern.length}.` };
  if (/[@!+?*]\(/.test(pattern) || pattern.startsWith('!'))
    return {
      problem: `\`${pattern}\`: patterns know \`*\`, \`**\`, \`?\`, \`[abc]\` and \`{a,b}\`, nothing else.`,
    };
  const choices = expand(pattern);
  if (choices === undefined)
    return { problem: `\`${pattern}\` stands for more than ${MOST_CHOICES} patterns. Write fewer braces.` };
  const globs = choices.map((choice) =>
    choice
      .replace(/^\.?\//, '')
      .split('/')
      .map(nameMatcher),
  );
  return {
    matches: (path) => {
      const names = path.split('/');
      return globs.some((glob) => wildcardMatch(glob, names, (one) => one === ANY_FOLDERS, fits));
    },
  };
}

/** The choices of braces, one after the other; undefined if they are too many. */
function expand(pattern: string): string[] | undefined {
  let open = [pattern];
  const done: string[] = [];
  while (open.length > 0) {
    const next: string[] = [];
    for (const one of open) {
      // The innermost pair first: nothing nests within it.
      const braces = /\{([^{},]*(?:,[^{},]*)+)\}/.exec(one);
      if (braces === null) done.push(one);
      else
        for (const choice of (braces[1] ?? '').split(','))
          next.push(one.slice(0, braces.index) + choice + one.slice(braces.index + braces[0].length));
    }
    if (next.length + done.length > MOST_CHOICES) return undefined;
    open = next;
  }
  return done;
}

const ANY_FOLDERS = Symbol('**');

type NamePattern = readonly CharacterPattern[] | typeof ANY_FOLDERS;
type CharacterPattern = '*' | ((character: string) => boolean);

function nameMatcher(name: string): NamePattern {
  if (name === '**') return ANY_FOLDERS;
  const signs: CharacterPattern[] = [];
  for (let at = 0; at < name.length; at++) {
    const sign = name[at] ?? '';
    const end = sign === '[' ? name.indexOf(']', at + 2) : -1;
    if (sign === '*') signs.push('*');
    else if (sign === '?') signs.push(() => true);
    else if (end > 0) {
      signs.push(oneOf(name.slice(at + 1, end)));
      at = end;
    } else if (sign === '\\' && at + 1 < name.length) {
      at += 1;
      signs.push(exactly(name[at] ?? ''));
    } else signs.push(exactly(sign));
  }
  return signs;
}

function exactly(wanted: string): CharacterPattern {
  return (character) => character === wanted;
}

/** `abc`, `a-z`, `!abc` */
function oneOf(written: string): CharacterPattern {
  const negated = /^[!^]/.test(written);
  const set = negated ? written.slice(1) : written;
  const has = (character: string) => {
    for (let at = 0; at < set.length; at++) {
      const [first = '', last = ''] = [set[at], set[at + 1] === '-' ? set[at + 2] : set[at]];
      if (first <= character && character <= last) return true;
      if (set[at + 1] === '-' && set[at + 2] !== undefined) at += 2;
    }
    return false;
  };
  return (character) => has(character) !== negated;
}

function fits(pattern: NamePattern, name: string): boolean {
  if (pattern === ANY_FOLDERS) return true;
  const isStar = (sign: CharacterPattern) => sign === '*';
  return wildcardMatch(pattern, [...name], isStar, (sign, character) => sign !== '*' && sign(character));
}
