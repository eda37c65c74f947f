/** Where a controller or EKS Auto Mode does the work: waiting until it is done. */
import { UserError } from '../errors';
import type { Charge } from '../kube/charge';
import { getObject, type Kube } from '../kube/client';
import type { Ingress, Service } from '../kube/types';
import type { StackKind } from '../model/names';
import type { Host } from './host';
import type { Named } from './owner';
import { pause } from './pause';
import { resourceOf } from './status';

/** As messages name who does the work. */
export function nameOf(charge: Charge): string {
  if (charge.kind === 'autoMode') return 'EKS Auto Mode';
  return charge.kind === 'watch'
    ? `ekslb watch (${charge.holder})`
    : 'The AWS Load Balancer Controller of the cluster';
}

/** A controller usually needs half a minute; a new load balancer is active after two or three. */
const CONTROLLER_PATIENCE_MS = 5 * 60_000;

export async function followController(
  kube: Kube,
  { ingress, service }: Named,
  charge: Charge,
  host: Host,
  signal: AbortSignal,
): Promise<string[]> {
  host.notify({ level: 'info', text: `${nameOf(charge)} takes over; waiting for it` });
  return pollUntil(signal, async () => {
    const names = await Promise.all([
      ...[...ingress].map((key) => hostnameOf(kube, 'ingress', key)),
      ...[...service].map((key) => hostnameOf(kube, 'service', key)),
    ]);
    const known = names.filter((name) => name !== undefined);
    return known.length === names.length ? [...new Set(known)] : undefined;
  });
}

export async function pollUntil<T>(signal: AbortSignal, look: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + CONTROLLER_PATIENCE_MS;
  while (Date.now() < end) {
    const found = await look();
    if (found !== undefined) return found;
    await pause(signal);
  }
  throw new UserError('controller-silent', 'The controller in charge is not done after five minutes.', {
    advice: 'Its events say why: kubectl describe ingress, and kubectl logs of its Deployment.',
  });
}

async function hostnameOf(kube: Kube, kind: StackKind, key: string): Promise<string | undefined> {
  return (await read(kube, kind, key))?.status?.loadBalancer?.ingress?.[0]?.hostname;
}

export async function read(kube: Kube, kind: StackKind, key: string): Promise<Ingress | Service | undefined> {
  const [namespace = '', name = ''] = key.split('/');
  return getObject<Ingress | Service>(kube, resourceOf({ kind }), namespace, name);
}
