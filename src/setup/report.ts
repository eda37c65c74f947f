import type { Action } from './action';
import type { Orphan } from './orphans/find';
import type { Step } from './step';

/** How a step stands. `blocked`: a step that it requires is not true, so it was not looked at. */
export type State = 'done' | 'todo' | 'unknown' | 'skipped' | 'blocked';

export interface StepReport {
  readonly step: Step;
  readonly state: State;
  readonly evidence: readonly string[];
}

export interface StepPlan extends StepReport {
  readonly actions: readonly Action[];
}

/** What became of a resource that nobody looks after any more. */
export interface OrphanOutcome {
  readonly orphan: Orphan;
  /** `kept`: the person wanted it so. */
  readonly state: 'deleted' | 'kept' | 'failed';
  readonly evidence: readonly string[];
}
