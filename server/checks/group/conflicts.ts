import { annotationKey } from '../../../src/annotations/read';
import { hasPlaceholder } from '../annotations';
import type { Blame, Finding } from '../finding';
import { entryOf, type IngressSubject, nameSpan, spanAt, spanOfAnnotation } from '../subject';
import type { Refusal, Simulation } from './simulate';

/** What the controller refuses the group for: contradictions between members, and everything else. */
export function refusals({ refusals: all }: Simulation, members: readonly IngressSubject[]): Blame[] {
  return all.flatMap((refusal) => {
    const subject = refusal.member;
    // What the controller blames on nobody (ssl-redirect) has checks of its own.
    if (subject === undefined || isUnclear(refusal, subject)) return [];
    const finding = findingOf(refusal, subject, members);
    return [{ at: subject.located, finding }];
  });
}

/** Values that a tool fills in, and the old API with other backends, are not what the controller gets to see. */
function isUnclear({ conflict }: Refusal, { object }: IngressSubject): boolean {
  const isOld = object.apiVersion?.includes('beta') === true;
  const filled = (subject: Pick<IngressSubject, 'object'> | undefined, suffix: string) =>
    subject?.object.annotations.some(
      ({ key, value }) => key === annotationKey(suffix) && hasPlaceholder(value),
    ) === true;
  if (conflict === undefined) return isOld || isFilledIn(object.chunk.text);
  return filled({ object }, conflict.about) || filled(conflict.first, conflict.about);
}

/** Placeholders anywhere in the text, also in the middle of a path. */
function isFilledIn(text: string): boolean {
  return hasPlaceholder(text) || /\$[A-Za-z_]/.test(text);
}

function findingOf(refusal: Refusal, subject: IngressSubject, members: readonly IngressSubject[]): Finding {
  const { conflict } = refusal;
  if (conflict === undefined) return notBuilt(refusal, subject, members);
  return conflict.about === 'defaultBackend'
    ? twoDefaults(subject, conflict.first)
    : contradiction(conflict.about, refusal, subject, conflict.first);
}

function contradiction(
  about: string,
  { message }: Refusal,
  subject: IngressSubject,
  first: IngressSubject | undefined,
): Finding {
  const [own, theirs] = [
    entryOf(subject, about)?.value,
    first === undefined ? undefined : entryOf(first, about)?.value,
  ];
  const other = first?.label ?? 'another member';
  const said = theirs === undefined ? 'says something else' : `says \`${theirs}\``;
  return {
    code: 'group-conflict',
    span: spanOfAnnotation(subject, about),
    message: `\`${about}\` ${own === undefined ? 'is not set here' : `is \`${own}\` here`}, but Ingress \`${other}\` of the same group ${said} (${message}).`,
    advice:
      'Write the same value on all members, or only on one of them, or set it once in IngressClassParams.',
    related:
      first === undefined
        ? []
        : [{ at: first.located, span: spanOfAnnotation(first, about), message: 'The other value.' }],
  };
}

function twoDefaults(subject: IngressSubject, first: IngressSubject | undefined): Finding {
  return {
    code: 'several-default-backends',
    span: spanAt(subject, 'spec', 'defaultBackend'),
    message: `Ingress \`${first?.label ?? 'another member'}\` of the same group has a default backend for this port, too.`,
    advice: 'Keep one of the two, or let the Ingresses listen on different ports.',
    related:
      first === undefined
        ? []
        : [
            {
              at: first.located,
              span: spanAt(first, 'spec', 'defaultBackend'),
              message: 'The other default backend.',
            },
          ],
  };
}

function notBuilt(
  { message }: Refusal,
  subject: IngressSubject,
  members: readonly IngressSubject[],
): Finding {
  const others = members.length - 1;
  const reach =
    others <= 0
      ? ''
      : ` With it the ${others === 1 ? 'other Ingress' : `${others} other Ingresses`} of the group would stay as they are.`;
  return {
    code: 'group-build-failed',
    span: nameSpan(subject),
    message: `The controller would refuse this Ingress: ${message}.${reach}`,
    advice: 'Mend what the text names.',
  };
}
