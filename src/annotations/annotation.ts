import type { Kind } from './kinds';
import type { LiveSource } from './live';

/** How the controller brings one annotation of several members of an IngressGroup together. */
export type Merge =
  /** One value for the group: members that write it must write the same. */
  | 'exclusive'
  /** Entries of all members are brought together; two values of one entry are a conflict. */
  | 'merge'
  /** One value per listener port: members that share a port must agree. */
  | 'perListener'
  /** Concerns only the rules and target groups of the Ingress it stands on. */
  | 'own'
  /** Decides to which group, and where in it, the Ingress belongs. */
  | 'membership';

export const mergeTexts: Readonly<Record<Merge, string>> = {
  exclusive:
    'One value for the whole group: Ingresses that set it must agree, else no Ingress of the group is updated.',
  merge:
    'Entries of all Ingresses of the group are brought together; two different values of one entry stop the group.',
  perListener:
    'One value per listener port: Ingresses that share a port must agree, else no Ingress of the group is updated.',
  own: 'Concerns only the rules and target groups of this Ingress.',
  membership: 'Decides about the place of this Ingress in its group.',
};

/** A row of the catalogue. */
export interface Annotation {
  readonly kind: Kind<unknown>;
  /** What the controller takes when the annotation is absent, as it would be written. */
  readonly fallback?: string;
  readonly on: readonly ('Ingress' | 'Service')[];
  readonly merge: Merge;
  readonly mergeNote?: string;
  readonly doc: string;
  readonly example: string;
  /** The first release of the controller that reads it. */
  readonly since: string;
  /** Absent: works in EKS Auto Mode too. Else what is different there and what to use instead. */
  readonly autoMode?: string;
  readonly deprecated?: string;
  /** What exists and may be written as the value, or as one element of a list. */
  readonly live?: LiveSource;
  /** The field of IngressClassParams that beats the annotation. */
  readonly classParams?: string;
  /** Anchor in the controller's documentation, if it is not the suffix. */
  readonly anchor?: string;
  /** The page of AWS that explains what is behind it. */
  readonly aws?: string;
  /** Written by the controller, not by people. */
  readonly controllerOwned?: true;
}
