import type { BuildError } from '../model/errors';
import type { Stack } from '../model/stack';
import type { Advice } from './advice/advice';
import type { Outputs, Step } from './change';
import type { Owner } from './owner';
import type { Strangers } from './ownership';
import type { Reasons } from './reasons';

/** The plan of one load balancer (or of its removal), or why it cannot be built. */
export interface GroupPlan {
  readonly owner: Owner;
  readonly stack: Stack | undefined;
  /** Worded as the controller's event. */
  readonly refusal: BuildError | undefined;
  /** What the refusal means and what to do. */
  readonly advice?: Advice | undefined;
  /** What the manifests ask for and this version does not do. */
  readonly notes: readonly string[];
  /** Load balancers that would go, and that may be of another cluster. */
  readonly strangers?: Strangers | undefined;
  /** Undefined where nothing could be built. */
  readonly reasons: Reasons | undefined;
  readonly outputs: Outputs;
  readonly steps: readonly Step[];
  readonly cleanup: readonly Step[];
}
