import { readAnnotation, readFamily } from '../../annotations/read';
import { BuildError } from '../errors';
import type { Member } from '../group';
import type { Attribute } from '../stack';
import { annotationsOf } from './context';
import { asAttributes, asRecord, given, mergeMaps } from './exclusive';

/** lbc:pkg/ingress/model_build_load_balancer_attributes.go; the class of the first member decides. */
export function loadBalancerAttributes(members: readonly Member[]): Attribute[] | undefined {
  const maps = given(members, (member) => readAnnotation('load-balancer-attributes', annotationsOf(member)));
  const decided = asRecord(members[0]?.params?.loadBalancerAttributes);
  return asAttributes(
    mergeMaps(
      'load-balancer-attributes',
      maps,
      decided,
      (key, a, b) => `conflicting load balancer attributes ${key}: ${a} | ${b}`,
    ),
  );
}

/** lbc:pkg/ingress/model_build_listener.go buildIngressGroupListenerAttributes */
export function listenerAttributes(
  members: readonly Member[],
  protocol: string,
  port: number,
): Attribute[] | undefined {
  const maps = given(members, (member) =>
    readFamily('listener-attributes', `${protocol}-${port}`, annotationsOf(member)),
  );
  const ofClass = members[0]?.params?.listeners?.find(
    (one) => one.protocol === protocol && one.port === port,
  );
  const decided = asRecord(ofClass?.listenerAttributes);
  const conflict = (key: string, a: string, b: string, member: string) =>
    `conflicting listener attributes ${key}: ${a} | ${b} for ingress ${member}`;
  return asAttributes(mergeMaps(`listener-attributes.${protocol}-${port}`, maps, decided, conflict));
}

/** lbc:pkg/ingress/model_build_load_balancer_capacity_reservation.go */
export function minimumCapacity(members: readonly Member[]): { capacityUnits: number } | undefined {
  const ofClass = members[0]?.params?.minimumLoadBalancerCapacity;
  if (ofClass !== undefined) return { capacityUnits: ofClass.capacityUnits };
  const maps = given(members, (member) =>
    readAnnotation('minimum-load-balancer-capacity', annotationsOf(member)),
  );
  const merged = mergeMaps(
    'minimum-load-balancer-capacity',
    maps,
    {},
    (key, a, b) => `conflicting capacity reservation ${key}: ${a} | ${b}`,
  );
  return capacityOf(merged);
}

/** `CapacityUnits=` and a number, as both kinds of load balancers read it. */
export function capacityOf(map: Readonly<Record<string, string>>): { capacityUnits: number } | undefined {
  const entry = Object.entries(map)[0];
  if (entry === undefined) return undefined;
  const [key, value] = entry;
  if (key !== 'CapacityUnits') {
    throw new BuildError(`invalid key to set the capacity: ${key}, Expected key: CapacityUnits`);
  }
  if (!/^[+-]?[0-9]+$/.test(value)) {
    const reason = `strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`;
    throw new BuildError(`invalid value to set the capacity: ${value}: ${reason}`);
  }
  return { capacityUnits: Number(value) };
}
