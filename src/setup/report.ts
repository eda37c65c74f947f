import type { Action } from './action';
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
