/** Severity follows the consequence: an error will not work or takes something down, a warning surprises, information is worth knowing, a hint is a matter of style. */
export type Severity = 'error' | 'warning' | 'information' | 'hint';

/** One rule of the static check. Its code is stable: the diagnostic's code, the name of its page, and of its switch. */
export interface Rule {
  readonly severity: Severity;
  readonly title: string;
  /** Why it matters, as one sentence that follows the sentence on what is wrong. */
  readonly why: string;
  /** Manifests that show it: one that has the mistake, and the same without it. They are its page, and tests. */
  readonly bad: string;
  readonly good: string;
  /** The files of the example are for EKS Auto Mode, for Fargate, or for an older controller. */
  readonly profile?: {
    readonly autoMode?: boolean;
    readonly fargate?: boolean;
    readonly controller?: string;
  };
  /** What exists where the files of the example are for: the rule speaks only where that was read. */
  readonly live?: LiveExample;
}

/** Answers of `src/protocol.ts`, by their sources. */
export interface LiveExample {
  readonly place: { readonly account: string; readonly region: string; readonly vpcId: string };
  readonly values: Readonly<
    Record<
      string,
      readonly {
        readonly value: string;
        readonly label: string;
        readonly unusable?: string;
        readonly facts?: Readonly<Record<string, string>>;
      }[]
    >
  >;
}
