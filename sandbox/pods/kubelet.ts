import type { WorldNode } from '../world/aws';
import type { PodItem } from './view';

/** Where a pod runs and which address it has. */
export interface Place {
  readonly node: WorldNode;
  readonly ip: string;
}

/** Hands out the nodes' secondary addresses; remembers what it gave, because the watched pods lag behind. */
export interface Addresses {
  place(pod: PodItem, pods: readonly PodItem[]): Place | undefined;
}

export function addressesOf(nodes: readonly WorldNode[]): Addresses {
  const given = new Map<string, string>();
  return {
    place: (pod, pods) => {
      const alive = new Set(pods.map(({ metadata }) => metadata.uid));
      for (const uid of given.keys()) if (!alive.has(uid)) given.delete(uid);
      const used = new Set([...given.values(), ...pods.flatMap(({ status }) => status?.podIP ?? [])]);
      const place = choose(pod, nodes, used);
      if (place !== undefined) given.set(pod.metadata.uid ?? '', place.ip);
      return place;
    },
  };
}

/** The node that the pod names, else the one with the fewest pods. */
function choose(pod: PodItem, nodes: readonly WorldNode[], used: ReadonlySet<string>): Place | undefined {
  const { nodeName } = pod.spec;
  const free = nodes
    .filter(({ name }) => nodeName === undefined || name === nodeName)
    .map((node) => ({ node, ips: node.pod_ips.filter((ip) => !used.has(ip)) }))
    .sort((a, b) => b.ips.length - a.ips.length)[0];
  const ip = free?.ips[0];
  return free === undefined || ip === undefined ? undefined : { node: free.node, ip };
}

/** The status of a pod whose containers all run. */
export function runningStatus(pod: PodItem, place: Place, now: string): object {
  const condition = (type: string, ok = true) => ({
    type,
    status: ok ? 'True' : 'False',
    lastTransitionTime: now,
  });
  const others = (pod.status?.conditions ?? []).filter(({ type }) => !OURS.has(type));
  return {
    phase: 'Running',
    hostIP: place.node.private_ip,
    podIP: place.ip,
    podIPs: [{ ip: place.ip }],
    startTime: now,
    conditions: [
      ...others,
      condition('PodScheduled'),
      condition('Initialized'),
      condition('ContainersReady'),
      condition('Ready', gatesOpen(pod)),
    ],
    containerStatuses: (pod.spec.containers ?? []).map(({ name, image }) => ({
      name,
      image: image ?? '',
      imageID: '',
      ready: true,
      started: true,
      restartCount: 0,
      state: { running: { startedAt: now } },
    })),
  };
}

const OURS = new Set(['PodScheduled', 'Initialized', 'ContainersReady', 'Ready']);

/** Readiness gates are conditions that somebody else sets, a load balancer controller for instance. */
export function gatesOpen({ spec, status }: PodItem): boolean {
  return (spec.readinessGates ?? []).every(({ conditionType }) =>
    status?.conditions?.some(({ type, status: is }) => type === conditionType && is === 'True'),
  );
}

/** Whether the Ready condition no longer fits the readiness gates. */
export function readinessChanged(pod: PodItem): boolean {
  const ready = pod.status?.conditions?.find(({ type }) => type === 'Ready');
  return ready !== undefined && (ready.status === 'True') !== gatesOpen(pod);
}
