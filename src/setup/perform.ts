import { mkdir, mkdtemp, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { translateAwsError } from '../aws/errors';
import { Cancelled, UserError } from '../errors';
import { applyObject, deleteObject, discover, getObject, type Kube } from '../kube/client';
import type { Resource } from '../kube/resources';
import type { KubeObject } from '../kube/types';
import type { Action, AwsAction, FileAction, ToolAction } from './action';
import { callAws } from './awsCall';
import { kubeOf, kubeOptions, type Setup } from './setup';
import { laterOf, placeWords, quoted } from './shell';

/** Carries out one action. Throws with what was to be done, and why it was not. */
export async function perform(setup: Setup, action: Action, signal: AbortSignal): Promise<void> {
  const unknown = laterOf(action);
  if (unknown.length > 0) {
    throw new UserError('setup-too-early', `${action.text}: ${unknown.join(', ')} is not known yet.`, {
      advice: 'An earlier step has to be done first; `ekslb setup plan` shows which.',
    });
  }
  switch (action.kind) {
    case 'aws':
      return performCall(setup, action);
    case 'apply':
    case 'delete':
      return performObjects(setup, action, signal);
    case 'secret': {
      const kube = await kubeOf(setup);
      const object = await action.make();
      await applyObject(kube, await discover(kube, new Map(), object), object);
      return;
    }
    case 'tool':
      return performTool(setup, action, signal);
    case 'file':
      return writeWhole(action);
    case 'wait':
      return;
  }
}

async function performCall({ aws }: Setup, { service, operation, input, text }: AwsAction): Promise<void> {
  try {
    // Its input was checked against the operation when the action was made.
    await callAws(aws, service, operation as never, input as never);
  } catch (cause) {
    const error = translateAwsError(cause);
    if (error instanceof UserError) throw error;
    const message = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    throw new UserError('setup-call-failed', `${text}: ${message.replace(/\.?$/, '.')}`, {
      why: 'What was done before it is kept.',
      advice: 'Mend the cause and run the setup again: it goes on from here.',
      cause,
    });
  }
}

async function performObjects(
  setup: Setup,
  action: Extract<Action, { kind: 'apply' | 'delete' }>,
  signal: AbortSignal,
): Promise<void> {
  const kube = await kubeOf(setup);
  const seen = new Map<string, Promise<unknown>>();
  if (action.kind === 'delete') {
    const { metadata } = action.object;
    const resource = await discover(kube, seen, action.object);
    await deleteObject(kube, resource, metadata.namespace, metadata.name);
    return untilGone(kube, resource, action.object, signal);
  }
  // One after the other: a namespace comes before what is in it.
  for (const object of action.objects) await applyObject(kube, await discover(kube, seen, object), object);
}

const GONE_WITHIN_MS = 15 * 60_000;

/** As `kubectl delete` does: what holds a finalizer is gone when a controller has cleaned up after it. */
async function untilGone(
  kube: Kube,
  resource: Resource,
  { kind, metadata: { namespace, name } }: KubeObject,
  signal: AbortSignal,
): Promise<void> {
  const until = Date.now() + GONE_WITHIN_MS;
  for (;;) {
    const finalizers = finalizersOf(await getObject<Finalized>(kube, resource, namespace, name));
    if (finalizers.length === 0) return;
    if (signal.aborted) throw new Cancelled();
    if (Date.now() > until) throw stillThere(`${kind} ${name}`, finalizers);
    await sleep(1_000);
  }
}

/** A namespace has those of its content in its spec. */
interface Finalized extends KubeObject {
  readonly spec?: { readonly finalizers?: readonly string[] };
}

function finalizersOf(object: Finalized | undefined): readonly string[] {
  return [...(object?.metadata.finalizers ?? []), ...(object?.spec?.finalizers ?? [])];
}

function stillThere(what: string, finalizers: readonly string[]): UserError {
  return new UserError('setup-not-deleted', `${what} is still there: ${finalizers.join(', ')} keeps it.`, {
    why: 'Its controller has not cleaned up after it, or is gone; load balancers would stay behind.',
    advice: 'Look at the events of the object and the log of the controller, then run the same again.',
  });
}

const LINES_SHOWN = 8;

async function performTool(setup: Setup, action: ToolAction, signal: AbortSignal): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'ekslb-'));
  try {
    for (const [name, text] of Object.entries(action.files ?? {})) {
      await writeFile(join(folder, name), text, { mode: 0o600 });
    }
    const words = action.argv.map((word) => (typeof word === 'string' ? word : join(folder, word.file)));
    // Programs that speak to the cluster must speak to the same one.
    const where = placeWords(action.argv[0], kubeOptions(setup));
    const argv = [...words, ...where] as [string, ...string[]];
    const env = awsEnvironment(setup);
    const source = action.from === undefined ? undefined : await output(setup, action.from, signal);
    const ran = await setup.tools.run(
      { argv, env, ...(source === undefined ? {} : { input: source }), long: action.long === true },
      signal,
    );
    if (ran.code !== 0) throw commandFailed(action, argv, `${ran.stdout}\n${ran.stderr}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function output(
  setup: Setup,
  argv: readonly [string, ...string[]],
  signal: AbortSignal,
): Promise<string> {
  const ran = await setup.tools.run({ argv, env: awsEnvironment(setup) }, signal);
  if (ran.code === 0) return ran.stdout;
  throw new UserError('setup-command-failed', `${quoted(argv)}: ${ran.stderr.trim()}`);
}

/** Account and region for aws, eksctl and what they start. Never on the command line: it is told to people. */
function awsEnvironment({ aws, options }: Setup): Record<string, string> {
  return {
    AWS_REGION: aws.region,
    ...(options.profile === undefined ? {} : { AWS_PROFILE: options.profile }),
    ...(aws.endpointUrl === undefined ? {} : { AWS_ENDPOINT_URL: aws.endpointUrl }),
  };
}

function commandFailed({ text }: ToolAction, argv: readonly string[], told: string): UserError {
  const lines = told.split('\n').filter((line) => line.trim() !== '');
  return new UserError('setup-command-failed', `${text}: the command failed.`, {
    details: [`  ${quoted(argv)}`, ...lines.slice(-LINES_SHOWN).map((line) => `  ${line}`)],
    why: 'What was done before it is kept.',
    advice: 'Mend the cause and run the setup again: it goes on from here.',
  });
}

/** Beside it and renamed: whoever is stopped in the middle keeps the old one. Links and modes stay. */
async function writeWhole({ path, content }: FileAction): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const target = await realpath(path).catch(() => path);
  const { mode } = await stat(target).catch(() => ({ mode: 0o600 }));
  const beside = `${target}.${process.pid}`;
  await writeFile(beside, content, { mode });
  await rename(beside, target);
}
