import type { Fault } from './proxy';
import { isWrite } from './wire';

/** One column of the table: what happens to a call. */
export interface FaultKind {
  readonly name: string;
  readonly fault: Omit<Fault, 'nth'>;
  /** The process is killed at that moment; otherwise it lives and sees the answer. */
  readonly kill?: true;
  /** How the run itself has to end; undefined where both is right. */
  readonly run?: 'succeeds' | 'fails';
  /** Only for calls that change something: a read that is carried out leaves no trace. */
  readonly writesOnly?: true;
}

const ALWAYS = Number.POSITIVE_INFINITY;
const once = { times: 1, carriedOut: false };
const lost = { times: 1, carriedOut: true };

const KILLED: readonly FaultKind[] = [
  { name: 'kill before', fault: { ...once, answer: 'hang' }, kill: true },
  { name: 'kill after', fault: { ...lost, answer: 'hang' }, kill: true, writesOnly: true },
];

const DENIED = { status: 403, code: 'AccessDenied' };
const BROKEN = { status: 500, code: 'InternalFailure' };
const THROTTLED = { status: 400, code: 'Throttling' };

/** The SDK asks again after most of these, so that a run gets over whatever passes. */
export const AWS_KINDS: readonly FaultKind[] = [
  { name: 'denied', fault: { ...once, answer: DENIED }, run: 'fails' },
  { name: 'throttled', fault: { ...once, answer: THROTTLED }, run: 'succeeds' },
  { name: 'throttled 5', fault: { ...once, times: 5, answer: THROTTLED }, run: 'succeeds', writesOnly: true },
  { name: 'silent', fault: { ...once, answer: 'hang' }, run: 'succeeds' },
  { name: 'cut', fault: { ...once, answer: 'cut' }, run: 'succeeds', writesOnly: true },
  { name: 'down', fault: { ...once, times: ALWAYS, answer: BROKEN }, run: 'fails', writesOnly: true },
  { name: 'lost', fault: { ...lost, answer: BROKEN }, writesOnly: true },
  { name: 'lost, cut', fault: { ...lost, answer: 'cut' }, writesOnly: true },
  { name: 'lost, down', fault: { ...lost, times: ALWAYS, answer: BROKEN }, run: 'fails', writesOnly: true },
  ...KILLED,
];

/** Nobody asks Kubernetes again within a run, but for conflicts of finalizers. */
export const KUBE_KINDS: readonly FaultKind[] = [
  { name: 'denied', fault: { ...once, answer: { status: 403, code: 'Forbidden' } }, run: 'fails' },
  { name: 'busy', fault: { ...once, answer: { status: 429, code: 'TooManyRequests' } }, run: 'fails' },
  { name: 'silent', fault: { ...once, answer: 'hang' }, run: 'fails' },
  { name: 'conflict', fault: { ...once, answer: { status: 409, code: 'Conflict' } } },
  { name: 'cut', fault: { ...once, answer: 'cut' }, run: 'fails' },
  {
    name: 'down',
    fault: { ...once, times: ALWAYS, answer: { status: 500, code: 'InternalError' } },
    run: 'fails',
  },
  { name: 'lost', fault: { ...lost, answer: { status: 500, code: 'InternalError' } } },
  { name: 'lost, cut', fault: { ...lost, answer: 'cut' } },
  ...KILLED,
];

export function appliesTo({ writesOnly }: FaultKind, call: string): boolean {
  return writesOnly !== true || isWrite(call);
}
