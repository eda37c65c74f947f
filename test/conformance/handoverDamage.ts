import type { Left } from './handover';

/** What is not as the controller leaves it, and how the plan says so. */
export const HANDOVER_DAMAGES: readonly [string, (left: Left) => void, RegExp][] = [
  ['a rule is gone', (left) => ofFirst(left.state.loadBalancers, ruleGone), /^create Rule/],
  ['a target is gone', (left) => ofFirst(left.state.targetGroups, (one) => one.targets.pop()), /target/i],
  ['a health check differs', (left) => ofFirst(left.state.targetGroups, slower), /^update Target group/],
  [
    'a group admits nobody',
    (left) => ofFirst(left.state.securityGroups, closed),
    /^update Security group .* inbound/,
  ],
  ['a tag differs', (left) => ofFirst(left.state.loadBalancers, (one) => tagged(one.tags)), /tag/i],
  ['a binding is gone', ({ objects }) => bindingGone(objects), /^create TargetGroupBinding/],
];

function ofFirst<T>(all: Readonly<Record<string, T>>, change: (one: T) => unknown): void {
  change(Object.values(all)[0] as T);
}

function ruleGone({ listeners }: Left['state']['loadBalancers'][string]): void {
  ofFirst(listeners, ({ rules }) => rules.pop());
}

function slower(group: Left['state']['targetGroups'][string]): void {
  group['healthCheckIntervalSeconds'] = 77;
}

function closed(group: Left['state']['securityGroups'][string]): void {
  group.ingress = [];
}

function tagged(tags: Record<string, string>): void {
  tags['team'] = 'somebody else';
}

function bindingGone(objects: Record<string, unknown>): void {
  const binding = Object.keys(objects).find((key) => key.startsWith('TargetGroupBinding/')) ?? '';
  delete objects[binding];
}
