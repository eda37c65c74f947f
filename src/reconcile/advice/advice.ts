/** What a refusal or a failure means, in plain English, and how it is shown. */
import { UserError } from '../../errors';

/** Why a load balancer could not be built or changed, and what to do. The controller's own words stand before it. */
export interface Advice {
  /** Stable; has a section in docs/errors.md. */
  readonly code: string;
  /** What is wrong, with the objects and annotations that say so. */
  readonly what: string;
  /** Lines of a table: a verdict per subnet, certificates that would do, and the like. */
  readonly details: readonly string[];
  readonly why: string;
  /** What to do. */
  readonly advice: string;
  /** Members of the group that are to blame, as `namespace/name`. */
  readonly blamed: readonly string[];
  /** Members that stay as they were because of it. */
  readonly others: readonly string[];
  /** The two above as a sentence; undefined where there is only one object. */
  readonly members: string | undefined;
}

/** The advice as lines, the table included; `short` leaves it out. */
export function adviceLines(advice: Advice, form: 'whole' | 'short' = 'whole'): string[] {
  const { code, what, details, why, members } = advice;
  const table = form === 'whole' ? details : [];
  const lines = [what, ...table, why, ...(members === undefined ? [] : [members]), advice.advice];
  return [...lines, `Code: ${code}`];
}

/** A failure whose message is the controller's, with the advice after it. */
export function advisedError(message: string, advice: Advice, cause: unknown): UserError {
  const { code, what, details, why, members } = advice;
  return new UserError(code, message, {
    ...{ what, details, cause },
    why: [why, ...(members === undefined ? [] : [members])],
    advice: advice.advice,
  });
}
