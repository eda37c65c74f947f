/** Every annotation by itself, from the catalogue's rows. */

import { catalogue, families } from '../../src/annotations/catalogue';
import { closest } from '../../src/annotations/closest';
import type { Span, ValueProblem } from '../../src/annotations/kinds';
import { nearMiss } from '../../src/annotations/prefixes';
import type { Known } from '../../src/annotations/read';
import { annotationKey, documentationOf, lookUp, PREFIX } from '../../src/annotations/read';
import type { Entry, ObjectNode } from '../objects';
import { bareKey, renameKey, within } from './edits';
import type { Finding, Fix } from './finding';

/** Everything that is wrong with single annotations of an Ingress, in the order of the text. */
export function checkAnnotations(ingress: ObjectNode): Finding[] {
  return ingress.annotations.flatMap((entry) => checkEntry(entry, ingress));
}

export function checkEntry(entry: Entry, ingress: ObjectNode): Finding[] {
  if (!entry.key.startsWith(`${PREFIX}/`)) return checkForeignKey(entry, ingress);
  const suffix = entry.key.slice(PREFIX.length + 1);
  const known = lookUp(suffix);
  if (known === undefined) return [unknownAnnotation(entry, suffix, ingress)];
  return [...checkName(entry, known), ...checkValue(entry, known)];
}

function checkForeignKey(entry: Entry, ingress: ObjectNode): Finding[] {
  const miss = nearMiss(entry.key);
  if (miss === undefined) return [];
  const isService = miss.reason === 'service';
  const base = { code: 'annotation-prefix', span: entry.keySpan } as const;
  const isKnown = miss.suffix !== undefined && lookUp(miss.suffix) !== undefined;
  const suffix = miss.suffix === undefined || isKnown ? miss.suffix : similar(miss.suffix);
  const message = `\`${entry.key}\` ${isService ? 'is an annotation of Services, for Network Load Balancers.' : 'has a misspelled prefix.'}`;
  if (suffix === undefined) {
    const advice = isService ? 'Move it to the Service or remove it.' : `The prefix is \`${PREFIX}/\`.`;
    return [{ ...base, message, advice }];
  }
  const rivals = ingress.annotations.filter(
    ({ key }) => key !== entry.key && nearMiss(key)?.suffix === suffix,
  );
  const fix = renameTo(entry, annotationKey(suffix), ingress, isKnown && !isService && rivals.length === 0);
  const advice = `Write \`${annotationKey(suffix)}\`.`;
  return [{ ...base, message, advice, ...fixes(fix) }];
}

function unknownAnnotation(entry: Entry, suffix: string, ingress: ObjectNode): Finding {
  const near = similar(suffix);
  const fix = near === undefined ? undefined : renameTo(entry, annotationKey(near), ingress, false);
  return {
    code: 'unknown-annotation',
    span: suffixSpan(entry),
    message: `\`${suffix}\` is not an annotation of AWS Load Balancer Controller.`,
    advice: near === undefined ? 'Check the name, or remove it.' : `Did you mean \`${near}\`?`,
    ...fixes(fix),
  };
}

/** The annotation that a misspelled suffix most likely means; of a family with the name that was written. */
function similar(suffix: string): string | undefined {
  const dot = suffix.indexOf('.');
  const name = suffix.slice(dot + 1);
  const family = dot > 0 && name !== '' ? closest(suffix.slice(0, dot), Object.keys(families)) : undefined;
  return family === undefined ? closest(suffix, Object.keys(catalogue)) : `${family}.${name}`;
}

function renameTo(entry: Entry, key: string, ingress: ObjectNode, safe: boolean): Fix | undefined {
  if (ingress.annotations.some((other) => other.key === key)) return undefined;
  return { title: `Change to \`${key}\``, edits: [renameKey(entry, key)], safe };
}

function fixes(fix: Fix | undefined): Pick<Finding, 'fixes'> {
  return fix === undefined ? {} : { fixes: [fix] };
}

