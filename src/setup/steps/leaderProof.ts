import { isOurs, LEASE, readLease, seemsHeld } from '../../kube/lease';
import { skipInAutoMode } from '../controller/autoMode';
import { kubeOf } from '../setup';
import { isFalse, isTrue, type Step } from '../step';

export const leaderProof: Step = {
  id: 'leader',
  title: 'A leader is elected',
  why: 'Of the pods one works; without a leader none does.',
  phase: 'proof',
  requires: ['controller', 'controller-ready'],
  patience: 60_000,
  skip: skipInAutoMode,
  async check(setup) {
    const { namespace } = setup.choices;
    const lease = await readLease(await kubeOf(setup), namespace);
    const { holderIdentity: holder, renewTime } = lease?.spec ?? {};
    if (lease === undefined || !holder) return isFalse(`Nobody holds the Lease ${namespace}/${LEASE}.`);
    if (isOurs(holder)) {
      return isFalse(
        `A run of ekslb holds the Lease ${namespace}/${LEASE} (${holder}): the controller waits for it.`,
      );
    }
    if (seemsHeld(lease, Date.now())) return isTrue(`${holder} leads, since ${renewTime} at the latest.`);
    return isFalse(
      `${holder} led, but has not renewed the Lease ${namespace}/${LEASE} since ${renewTime ?? 'ever'}.`,
      'Look whether its pod still runs, and whether its role may write Leases.',
    );
  },
  plan: async () => [],
};
