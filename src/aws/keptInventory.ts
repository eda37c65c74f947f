import { type StackIdentity, TAG_CLUSTER } from '../model/names';
import type { Aws } from './clients';
import { describeTags, isGone, loadBalancersByArn, type Tagged, type Tags, targetGroupsByArn } from './elbv2';
import { type Inventory, ofStack, openInventory } from './inventory';

/** What was made, or is gone, since everything was listed. */
export interface Made {
  readonly stack: StackIdentity;
  readonly loadBalancers: ReadonlyMap<string, Tags>;
  readonly targetGroups: ReadonlyMap<string, Tags>;
}

/** Remembers which resources are whose, so that a look at one load balancer costs the same however many there are. */
export interface KeptInventory {
  /** What there is of some stacks: everything is listed the first time, and only what is theirs from then on. */
  of(stacks: readonly StackIdentity[]): Inventory;
  /** After a run that ended well. */
  learn(made: Made): void;
  /** After anything else, or when somebody may have been at work: everything is listed again. */
  forget(): void;
}

type Kind = 'loadBalancers' | 'targetGroups';
type Index = Record<Kind, Map<string, Tags>>;

export function keepInventory(aws: Aws, vpcId: string, clusterName: string): KeptInventory {
  let index: Index | undefined;
  const isOwn = ({ tags }: Tagged<unknown>) => tags[TAG_CLUSTER] === clusterName;
  const listAll = (): Inventory => {
    const all = openInventory(aws, vpcId, clusterName);
    const indexed = async () => {
      const [loadBalancers, targetGroups] = await Promise.all([all.loadBalancers(), all.targetGroups()]);
      index = {
        loadBalancers: tagsByArn(loadBalancers.filter(isOwn), ({ LoadBalancerArn }) => LoadBalancerArn),
        targetGroups: tagsByArn(targetGroups.filter(isOwn), ({ TargetGroupArn }) => TargetGroupArn),
      };
    };
    const afterIndexing = <T>(read: () => Promise<T>) => indexed().then(read);
    return {
      ...all,
      loadBalancers: () => afterIndexing(all.loadBalancers),
      targetGroups: () => afterIndexing(all.targetGroups),
    };
  };
  const arnsOf = (known: Index, kind: Kind, stacks: readonly StackIdentity[]) => {
    const all = [...known[kind]].map(([value, tags]) => ({ value, tags }));
    return stacks.flatMap((stack) => ofStack(all, clusterName, stack).map(({ value }) => value));
  };
  return {
    of(stacks) {
      if (index === undefined) return listAll();
      const arns = { lb: arnsOf(index, 'loadBalancers', stacks), tg: arnsOf(index, 'targetGroups', stacks) };
      return scoped(aws, openInventory(aws, vpcId, clusterName), arns, listAll);
    },
    learn({ stack, ...made }) {
      for (const kind of ['loadBalancers', 'targetGroups'] as const) {
        if (index === undefined) return;
        for (const arn of arnsOf(index, kind, [stack])) index[kind].delete(arn);
        for (const [arn, tags] of made[kind]) index[kind].set(arn, tags);
      }
    },
    forget() {
      index = undefined;
    },
  };
}

function tagsByArn<T>(all: readonly Tagged<T>[], arnOf: (value: T) => string | undefined): Map<string, Tags> {
  return new Map(all.map(({ value, tags }) => [arnOf(value) ?? '', tags]));
}

/** Only what has these ARNs; where one of them is gone, somebody was at work, and everything is listed. */
function scoped(
  aws: Aws,
  all: Inventory,
  arns: { readonly lb: readonly string[]; readonly tg: readonly string[] },
  listAll: () => Inventory,
): Inventory {
  const read = async (): Promise<Pick<Inventory, 'loadBalancers' | 'targetGroups'>> => {
    try {
      const [loadBalancers, targetGroups, tags] = await Promise.all([
        loadBalancersByArn(aws, arns.lb),
        targetGroupsByArn(aws, arns.tg),
        describeTags(aws, [...arns.lb, ...arns.tg]),
      ]);
      const tagged = <T>(value: T, arn = '') => ({ value, tags: tags.get(arn) ?? {} });
      return {
        loadBalancers: async () => loadBalancers.map((one) => tagged(one, one.LoadBalancerArn)),
        targetGroups: async () => targetGroups.map((one) => tagged(one, one.TargetGroupArn)),
      };
    } catch (error) {
      if (isGone(error)) return listAll();
      throw error;
    }
  };
  let reading: ReturnType<typeof read> | undefined;
  const found = () => {
    reading ??= read();
    return reading;
  };
  return {
    securityGroups: all.securityGroups,
    loadBalancers: async () => (await found()).loadBalancers(),
    targetGroups: async () => (await found()).targetGroups(),
  };
}
