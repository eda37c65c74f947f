import type { Aspect, Run } from './compare';
import { LISTENER, LOAD_BALANCER, type Stack } from './stack';
import type { ListenerState, LoadBalancerState, State } from './state';
import type { Tolerance } from './tolerance';

/** A run that may be changed. */
export type Replay = { -readonly [K in keyof Run]: Run[K] } & { stacks: Stack[]; state: State };

/** Alters the run in place; false where there is nothing to alter. */
export type Change = (run: Replay) => boolean;

/** Alters what was found; false if nothing was. */
function on<T>(find: (run: Replay) => T | undefined, alter: (found: T, run: Replay) => unknown): Change {
  return (run) => {
    const found = find(run);
    if (found === undefined) return false;
    alter(found, run);
    return true;
  };
}

function balancers({ state }: Replay): LoadBalancerState[] {
  return Object.values(state.loadBalancers);
}

function listeners(run: Replay): ListenerState[] {
  return balancers(run).flatMap((lb) => Object.values(lb.listeners));
}

function firstBalancer(run: Replay): LoadBalancerState | undefined {
  return balancers(run)[0];
}

function firstTargetGroup({ state }: Replay) {
  return Object.values(state.targetGroups)[0];
}

function busyStack({ stacks }: Replay): Stack | undefined {
  return stacks.find(({ resources }) => Object.keys(resources[LISTENER] ?? {}).length > 0);
}

function dropFirst(entries: Record<string, unknown>): void {
  for (const key of Object.keys(entries).slice(0, 1)) delete entries[key];
}

/** Exchanges a field of the first two items. */
function swap<K extends string>(items: readonly { [key in K]?: unknown }[], key: K): void {
  const [one, two] = items;
  if (one === undefined || two === undefined) return;
  [one[key], two[key]] = [two[key], one[key]];
}

const GROUP_RULE = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIp: '0.0.0.0/0' };

const STATE_DAMAGE: Record<string, Change> = {
  'attribute changed': on(firstBalancer, ({ attributes }) => {
    for (const key of Object.keys(attributes).slice(0, 1)) attributes[key] += '0';
  }),
  'tag missing': on(firstBalancer, ({ tags }) => dropFirst(tags)),
  'rule missing': on(
    (run) => listeners(run).find(({ rules }) => rules.length > 0),
    ({ rules }) => rules.pop(),
  ),
  'conditions of two rules swapped': on(
    (run) => {
      const differ = ([one, two]: ListenerState['rules']) =>
        two !== undefined && JSON.stringify(one?.['conditions']) !== JSON.stringify(two['conditions']);
      return listeners(run).find(({ rules }) => differ(rules));
    },
    ({ rules }) => swap(rules, 'conditions'),
  ),
  'rule of a security group added': on(
    ({ state }) => Object.values(state.securityGroups)[0],
    ({ ingress }) => ingress.push(GROUP_RULE),
  ),
  'target missing': on(
    ({ state }) => Object.values(state.targetGroups).find(({ targets }) => targets.length > 0),
    ({ targets }) => targets.pop(),
  ),
  'security group left behind': ({ state }) => {
    const left = { description: '', tags: {}, ingress: [], egress: [] };
    state.securityGroups['k8s-shop-left-0123456789'] = left;
    return true;
  },
  'health check changed': on(firstTargetGroup, (group) => {
    group['healthCheckIntervalSeconds'] = Number(group['healthCheckIntervalSeconds']) + 1;
  }),
  'certificate missing': on(
    (run) =>
      listeners(run).find(({ extraCertificates = [], defaultCertificate }) =>
        extraCertificates.some((arn) => arn !== defaultCertificate),
      ),
    (listener) => {
      listener.extraCertificates = [];
    },
  ),
};

