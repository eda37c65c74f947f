import type { Action } from './action';
import type { Setup } from './setup';
import type { StepId } from './stepIds';

/** Whether a step is true already. `unknown` is not `false`: nothing is done on it. */
export interface Check {
  readonly state: 'true' | 'false' | 'unknown';
  /** What was seen, a line each; where it is not true, what is wrong and what to do about it. */
  readonly evidence: readonly string[];
}

/** One row of the setup: what must be true, how to see it, how to make it true, how to take it back. */
export interface Step {
  readonly id: StepId;
  readonly title: string;
  /** What goes wrong without it. */
  readonly why: string;
  readonly phase: Phase;
  /** Steps that must be true before this one can be checked or done. */
  readonly requires: readonly StepId[];
  /** Why it is not part of this setup; undefined when it is. */
  skip?(setup: Setup): Promise<string | undefined>;
  check(setup: Setup): Promise<Check>;
  /** The calls and commands that make it true, from where things are now. Running them is how it is applied. None: only a person can. */
  plan(setup: Setup): Promise<readonly Action[]>;
  /** The calls and commands that take it away again; none where there is nothing to take. Throws where that would do harm. */
  undo?(setup: Setup): Promise<readonly Action[]>;
  /** How long it may take to become true after the plan ran, in milliseconds. */
  readonly patience?: number;
}

export const PHASES = [
  'start',
  'cluster',
  'permissions',
  'controller',
  'proof',
  'applications',
  'dns',
] as const;
export type Phase = (typeof PHASES)[number];

export const PHASE_TITLES: Readonly<Record<Phase, string>> = {
  start: 'This machine and the account',
  cluster: 'Cluster and network',
  permissions: 'Permissions of the controller',
  controller: 'Controller',
  proof: 'Proof that it works',
  applications: 'Sample applications',
  dns: 'DNS',
};

export const isTrue = (...evidence: readonly string[]): Check => ({ state: 'true', evidence });
export const isFalse = (...evidence: readonly string[]): Check => ({ state: 'false', evidence });
export const cannotTell = (...evidence: readonly string[]): Check => ({ state: 'unknown', evidence });

/** True without problems, otherwise false with each of them. */
export function verdict(problems: readonly string[], ...fine: readonly string[]): Check {
  return problems.length === 0 ? isTrue(...fine) : isFalse(...problems);
}
