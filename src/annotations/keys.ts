/** Whole annotation keys, of Ingresses and of Services. */
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

export interface KnownKey extends Known<AnyFamilyName> {
  /** What the key begins with; `prefix`, `suffix` and, behind a dot, `name` make the key. */
  readonly prefix: string;
}

/** Looks up a whole annotation key, whatever it stands on. */
export function lookUpKey(key: string): KnownKey | undefined {
  const book = [...ingressBooks, ...serviceBooks].find(({ prefix }) => key.startsWith(prefix));
  const known = book === undefined ? undefined : findRow(book, key.slice(book.prefix.length));
  return book === undefined || known === undefined ? undefined : { ...known, prefix: book.prefix };
}
