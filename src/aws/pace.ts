/**
 * How fast AWS is asked. Every family of calls has a bucket of the size that AWS publishes: as long as AWS never
 * refuses a call for coming too soon, only as many as it holds are under way at a time. From the first refusal on,
 * and for a minute after the last one, calls wait for tokens at the published rate, which others in the account share.
 * The SDK's adaptive mode retries what was refused.
 */
import { TokenBucket } from 'limiter';
import pLimit from 'p-limit';
import { awsCode } from './errors';

/** Calls at once, and calls per second when AWS says that there were too many. */
interface Rate {
  readonly size: number;
  readonly perSecond: number;
}

interface Family extends Rate {
  readonly matches: RegExp;
}

/** Per account and region. Sources: "Request throttling" in the guides of ELB and EC2, "Quotas" in that of AWS WAF. */
const FAMILIES: Readonly<Record<string, readonly Family[]>> = {
  'Elastic Load Balancing v2': [
    { matches: /^Describe/, size: 40, perSecond: 10 },
    { matches: /^(Dereg|Reg)isterTargets/, size: 20, perSecond: 4 },
    { matches: /./, size: 20, perSecond: 3 },
  ],
  EC2: [
    { matches: /^Describe/, size: 100, perSecond: 20 },
    { matches: /./, size: 50, perSecond: 5 },
  ],
  WAFV2: [
    { matches: /^(Dis|A)ssociateWebACL/, size: 1, perSecond: 0.5 },
    { matches: /./, size: 1, perSecond: 1 },
  ],
};

const CALM_MS = 60_000;
const TOO_SOON = /Throttl|TooManyRequests|RequestLimitExceeded|SlowDown|BandwidthLimitExceeded/;

/** Runs a call when it is its turn. */
export type Pace = <T>(call: () => Promise<T>) => Promise<T>;

/** The pace of one family of calls. */
export function createPace({ size, perSecond }: Rate): Pace {
  const flight = pLimit(size);
  let until = 0;
  let bucket: TokenBucket | undefined;
  return (call) =>
    flight(async () => {
      if (Date.now() < until) await bucket?.removeTokens(1);
      try {
        return await call();
      } catch (error) {
        if (TOO_SOON.test(awsCode(error))) {
          // A new bucket is empty.
          if (Date.now() >= until)
            bucket = new TokenBucket({ bucketSize: size, tokensPerInterval: perSecond, interval: 'second' });
          until = Date.now() + CALM_MS;
        }
        throw error;
      }
    });
}

/** The client of a service, as far as it is slowed down here. */
interface Paced {
  readonly config: { readonly serviceId?: string };
  readonly middlewareStack: {
    addRelativeTo(middleware: Middleware, options: object): void;
  };
}

type Handler = (args: never) => Promise<never>;
type Middleware = (next: Handler, context: { readonly commandName?: string }) => Handler;

/** Makes every attempt of every call of the client wait for its turn; retries come back here. */
export function keepPace<C>(client: C): C {
  const { config, middlewareStack } = client as Paced;
  const families = (FAMILIES[config.serviceId ?? ''] ?? []).map(({ matches, ...rate }) => ({
    matches,
    pace: createPace(rate),
  }));
  const paceOf = (command: string) => families.find(({ matches }) => matches.test(command))?.pace;
  const middleware: Middleware =
    (next, { commandName = '' }) =>
    (args) => {
      const pace = paceOf(commandName);
      return pace === undefined ? next(args) : pace(() => next(args));
    };
  middlewareStack.addRelativeTo(middleware, {
    name: 'keepPace',
    relation: 'after',
    toMiddleware: 'retryMiddleware',
  });
  return client;
}
