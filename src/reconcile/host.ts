/**
 * How the engine speaks to a person. The editor, the CLI and the tests each have one; nothing in the engine knows
 * which.
 */
export interface Host {
  /** Something happened. Never blocks. */
  notify(event: HostEvent): void;
  /** Asks before anything is changed; false means no. */
  confirm(question: Question): Promise<boolean>;
}

export interface HostEvent {
  readonly level: 'debug' | 'info' | 'warning' | 'error';
  /** One line in plain English. */
  readonly text: string;
  /** Steps done and to do, where that is known. */
  readonly progress?: { readonly done: number; readonly total: number };
}

export interface Question {
  readonly title: string;
  /** Facts to decide by: account, region, cluster, what is replaced or deleted (with ARNs). */
  readonly facts: readonly string[];
  /** The whole plan as text, to be read before answering. */
  readonly details: string;
  /** Something is deleted or replaced, or a DNS name is lost. */
  readonly destructive: boolean;
  /** What a general yes (`--yes`) does not cover. */
  readonly consent?: Consent;
}

/** Consent that has to be given for itself. */
export type Consent =
  /** The plan that would run is not the one that was confirmed. */
  | { readonly kind: 'changed-plan' }
  /** Something goes of which only a tag says that it is of this cluster. */
  | { readonly kind: 'cluster'; readonly clusterName: string };
