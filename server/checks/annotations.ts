/** Every annotation by itself, from the catalogue's rows. */

import { closest } from '../../src/annotations/closest';
import type { Book, KnownKey } from '../../src/annotations/keys';
import { bookFor, ingressBooks, lookUpKey, lookUpOn, shortKey } from '../../src/annotations/keys';
import type { Span, ValueProblem } from '../../src/annotations/kinds';
import { nearMiss, serviceNearMiss } from '../../src/annotations/prefixes';
import { documentationOf, PREFIX, SERVICE_DOMAIN, SERVICE_PREFIX } from '../../src/annotations/read';
import { inTreeOnly, podOnly } from '../../src/annotations/serviceCatalogue';
import { bareKey, removeEntry, renameKey, within } from '../edits';
import type { Entry, ObjectNode } from '../objects';
import type { Finding, Fix } from './finding';

/** Everything that is wrong with single annotations of an Ingress or a Service, in the order of the text. */
export function checkAnnotations(object: ObjectNode): Finding[] {
  return object.annotations.flatMap((entry) => checkEntry(entry, object));
}

export function checkEntry(entry: Entry, object: ObjectNode): Finding[] {
  const known = lookUpOn(entry.key, object.kind);
  if (entry.key === REDIRECT_ACTION && /^\d+$/.test(entry.value)) return [redirectAsAction(entry, object)];
  if (known !== undefined) return [...checkName(entry, known), ...checkValue(entry, known)];
  if (object.kind === 'Service' && lookUpOn(entry.key, 'Ingress') !== undefined)
    return [misplacedAnnotation(entry)];
  const book = bookFor(entry.key, object.kind);
  // Other names of the domain of Services belong to other clouds.
  const isOurs = book !== undefined && (object.kind === 'Ingress' || book.prefix !== `${SERVICE_DOMAIN}/`);
  return isOurs
    ? [unknownAnnotation(entry, book, object)]
    : [...checkForeignKey(entry, object), ...checkForeignValue(entry)];
}

const REDIRECT_ACTION = `${PREFIX}/actions.ssl-redirect`;

/** The Service may carry only those annotations of Ingresses that concern its target group. */
function misplacedAnnotation({ key, keySpan }: Entry): Finding {
  const known = lookUpKey(key);
  return {
    code: 'annotation-on-service',
    span: keySpan,
    ...(known === undefined ? {} : { href: documentationOf(known) }),
    message: `\`${key}\` stands on a Service.`,
    advice: 'Move it to the Ingress.',
  };
}

function checkForeignKey(entry: Entry, object: ObjectNode): Finding[] {
  return object.kind === 'Service' ? misspelledOnService(entry, object) : misspelledOnIngress(entry, object);
}

function misspelledOnService(entry: Entry, object: ObjectNode): Finding[] {
  const written = serviceNearMiss(entry.key);
  const book = bookFor(written?.key ?? '', 'Service');
  if (written === undefined || book === undefined) return [];
  const suffix = written.key.slice(book.prefix.length);
  const isKnown = lookUpOn(written.key, 'Service') !== undefined;
  const meant = isKnown ? suffix : similar(suffix, book);
  if (meant === undefined) return [];
  const key = book.prefix + meant;
  const fix = renameTo(entry, key, object, isKnown);
  const message = `\`${entry.key}\` has a misspelled prefix.`;
  return [
    { code: 'annotation-prefix', span: entry.keySpan, message, advice: `Write \`${key}\`.`, ...fixes(fix) },
  ];
}

function misspelledOnIngress(entry: Entry, ingress: ObjectNode): Finding[] {
  const miss = nearMiss(entry.key);
  const [book] = ingressBooks;
  if (miss === undefined || book === undefined) return [];
  const isService = miss.reason === 'service';
  const base = { code: 'annotation-prefix', span: entry.keySpan } as const;
  const isKnown = miss.suffix !== undefined && lookUpKey(book.prefix + miss.suffix) !== undefined;
  const suffix = miss.suffix === undefined || isKnown ? miss.suffix : similar(miss.suffix, book);
  const message = `\`${entry.key}\` ${isService ? 'is an annotation of Services, for Network Load Balancers.' : 'has a misspelled prefix.'}`;
  if (suffix === undefined) {
    const advice = isService ? 'Move it to the Service or remove it.' : `The prefix is \`${PREFIX}/\`.`;
    return [{ ...base, message, advice }];
  }
  const rivals = ingress.annotations.filter(
    ({ key }) => key !== entry.key && nearMiss(key)?.suffix === suffix,
  );
  const key = book.prefix + suffix;
  const fix = renameTo(entry, key, ingress, isKnown && !isService && rivals.length === 0);
  return [{ ...base, message, advice: `Write \`${key}\`.`, ...fixes(fix) }];
}

/** Kubernetes wants strings whoever reads the annotation (k8s: ObjectMeta.annotations is a map of strings). */
function checkForeignValue(entry: Entry): Finding[] {
  const { key, type, value } = entry;
  const isRight = type === 'string' || type === 'null' || type === 'alias';
  return isRight || key === '<<' || hasPlaceholder(value) ? [] : [notAString(entry)];
}

/** The setting `ssl-redirect`, written as an action of that name: it is no JSON, and nothing is redirected. */
function redirectAsAction(entry: Entry, ingress: ObjectNode): Finding {
  const key = `${PREFIX}/ssl-redirect`;
  const rename = renameTo(entry, key, ingress, false);
  const quote = { span: entry.valueSpan, newText: `'${entry.value}'` };
  const edits = entry.type === 'string' ? [] : [quote];
  const fix = rename === undefined ? undefined : { ...rename, edits: [...rename.edits, ...edits] };
  return {
    code: 'ssl-redirect-as-action',
    span: entry.keySpan,
    message: `\`actions.ssl-redirect\` is the key of an action in JSON, and \`${entry.value}\` is a port.`,
    advice: `Write \`${key}: '${entry.value}'\`.`,
    ...fixes(fix),
  };
}

