import type { LiveAnswer, LiveValue, LiveValues } from '../../server/liveValues';
import type { LivePlace } from '../../src/protocol';

const PLACE: LivePlace = { account: '111122223333', region: 'eu-west-1', vpcId: 'vpc-1' };

/** Live values that are known from the beginning; of all other sources nothing is known. */
export function liveOf(
  sources: Readonly<Record<string, readonly LiveValue[]>>,
  { place = PLACE, pending = false }: { readonly place?: LivePlace; readonly pending?: boolean } = {},
): LiveValues {
  const answerOf = (values: readonly LiveValue[] | undefined): LiveAnswer | undefined =>
    values === undefined ? undefined : { values, place };
  return {
    known: (source, namespace) => ({
      answer: answerOf(
        sources[namespace === undefined ? source : `${source} ${namespace}`] ?? sources[source],
      ),
      pending,
    }),
    listen: () => undefined,
    clear: () => undefined,
  };
}
