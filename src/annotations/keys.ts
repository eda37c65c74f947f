/** Whole annotation keys, of Ingresses and of Services. */
import type { Annotation } from './annotation';
import { catalogue, families } from './catalogue';
import {
  type FamilyName,
  findRow,
  type Known,
  PREFIX,
  type Rows,
  SERVICE_DOMAIN,
  SERVICE_PREFIX,
} from './read';
import { serviceCatalogue, serviceOthers } from './serviceCatalogue';
import { serviceActions, serviceFamilies } from './serviceFamilies';

export type AnyFamilyName = FamilyName | keyof typeof serviceFamilies | keyof typeof serviceActions;

/** Rows with what the keys begin with; the longer beginning stands before the shorter. */
export interface Book extends Rows<AnyFamilyName> {
  readonly prefix: string;
}

export const ingressBooks: readonly Book[] = [{ prefix: `${PREFIX}/`, catalogue, families }];

export const serviceBooks: readonly Book[] = [
  { prefix: SERVICE_PREFIX, catalogue: serviceCatalogue, families: serviceFamilies },
  { prefix: `${SERVICE_DOMAIN}/`, catalogue: serviceOthers, families: serviceActions },
];

/** The annotations of Ingresses that a Service may carry, for the target groups that it becomes. */
const backendBooks: readonly Book[] = ingressBooks.map(({ prefix, ...rows }) => ({
  prefix,
  catalogue: onServices(rows.catalogue),
  families: onServices(rows.families),
}));

function onServices<R extends Pick<Annotation, 'on'>>(
  rows: Readonly<Record<string, R>>,
): Readonly<Record<string, R>> {
  return Object.fromEntries(Object.entries(rows).filter(([, { on }]) => on.includes('Service')));
}

const booksByKind: Readonly<Record<string, readonly Book[]>> = {
  Ingress: ingressBooks,
  Service: [...serviceBooks, ...backendBooks],
};

/** The annotations that objects of a kind may carry; none for kinds of which the controller reads none. */
export function booksOf(kind: string): readonly Book[] {
  return Object.hasOwn(booksByKind, kind) ? (booksByKind[kind] ?? []) : [];
}

/** What stands behind the slash, without the name: `scheme`, `aws-load-balancer-scheme`. */
export function shortKey({ prefix, suffix }: Pick<KnownKey, 'prefix' | 'suffix'>): string {
  return `${prefix.slice(prefix.indexOf('/') + 1)}${suffix}`;
}

export interface KnownKey extends Known<AnyFamilyName> {
  /** What the key begins with; `prefix`, `suffix` and, behind a dot, `name` make the key. */
  readonly prefix: string;
}

/** Looks up a whole annotation key, whatever it stands on. */
export function lookUpKey(key: string): KnownKey | undefined {
  return lookUpIn(key, [...ingressBooks, ...serviceBooks]);
}

/** Looks up a whole annotation key among those that an object of a kind may carry. */
export function lookUpOn(key: string, kind: string): KnownKey | undefined {
  return lookUpIn(key, booksOf(kind));
}

/** The book whose keys begin as the key does. */
export function bookFor(key: string, kind: string): Book | undefined {
  return booksOf(kind).find(({ prefix }) => key.startsWith(prefix));
}

function lookUpIn(key: string, books: readonly Book[]): KnownKey | undefined {
  const book = books.find(({ prefix }) => key.startsWith(prefix));
  const known = book === undefined ? undefined : findRow(book, key.slice(book.prefix.length));
  return book === undefined || known === undefined ? undefined : { ...known, prefix: book.prefix };
}
