/** Texts on which an expression is as slow as it gets, made from its own parts. */
import { type AST, RegExpParser } from '@eslint-community/regexpp';
import type { Found } from './collect';

/** What stands before the repetition, what is repeated, and what makes the whole fail. */
export interface Attack {
  readonly head: string;
  readonly pump: string;
  readonly tail: string;
}

const PUMPS = [
  ...[' ', '\n', '\t', '\r', 'a', 'A', '0', '-', '.', '"', "'", '\\', '[', '{', '(', '/', ',', ':', '*', '='],
  ...[' #', 'a.', ': ', '${', 'a-', '0.', '\\"', '\n ', ' \n', 'a,', '\r\n'],
];
const TAILS = ['', '\u0000', '\n', '!'];

/** The text of an attack, about so long. */
export function textOf({ head, pump, tail }: Attack, length: number): string {
  return head + pump.repeat(Math.ceil(length / pump.length)) + tail;
}

export function attacksOn({ source, flags }: Pick<Found, 'source' | 'flags'>): Attack[] {
  const pattern = new RegExpParser().parsePattern(source, 0, source.length, {
    unicode: flags.includes('u'),
    unicodeSets: flags.includes('v'),
  });
  const own = repetitionsIn(pattern, '', flags).flatMap(({ before, pumps }) =>
    pumps.flatMap((pump) => [
      { head: before, pump },
      { head: '', pump: before + pump },
      { head: '', pump },
      ...(before === '' ? [] : [{ head: '', pump: before }]),
    ]),
  );
  const all = [...own, ...PUMPS.map((pump) => ({ head: '', pump }))].filter(({ pump }) => pump !== '');
  const attacks = all.flatMap((one) => TAILS.map((tail) => ({ ...one, tail })));
  return [...new Map(attacks.map((one) => [JSON.stringify(one), one])).values()];
}

interface Repetition {
  /** The shortest text that leads to it. */
  readonly before: string;
  readonly pumps: readonly string[];
}

type Branch = AST.Pattern | AST.Group | AST.CapturingGroup | AST.LookaroundAssertion;

/** Every part that may be repeated without end. */
function repetitionsIn(branch: Branch, before: string, flags: string): Repetition[] {
  return branch.alternatives.flatMap(({ elements }) => {
    let read = before;
    return elements.flatMap((element) => {
      const found = repetitionsOf(element, read, flags);
      read += shortest(element, flags);
      return found;
    });
  });
}

function repetitionsOf(element: AST.Element, before: string, flags: string): Repetition[] {
  if ('alternatives' in element) return repetitionsIn(element, before, flags);
  if (element.type !== 'Quantifier') return [];
  const inner = repetitionsOf(element.element, before, flags);
  if (element.max !== Number.POSITIVE_INFINITY) return inner;
  return [{ before, pumps: textsOf(element.element, flags) }, ...inner];
}

/** A few texts that an element takes. */
function textsOf(element: AST.Element, flags: string): string[] {
  if ('alternatives' in element)
    return element.alternatives.map(({ elements }) => elements.map((one) => shortest(one, flags)).join(''));
  const characters = charactersOf(element, flags);
  return characters.length > 0 ? characters : [shortest(element, flags)];
}

function shortest(element: AST.Element, flags: string): string {
  if (element.type === 'Quantifier') return shortest(element.element, flags).repeat(element.min);
  if (element.type === 'CapturingGroup' || element.type === 'Group')
    return textsOf(element, flags).sort((a, b) => a.length - b.length)[0] ?? '';
  return charactersOf(element, flags)[0] ?? '';
}

const SAMPLES = [...'aA0 \t\n\r-_.:,;/\\"\'[]{}()<>$#*?+=!|&%@~^`', '\u0000', '\u00a0', 'é', '😀'];

function charactersOf(element: AST.Element, flags: string): string[] {
  if (element.type === 'Character') return [String.fromCodePoint(element.value)];
  if (element.type !== 'CharacterClass' && element.type !== 'CharacterSet') return [];
  const one = new RegExp(`^(?:${element.raw})$`, flags.replace(/[gy]/g, ''));
  return SAMPLES.filter((text) => one.test(text)).slice(0, 5);
}