const OBJECT_DAMAGE: Record<string, Change> = {
  'finalizer missing': on(
    ({ objects }) => Object.values(objects).find(({ finalizers }) => (finalizers as string[]).length > 0),
    (object) => {
      object['finalizers'] = [];
    },
  ),
  'hostname missing': on(
    ({ objects }) =>
      Object.values(objects).find(({ loadBalancer }) => Object.keys(loadBalancer ?? {}).length > 0),
    (object) => {
      object['loadBalancer'] = {};
    },
  ),
  'binding missing': on(
    ({ objects }) => Object.keys(objects).find((key) => key.startsWith('TargetGroupBinding/')),
    (key, run) => {
      const { [key]: _binding, ...rest } = run.objects;
      run.objects = rest;
    },
  ),
};

const MODEL_DAMAGE: Record<string, Change> = {
  'listener missing': on(busyStack, ({ resources }) => dropFirst(resources[LISTENER] ?? {})),
  'value changed': on(
    (run) => busyStack(run)?.resources[LOAD_BALANCER]?.['LoadBalancer'],
    ({ spec }) => {
      spec['ipAddressType'] = 'dualstack-x';
    },
  ),
  'stack missing': on(busyStack, ({ id }, run) => {
    run.stacks = run.stacks.filter((stack) => stack.id !== id);
  }),
  'stack added': on(busyStack, (stack, run) => run.stacks.push({ ...stack, id: 'never/seen' })),
  'AWS changed': (run) => {
    run.modelWrites = 1;
    return true;
  },
};

function failed({ output }: Replay): true | undefined {
  return output === '' ? undefined : true;
}

const ERROR_DAMAGE: Record<string, Change> = {
  'failure unnoticed': on(failed, (_, run) => {
    run.exit = 0;
  }),
  'another reason': on(failed, (_, run) => {
    run.output = 'something went wrong';
  }),
  crash: (run) => {
    run.exit = 134;
    return true;
  },
};

/** What has to be noticed, by the aspect that must notice it. */
export const CAUGHT: Readonly<Record<Aspect, Record<string, Change>>> = {
  state: STATE_DAMAGE,
  objects: OBJECT_DAMAGE,
  model: MODEL_DAMAGE,
  error: ERROR_DAMAGE,
};

function addressesOf(lb: LoadBalancerState) {
  return lb.zones.flatMap(({ LoadBalancerAddresses = [] }) => LoadBalancerAddresses);
}

export const HARMLESS: Readonly<Record<string, Change>> = {
  'empty stack printed': ({ stacks }) => stacks.push({ id: 'gone/away', resources: {} }) > 0,
  'other elastic addresses': on(
    (run) => balancers(run).find((lb) => addressesOf(lb).length > 0),
    (lb) => {
      for (const address of addressesOf(lb)) address['IpAddress'] = '192.0.2.1';
    },
  ),
  'reason with a prefix': on(failed, (_, run) => {
    run.output = run.output.replace(/^/gm, 'Failed build model due to ');
  }),
};

function zonesWithAddresses({ zones }: LoadBalancerState) {
  return zones.filter(
    ({ LoadBalancerAddresses: [first] = [] }) => first !== undefined && 'AllocationId' in first,
  );
}

/** Harmless in the cases that leave it open, damage in all others. */
export const SOMETIMES_HARMLESS: Readonly<Record<string, { change: Change; open: keyof Tolerance }>> = {
  'addresses of two zones swapped': {
    open: 'subnetsDiscovered',
    change: on(
      (run) => balancers(run).find((lb) => zonesWithAddresses(lb).length > 1),
      (lb) => swap(zonesWithAddresses(lb), 'LoadBalancerAddresses'),
    ),
  },
  'default and further certificate swapped': {
    open: 'certificatesDiscovered',
    change: on(
      (run) =>
        listeners(run).find(
          ({ extraCertificates: [first] = [], defaultCertificate }) =>
            first !== undefined && first !== defaultCertificate,
        ),
      (listener) => {
        const [first = '', ...rest] = listener.extraCertificates ?? [];
        listener.extraCertificates = [listener.defaultCertificate ?? '', ...rest];
        listener.defaultCertificate = first;
      },
    ),
  },
};
