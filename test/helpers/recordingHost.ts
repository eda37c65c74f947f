import type { Host, HostEvent, Question } from '../../src/reconcile/host';

export interface RecordingHost extends Host {
  readonly events: readonly HostEvent[];
  readonly questions: readonly Question[];
}

/** A person who answers every question the same way, and remembers what was said and asked. */
export function recordingHost(answer = true): RecordingHost {
  const events: HostEvent[] = [];
  const questions: Question[] = [];
  return {
    events,
    questions,
    notify: (event) => events.push(event),
    confirm: async (question) => {
      questions.push(question);
      return answer;
    },
  };
}