function unknownAnnotation(entry: Entry, book: Book, object: ObjectNode): Finding {
  const suffix = entry.key.slice(book.prefix.length);
  const instead =
    book.prefix === SERVICE_PREFIX && Object.hasOwn(inTreeOnly, suffix) ? inTreeOnly[suffix] : undefined;
  if (instead !== undefined) return inTreeAnnotation(entry, object, instead);
  const ofPods =
    book.prefix === SERVICE_PREFIX && Object.hasOwn(podOnly, suffix) ? podOnly[suffix] : undefined;
  const near = ofPods === undefined ? similar(suffix, book) : undefined;
  const fix = near === undefined ? undefined : renameTo(entry, book.prefix + near, object, false);
  const short = (name: string) => shortKey({ prefix: book.prefix, suffix: name });
  return {
    code: 'unknown-annotation',
    span: behindDomain(entry),
    message: `\`${short(suffix)}\` is not an annotation of ${ofPods === undefined ? 'AWS Load Balancer Controller' : 'Services'}.`,
    advice:
      near === undefined ? (ofPods ?? 'Check the name, or remove it.') : `Did you mean \`${short(near)}\`?`,
    ...fixes(fix),
  };
}

/** kubernetes/cloud-provider-aws:docs/service_controller.md */
function inTreeAnnotation(entry: Entry, object: ObjectNode, advice: string): Finding {
  const edit = removeEntry(object, entry);
  return {
    code: 'in-tree-annotation',
    span: entry.keySpan,
    message: `\`${entry.key}\` is for load balancers that the cloud provider makes.`,
    advice,
    ...fixes(edit === undefined ? undefined : { title: 'Remove it', edits: [edit], safe: false }),
  };
}

/** The annotation that a misspelled suffix most likely means; of a family with the name that was written. */
function similar(suffix: string, { catalogue, families }: Book): string | undefined {
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

function behindDomain(entry: Entry): Span {
  const { start, end } = bareKey(entry);
  return { start: Math.min(start + entry.key.indexOf('/') + 1, end), end };
}

function checkName(entry: Entry, known: KnownKey): Finding[] {
  const href = documentationOf(known);
  const span = entry.keySpan;
  const form = known.row.name;
  const short = shortKey(known);
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
      message: `\`${short}\` is deprecated.`,
      advice: known.row.deprecated,
      deprecated: true,
    });
  }
  if (known.row.controllerOwned === true) {
    findings.push({
      code: 'controller-owned-annotation',
      span,
      href,
      message: `\`${short}\` is written by the controller.`,
      advice: 'Remove it from the manifest.',
    });
  }
  return findings;
}

function checkValue(entry: Entry, known: KnownKey): Finding[] {
  // What an alias stands for is checked where it is written, if that is an annotation too.
  if (entry.type === 'alias' || hasPlaceholder(entry.value)) return [];
  if (entry.type !== 'string' && entry.type !== 'null') return [notAString(entry, known)];
  const found = known.row.kind.check(entry.value);
  const isEmpty = entry.value.trim() === '';
  return (isEmpty ? found.slice(0, 1).map(sayEmpty) : found).map((one) =>
    placed(entry, known, sayLogin(entry, known, one)),
  );
}

function sayEmpty(found: ValueProblem): ValueProblem {
  return { ...found, message: 'The value is empty.' };
}

/** Values that a tool fills in before Kubernetes sees them: `${VAR}`, `$(VAR)`, `$VAR`, `<account>`, `{{ … }}`. */
export function hasPlaceholder(value: string): boolean {
  return /\$\{[^{}]+\}|\$\([\w.-]+\)|^\$\w+$|<[a-z][\w -]*>|\{\{/i.test(value);
}

function notAString(entry: Entry, known?: KnownKey): Finding {
  const { type, valueSpan, value } = entry;
  const oneLine = !value.includes('\n');
  // What YAML calls true may be no boolean to the controller: `yes` becomes 'true'.
  const meant =
    known?.row.kind.name === 'boolean' ? (known.row.kind.check(value)[0]?.replacement ?? value) : value;
  const fix = {
    title: 'Put the value in quotes',
    edits: [{ span: valueSpan, newText: `'${meant.replaceAll("'", "''")}'` }],
    safe: true,
  };
  return {
    code: 'value-not-string',
    span: valueSpan,
    ...(known === undefined ? {} : { href: documentationOf(known) }),
    message: `YAML reads ${oneLine ? `\`${value}\`` : 'this'} as a ${type === 'collection' ? 'list or map' : type}, not as a string.`,
    advice: 'Put it in quotes.',
    ...(oneLine ? { fixes: [fix] } : {}),
  };
}

/** Who logs in users in the JSON of an action finds a list of actions that has no login; it is set elsewhere. */
function sayLogin(entry: Entry, known: KnownKey, found: ValueProblem): ValueProblem {
  const type = /^"authenticate-(cognito|oidc)"$/.exec(entry.value.slice(found.start, found.end))?.[1];
  if (known.family !== 'actions' || found.code !== 'not-an-option' || type === undefined) return found;
  const { replacement: _, ...rest } = found;
  const message = `\`authenticate-${type}\` is not a type of action here.`;
  const advice = `Set \`auth-type: ${type}\` and \`auth-idp-${type}\`; the action then only says where to go.`;
  return { ...rest, code: 'auth-as-action', message, advice };
}

function placed(entry: Entry, known: KnownKey, found: ValueProblem): Finding {
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
