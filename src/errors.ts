/**
 * A failure a person can do something about. `code` is stable and has a page in `docs/errors.md`; `message` says
 * what is wrong and where; `why` says why it matters; `advice` says what to do. The original failure is `cause`.
 */
export class UserError extends Error {
  readonly code: string;
  readonly why: string | undefined;
  readonly advice: string | undefined;

  constructor(code: string, message: string, more: { why?: string; advice?: string; cause?: unknown } = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'UserError';
    this.code = code;
    this.why = more.why;
    this.advice = more.advice;
  }
}

/** The person declined or cancelled; not a failure and never shown as one. */
export class Cancelled extends Error {
  constructor(message = 'Cancelled') {
    super(message);
    this.name = 'Cancelled';
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What is wrong, why it matters and what to do, as lines for a terminal or a log. */
export function explain(error: unknown): string {
  if (!(error instanceof UserError)) return messageOf(error);
  return [error.message, error.why, error.advice].filter((line) => line !== undefined).join('\n');
}
