import type { Places } from '../places';
import type { Tally } from './tally';

export interface Suite {
  readonly title: string;
  /** Files without which there is nothing to run yet. */
  readonly requires: readonly string[];
  readonly run: (context: SuiteContext) => Promise<Tally>;
}

export interface SuiteContext {
  /** With a state folder of the suite's own. */
  readonly places: Places;
  /** Keeps a line for the suite's output. */
  readonly print: (text: string) => void;
}
