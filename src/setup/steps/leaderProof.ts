import { setTimeout as sleep } from 'node:timers/promises';
import { isOurs, LEASE, readLease, seemsHeld } from '../../kube/lease';
import { waitAction } from '../action';
import { skipInAutoMode } from '../controller/autoMode';
import { kubeOf, type Setup } from '../setup';
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
    if (lease === undefined || !holder)
      return isFalse(
        `Nobody holds the Lease ${namespace}/${LEASE}: no pod of the controller is at work. Its log says what it waits for.`,
      );
    if (isOurs(holder)) {
      return isFalse(
        `A run of ekslb holds the Lease ${namespace}/${LEASE} (${holder}): the controller waits until it ends.`,
      );
    }
    if (seemsHeld(lease, Date.now()) || (await renewsIt(setup, renewTime))) {
      return isTrue(`${holder} leads, and renews the Lease ${namespace}/${LEASE}.`);
    }
    return isFalse(
      `${holder} led, but has not renewed the Lease ${namespace}/${LEASE} since ${renewTime ?? 'it took it'}.`,
      'Look whether its pod still runs, and whether its role may write Leases.',
    );
  },
  async plan({ choices }) {
    return [
      waitAction('Wait until a leader is elected', [
        ...(['kubectl', 'wait', '--for=jsonpath={.spec.holderIdentity}', `lease/${LEASE}`] as const),
        ...['--namespace', choices.namespace, '--timeout=60s'],
      ]),
    ];
  },
};

/** client-go renews every two seconds (RetryPeriod). */
const RENEWAL_MS = 3_000;

/** The clocks of two machines may differ by more than a Lease lasts: one that changes before our eyes is held. */
async function renewsIt(setup: Setup, before: string | undefined): Promise<boolean> {
  await sleep(RENEWAL_MS);
  const lease = await readLease(await kubeOf(setup), setup.choices.namespace);
  return lease?.spec?.renewTime !== before;
}
