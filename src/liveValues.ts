/** Answers the language server's question what exists in the account and the cluster. */
import { explain } from './errors';
import type {
  AwsSource,
  ClusterSource,
  LiveAnswer,
  LiveSource,
  LiveValuesParams,
  LiveValuesResult,
} from './protocol';
import type { Engine } from './reconcile/engine';

export interface LiveHost {
  /** Nothing is asked, and nothing loaded, in a workspace that is not trusted. */
  isTrusted(): boolean;
  /** Throws where there is no connection. */
  engine(): Promise<Engine>;
  warn(message: string): void;
}

export interface LiveAnswers {
  answer(params: LiveValuesParams): Promise<LiveValuesResult>;
  /** Forgets everything: the connection is another one. */
  clear(): void;
}

const LIFETIME_MS = 60_000;

/** Remembers answers for a minute and failures not at all; who asks meanwhile gets the answer that is under way. */
export function createLiveAnswers(host: LiveHost, now: () => number = Date.now): LiveAnswers {
  const known = new Map<string, { readonly until: number; readonly answer: Promise<LiveValuesResult> }>();
  const warned = new Set<LiveSource>();
  const warnOnce = (source: LiveSource, error: unknown) => {
    if (!warned.has(source)) host.warn(`${source}: ${explain(error)}`);
    warned.add(source);
  };
  const ask = async (params: LiveValuesParams): Promise<LiveValuesResult> => {
    try {
      return { status: 'ok', ...(await read(await host.engine(), params)) };
    } catch (error) {
      warnOnce(params.source, error);
      return { status: 'unknown' };
    }
  };
  return {
    async answer(params) {
      if (!host.isTrusted()) return { status: 'unknown' };
      const key = JSON.stringify([params.source, params.namespace]);
      const found = known.get(key);
      if (found !== undefined && found.until > now()) return found.answer;
      const asked = { until: now() + LIFETIME_MS, answer: ask(params) };
      known.set(key, asked);
      const answer = await asked.answer;
      if (answer.status === 'unknown' && known.get(key) === asked) known.delete(key);
      return answer;
    },
    clear() {
      known.clear();
      warned.clear();
    },
  };
}

const CLUSTER: Readonly<Record<ClusterSource, true>> = {
  services: true,
  secrets: true,
  ingressClasses: true,
  groupMembers: true,
};

function isOfCluster(source: LiveSource): source is ClusterSource {
  return Object.hasOwn(CLUSTER, source);
}

async function read(engine: Engine, { source, namespace }: LiveValuesParams): Promise<LiveAnswer> {
  if (!isOfCluster(source)) return readAws(engine, source);
  const { clusterValuesOf } = await import('./kube/live');
  return { values: await clusterValuesOf(engine.kube, source, namespace) };
}

async function readAws({ aws, settings: { vpcId } }: Engine, source: AwsSource): Promise<LiveAnswer> {
  const [{ liveValuesOf }, { callerIdentity }, { translateAwsError }] = await Promise.all([
    import('./aws/live/index'),
    import('./aws/clients'),
    import('./aws/errors'),
  ]);
  try {
    const [values, { account }] = await Promise.all([liveValuesOf(aws, source, vpcId), callerIdentity(aws)]);
    return { values, place: { account, region: aws.region, vpcId } };
  } catch (cause) {
    throw translateAwsError(cause);
  }
}