function suffixSpan(entry: Entry): Span {
  const { start, end } = bareKey(entry);
  return { start: Math.min(start + PREFIX.length + 1, end), end };
}

function checkName(entry: Entry, known: Known): Finding[] {
  const href = documentationOf(known);
  const span = entry.keySpan;
  const form = known.family === undefined ? undefined : namePattern(known.family);
  const findings: Finding[] = [];
  if (form !== undefined && !form.regex.test(known.name ?? '')) {
    findings.push({
      code: 'annotation-name',
      span,
      href,
      message: `\`${known.name}\` is not ${form.describe}.`,
      advice: `End the key in ${form.describe}.`,
    });
  }
  if (known.row.deprecated !== undefined) {
    findings.push({
      code: 'deprecated-annotation',
      span,
      href,
      message: `\`${known.suffix}\` is deprecated.`,
      advice: known.row.deprecated,
      deprecated: true,
    });
  }
  if (known.row.controllerOwned === true) {
    findings.push({
      code: 'controller-owned-annotation',
      span,
      href,
      message: `\`${known.suffix}\` is written by the controller.`,
      advice: 'Remove it from the manifest.',
    });
  }
  return findings;
}

function namePattern(family: keyof typeof families): { regex: RegExp; describe: string } | undefined {
  const row = families[family];
  return 'name' in row ? row.name : undefined;
}

function checkValue(entry: Entry, known: Known): Finding[] {
  // What an alias stands for is checked where it is written, if that is an annotation too.
  if (entry.type === 'alias' || hasPlaceholder(entry.value)) return [];
  if (entry.type !== 'string' && entry.type !== 'null') return [notAString(entry, known)];
  const found = known.row.kind.check(entry.value);
  const isEmpty = entry.value.trim() === '';
  return (isEmpty ? found.slice(0, 1).map(sayEmpty) : found).map((one) => placed(entry, known, one));
}

function sayEmpty(found: ValueProblem): ValueProblem {
  return { ...found, message: 'The value is empty.' };
}

/** Values that a tool fills in before Kubernetes sees them: `${VAR}`, `$(VAR)`, `$VAR`, `<account>`, `{{ … }}`. */
export function hasPlaceholder(value: string): boolean {
  return /\$\{[^{}]+\}|\$\([\w.-]+\)|^\$\w+$|<[a-z][\w -]*>|\{\{/i.test(value);
}

function notAString(entry: Entry, known: Known): Finding {
  const { type, valueSpan, value } = entry;
  const oneLine = !value.includes('\n');
  // What YAML calls true may be no boolean to the controller: `yes` becomes 'true'.
  const meant =
    known.row.kind.name === 'boolean' ? (known.row.kind.check(value)[0]?.replacement ?? value) : value;
  const fix = {
    title: 'Put the value in quotes',
    edits: [{ span: valueSpan, newText: `'${meant.replaceAll("'", "''")}'` }],
    safe: true,
  };
  return {
    code: 'value-not-string',
    span: valueSpan,
    href: documentationOf(known),
    message: `YAML reads ${oneLine ? `\`${value}\`` : 'this'} as a ${type === 'collection' ? 'list or map' : type}, not as a string.`,
    advice: 'Put it in quotes.',
    ...(oneLine ? { fixes: [fix] } : {}),
  };
}

function placed(entry: Entry, known: Known, found: ValueProblem): Finding {
  const span = sourceSpan(entry, found);
  const { code, message, advice, replacement } = found;
  const fix =
    replacement === undefined
      ? undefined
      : {
          title: `Change to \`${replacement}\``,
          edits: [{ span, newText: within(entry, replacement) }],
          safe: false,
        };
  return {
    code,
    span,
    message,
    href: documentationOf(known),
    ...(advice === undefined ? {} : { advice }),
    ...fixes(fix),
  };
}

function sourceSpan({ valueSpan, keySpan, places, value }: Entry, { start, end }: Span): Span {
  if (value === '') return valueSpan.end > valueSpan.start ? valueSpan : keySpan;
  const span = places.span({ start, end });
  return span.end > span.start ? span : valueSpan;
}
