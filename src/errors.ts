import { inLines, oneLine } from './printable';

interface More {
  readonly what?: string | undefined;
  readonly details?: readonly string[] | undefined;
  readonly why?: string | readonly string[] | undefined;
  readonly advice?: string | undefined;
  readonly cause?: unknown;
}

/**
 * A failure a person can do something about. `code` is stable and has a page in `docs/errors.md`; `message` says
 * what is wrong and where; `why` says why it matters; `advice` says what to do. Where the message is in somebody else's
 * words (the controller's, AWS's), `what` says it in ours, and `details` are lines of a table that shows it. The original
 * failure is `cause`.
 */
export class UserError extends Error {
  readonly code: string;
  readonly what: string | undefined;
  readonly details: readonly string[];
  readonly why: readonly string[];
  readonly advice: string | undefined;

  constructor(code: string, message: string, more: More = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'UserError';
    this.code = code;
    this.what = more.what;
    this.details = more.details ?? [];
    this.why = typeof more.why === 'string' ? [more.why] : (more.why ?? []);
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
  if (!(error instanceof UserError)) return oneLine(messageOf(error));
  const { message, what, details, why, advice } = error;
  return inLines([message, what, ...details, ...why, advice].filter((line) => line !== undefined));
}

/** The same in one line, for a notification or a log that is read as it grows: what is wrong and what to do. */
export function explainShort(error: unknown): string {
  if (!(error instanceof UserError)) return oneLine(messageOf(error));
  const { message, what, why, advice } = error;
  // Where the message is ours, it is told in full: nothing else says what is wrong.
  const parts =
    what === undefined ? [message, ...why, advice] : [`${message.replace(/\.$/, '')}.`, what, advice];
  return oneLine(parts.filter((line) => line !== undefined).join(' '));
}

/** The beginning of what somebody answered, fit to be read: control characters are symbols, credentials are left out. */
export function excerptOf(text: string, length = 200): string {
  // More is not looked at: it may be very long.
  const start = text.slice(0, length * 4).replace(CREDENTIALS, '(credentials)');
  const visible = [...start].map(symbolOf).join('').trim();
  return visible.length > length ? `${visible.slice(0, length)}…` : visible;
}

/** Bearer tokens, JSON Web Tokens, and those of EKS. */
const CREDENTIALS =
  /\bbearer\s+[\w.~+/=-]{8,2000}|\bk8s-aws-v1\.[\w=-]{1,3000}|\beyJ[\w-]{8,2000}\.[\w.-]{1,2000}/gi;

/** Escapes would be obeyed by a terminal, and marks of direction turn what stands beside them. */
function symbolOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  const hidden = (code >= 0x80 && code < 0xa0) || /[\p{Cf}\p{Zl}\p{Zp}]/u.test(character);
  return hidden ? '\ufffd' : character;
}
