import { explain, UserError } from '../errors';
import { type Manifest, readManifests } from '../kube/manifests';
import type { KubeObject } from '../kube/types';
import { type Engine, type EngineOptions, openEngine } from '../reconcile/engine';
import { isNothing, type Named, named, namedIn, ownersOf, type Selection } from '../reconcile/owner';
import { unprovenText } from '../reconcile/planText';
import { nothingToServe } from '../reconcile/provision';
import type { FileOptions } from './options';
import type { Terminal } from './terminal';

/** Exit codes of the contract: 0 done or no change, 1 failed, 2 bad usage, 3 changes (`plan`), 4 the plan has changed. */
export type ExitCode = 0 | 1 | 2 | 3 | 4;

export const EVERYTHING: Selection = () => true;

/** The engine for a command; a cluster that EKS does not know is told of once, before anything else. */
export async function engineFor(options: EngineOptions, terminal: Terminal): Promise<Engine> {
  const engine = await openEngine(options);
  const unproven = unprovenText(engine);
  if (unproven !== undefined) terminal.err(`note: ${unproven}`);
  return engine;
}

/** The objects of the files. Those that cannot be read are told, and make the command fail in the end. */
export async function manifestsOf(options: FileOptions, terminal: Terminal): Promise<Given> {
  const { manifests, refused } = await readManifests(options.file ?? []);
  for (const error of refused) for (const line of failureLines(error)) terminal.err(line);
  const objects = objectsOf(manifests);
  const isNothing = refused.length > 0 && namesNothing(options, objects);
  return { objects, sources: manifests, isNothing, worst: (code) => (refused.length > 0 ? 1 : code) };
}

export interface Given {
  readonly objects: readonly KubeObject[];
  /** The same, each with its file. */
  readonly sources: readonly Manifest[];
  /** Nothing is left to work on. */
  readonly isNothing: boolean;
  /** The exit code, which is 1 if an object was refused. */
  readonly worst: (code: ExitCode) => ExitCode;
}

export function objectsOf(manifests: readonly Manifest[]): KubeObject[] {
  return manifests.map(({ object }) => object);
}

export function namesNothing(options: FileOptions, objects: readonly KubeObject[]): boolean {
  return options.all !== true && isNothing(wantedOf(options, objects));
}

export function selectionOf(options: FileOptions, manifests: readonly KubeObject[]): Selection {
  if (options.all === true) return EVERYTHING;
  const wanted = wantedOf(options, manifests);
  if (isNothing(wanted)) throw nothingNamed(options);
  return ownersOf(wanted);
}

/** What the options name, and what stands in the manifests. */
export function wantedOf(options: FileOptions, manifests: readonly KubeObject[]): Named {
  const { ingress, service } = namedIn(manifests);
  return named([...ingress, ...(options.ingress ?? [])], [...service, ...(options.service ?? [])]);
}

export function nothingNamed(options: FileOptions): UserError {
  if ((options.file ?? []).length > 0) return nothingToServe();
  return new UserError('usage', 'Nothing is named to work on.', {
    advice: 'Name files with -f, objects with --ingress or --service NAMESPACE/NAME, or --all.',
  });
}

/** The controller's line, then what it means and what to do. */
export function failureLines(error: Error): string[] {
  const code = error instanceof UserError ? [`Code: ${error.code}`] : [];
  return [...explain(error).split('\n'), ...code];
}
