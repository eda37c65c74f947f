import { oneLine } from '../../printable';
import type { Change, ChangeKind, FieldChange } from '../change';
import { valueText } from '../planText';

/** Something that a person who watches wants to read. */
export interface WatchEvent {
  readonly kind: 'info' | 'change' | 'drift' | 'warning' | 'error';
  /** The group that it is about; undefined where it is about the whole cluster. */
  readonly group: string | undefined;
  readonly text: string;
}

const DONE: Readonly<Record<ChangeKind, string>> = {
  create: 'created',
  update: 'updated',
  replace: 'replaced',
  delete: 'deleted',
};
/** As many fields of one change as one line can hold. */
const SHOWN = 6;

/** "updated target group web:80: healthCheckPath from / to /ready". */
export function doneText(change: Change): string {
  return `${DONE[change.kind]} ${nameOf(change)}${change.kind === 'update' ? after(': ', change) : ''}`;
}

/** What somebody did in AWS, and what became of it. */
export function driftText(change: Change): string {
  const name = nameOf(change);
  if (change.kind === 'create') return `drift: ${name} was deleted outside; made again`;
  if (change.kind === 'delete') return `drift: ${name} was made outside; deleted`;
  return `drift: ${name} was changed outside; set back${after(': ', change)}`;
}

function nameOf({ what, name }: Change): string {
  const kind = /[a-z][A-Z]/.test(what) ? what : what.charAt(0).toLowerCase() + what.slice(1);
  return what === 'Targets' ? `targets of ${name}` : `${kind} ${name}`;
}

function after(prefix: string, { fields }: Change): string {
  const texts = fields.slice(0, SHOWN).map(fieldText);
  const more = fields.length > SHOWN ? [`and ${fields.length - SHOWN} more`] : [];
  return texts.length === 0 ? '' : prefix + [...texts, ...more].join(', ');
}

function fieldText({ path, before, after: now }: FieldChange): string {
  if (before === undefined) return `${path} ${valueText(now)}`;
  if (now === undefined) return `${path} ${valueText(before)}`;
  return `${path} from ${valueText(before)} to ${valueText(now)}`;
}

/** One line for a terminal: time, group, what happened. */
export function lineOf({ kind, group, text }: WatchEvent, at: Date): string {
  const where = group === undefined ? '' : `${group}: `;
  const label = kind === 'warning' || kind === 'error' ? `${kind}: ` : '';
  return oneLine(`${clock(at)} ${where}${label}${text}`);
}

/** "09:05:00", in the time of the machine. */
export function clock(at: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':');
}
