import { explainShort, UserError } from '../../errors';
import type { WatchEvent } from './text';

/** What a watch cannot do without. */
export type Party = 'The cluster' | 'AWS';

/** Tells of what does not answer once, and again when it does. */
export interface Outages {
  failed(party: Party, error: unknown): void;
  works(party: Party): void;
}

export function openOutages(tell: (event: WatchEvent) => void): Outages {
  const silent = new Set<Party>();
  return {
    failed: (party, error) => {
      if (silent.has(party)) return;
      silent.add(party);
      const text = `${party} does not answer as it should; it is asked again and again, and nothing is lost: ${explainShort(error)}`;
      tell({ kind: 'warning', group: undefined, text });
    },
    works: (party) => {
      if (silent.delete(party)) tell({ kind: 'info', group: undefined, text: `${party} answers again` });
    },
  };
}

/** Nobody answered, or somebody who is neither AWS nor an API server. */
const NO_ANSWER: Readonly<Record<string, Party | undefined>> = {
  'aws-unreachable': 'AWS',
  'expired-credentials': 'AWS',
  throttled: 'AWS',
  'cluster-unreachable': 'The cluster',
  'exec-plugin-failed': 'The cluster',
};

/** Who does not answer, if an error says that; what is odd in an answer has an address in it. */
export function silentParty(error: unknown): Party | undefined {
  if (!(error instanceof UserError)) return undefined;
  if (error.code === 'unexpected-answer')
    return / what AWS answers: |^AWS /.test(error.message) ? 'AWS' : 'The cluster';
  return NO_ANSWER[error.code];
}
