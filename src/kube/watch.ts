import { excerptOf, UserError } from '../errors';
import { readEvent } from './answer';
import { backoffMs, wait } from './backoff';
import type { Call } from './call';
import { type Kube, KubeError, listVersioned } from './client';
import { pathOf, type Resource } from './resources';
import type { KubeObject } from './types';

/** Where the objects of a kind go. */
export interface Sink {
  /** All there are; undefined where the cluster does not know the kind. */
  replace(objects: readonly KubeObject[] | undefined): void;
  set(object: KubeObject): void;
  remove(object: KubeObject): void;
}

export interface WatchOptions {
  readonly metadataOnly?: boolean;
  /** Told of what goes wrong, and how often in a row; it is tried again in any case. */
  readonly trouble: (error: unknown, failures: number) => void;
  /** Aborted when the connection is to be made anew: it may be dead without anybody having said so. */
  readonly connection?: () => AbortSignal;
}

/** What a watch knows of its kind: the version to go on from, and how often it failed without hearing anything. */
interface Progress {
  version: string | undefined;
  failures: number;
  /** Whether the cluster ever knew it. */
  known: boolean;
}

const BACKOFF = { firstMs: 500, longestMs: 30_000 };
/** A kind that is missing may be installed later. */
const MISSING_MS = 30_000;
const METADATA_ONLY = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io';
/** client-go: minWatchTimeout is five minutes, and up to twice that, so that not all watches end together. */
const WATCH_SECONDS = 300;
/** client-go: a watch that ends sooner without an event counts as failed, or it would be asked for without a pause. */
const SHORT_MS = 1_000;

/**
 * Lists a kind (throws where that fails), then keeps the sink up to date until the signal is aborted: watches from the
 * version of the list, goes on from the last version when the connection ends, lists anew when that version is too old
 * (410 Gone). Source: client-go:tools/cache/reflector.go.
 */
export async function startWatch(
  kube: Kube,
  resource: Resource,
  sink: Sink,
  signal: AbortSignal,
  options: WatchOptions,
): Promise<{ readonly ended: Promise<void> }> {
  const progress: Progress = { version: undefined, failures: 0, known: false };
  await listAll(kube, resource, sink, options, progress);
  return { ended: follow(kube, resource, sink, signal, options, progress) };
}

async function listAll(
  kube: Kube,
  resource: Resource,
  sink: Sink,
  { metadataOnly = false }: WatchOptions,
  progress: Progress,
): Promise<void> {
  const listed = await listVersioned(kube, resource, { metadataOnly });
  // A definition that is deleted takes its objects along, each with an event; an API server that starts may not know it yet.
  if (listed === undefined && progress.known)
    throw new Error(`the cluster says that it does not know ${resource.plural} any more`);
  progress.known ||= listed !== undefined;
  sink.replace(listed?.items);
  progress.version = listed?.version;
}

async function follow(
  kube: Kube,
  resource: Resource,
  sink: Sink,
  signal: AbortSignal,
  options: WatchOptions,
  progress: Progress,
): Promise<void> {
  for (let missing = progress.version === undefined; !signal.aborted; ) {
    try {
      if (missing) await wait(MISSING_MS, signal);
      if (signal.aborted) return;
      if (progress.version === undefined) await listAll(kube, resource, sink, options, progress);
      missing = progress.version === undefined;
      if (!missing) await watchOnce(kube, resource, sink, signal, options, progress);
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof Renewed) continue;
      await afterFailure(error, signal, options, progress);
    }
  }
}

/** A version that is too old is nothing to tell; a list follows. */
async function afterFailure(
  error: unknown,
  signal: AbortSignal,
  { trouble }: WatchOptions,
  progress: Progress,
): Promise<void> {
  progress.failures += 1;
  if (isGone(error)) progress.version = undefined;
  else trouble(error, progress.failures);
  await wait(backoffMs(progress.failures, BACKOFF), signal);
}

/** HTTP 410, in the status line or within the stream. Its reason is Expired or Gone. */
function isGone(error: unknown): boolean {
  return error instanceof KubeError && error.status === 410;
}

/** The connection was given up for a new one, which goes on where it was. */
class Renewed extends Error {}

async function* linesUntil(kube: Kube, call: Call, until: AbortSignal, own: AbortSignal | undefined) {
  try {
    yield* kube.lines(call, until);
  } catch (error) {
    throw own?.aborted ? new Renewed() : error;
  }
  if (own?.aborted) throw new Renewed();
}

/** One connection. Every event, bookmarks included, moves the version on. */
async function watchOnce(
  kube: Kube,
  resource: Resource,
  sink: Sink,
  signal: AbortSignal,
  { metadataOnly, connection }: WatchOptions,
  progress: Progress,
): Promise<void> {
  const query = {
    watch: 'true',
    allowWatchBookmarks: 'true',
    resourceVersion: progress.version ?? '',
    timeoutSeconds: String(Math.round(WATCH_SECONDS * (1 + Math.random()))),
  };
  const accept = metadataOnly === true ? { accept: METADATA_ONLY } : {};
  const call = { method: 'GET', path: pathOf(resource), query, ...accept };
  const [start, before] = [performance.now(), progress.version];
  const own = connection?.();
  const until = own === undefined ? signal : AbortSignal.any([signal, own]);
  for await (const line of linesUntil(kube, call, until, own)) {
    const { type, object } = readEvent(line) ?? oddLine(kube, call.path, line);
    if (type === 'ERROR') throw new KubeError(object.code ?? 0, object.reason ?? '', object.message ?? line);
    if (type === 'DELETED') sink.remove(object);
    else if (type !== 'BOOKMARK') sink.set(object);
    progress.version = object.metadata.resourceVersion ?? progress.version;
    progress.failures = 0;
  }
  const atOnce = performance.now() - start < SHORT_MS && progress.version === before;
  if (atOnce && !signal.aborted) throw new Error(`the watch of ${resource.plural} ended at once`);
}

function oddLine({ server }: Kube, path: string, line: string): never {
  throw new UserError('unexpected-answer', `A line of the watch of ${server}${path} is no event.`, {
    details: [`It begins: ${excerptOf(line)}`],
    advice: 'Look who answers at that address: a proxy may cut or change answers.',
  });
}
