/** What `ekslb lint` found, apart from how it is printed. */

/** The worst first. A hint is a matter of judgement and is shown only when it is asked for. */
export const SEVERITIES = ['error', 'warning', 'info', 'hint'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** A part of a file; lines and columns count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** Another place that has to do with a finding. */
export interface RelatedPlace extends Place {
  readonly message: string;
}

export interface LintFinding extends Place {
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
  readonly help: string | undefined;
  readonly related?: readonly RelatedPlace[];
}
