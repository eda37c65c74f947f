/** How states look: an icon, its colour, and the words for it. Words and icon both, never colour alone. */
export interface Look {
  readonly icon: string;
  readonly color: string | undefined;
  readonly words: string;
}

const PASSED = 'testing.iconPassed';
const FAILED = 'testing.iconFailed';
const WAITING = 'charts.yellow';

const TARGET_STATES: Readonly<Record<string, Look>> = {
  healthy: { icon: 'pass', color: PASSED, words: 'healthy' },
  unhealthy: { icon: 'error', color: FAILED, words: 'unhealthy' },
  initial: { icon: 'watch', color: WAITING, words: 'registering, first health checks' },
  draining: { icon: 'debug-step-out', color: WAITING, words: 'draining' },
  unused: { icon: 'circle-slash', color: undefined, words: 'unused' },
  unavailable: { icon: 'question', color: undefined, words: 'health checks are off' },
  'unhealthy.draining': { icon: 'error', color: FAILED, words: 'unhealthy and draining' },
};

const LOAD_BALANCER_STATES: Readonly<Record<string, Look>> = {
  active: { icon: 'pass', color: PASSED, words: 'active' },
  provisioning: { icon: 'watch', color: WAITING, words: 'provisioning' },
  active_impaired: { icon: 'warning', color: WAITING, words: 'active, but short of addresses or capacity' },
  failed: { icon: 'error', color: FAILED, words: 'failed' },
};

/** Reasons of DescribeTargetHealth in plain words (API TargetHealth.Reason). */
const REASONS: Readonly<Record<string, string>> = {
  'Elb.RegistrationInProgress': 'it is being registered',
  'Elb.InitialHealthChecking': 'its first health checks are running',
  'Elb.InternalError': 'an internal error of the load balancer',
  'Target.ResponseCodeMismatch': 'the health check got another status code than success-codes allows',
  'Target.Timeout': 'the health check got no answer in time',
  'Target.FailedHealthChecks': 'the health check failed',
  'Target.NotRegistered': 'it is not registered',
  'Target.NotInUse': 'no listener uses the target group, or its zone is not enabled',
  'Target.DeregistrationInProgress': 'it is being deregistered',
  'Target.InvalidState': 'the instance is stopped or terminated',
  'Target.IpUnusable': 'the address belongs to a load balancer',
  'Target.HealthCheckDisabled': 'health checks are off',
};

export function targetLook(state: string): Look {
  return TARGET_STATES[state] ?? { icon: 'question', color: undefined, words: state };
}

export function loadBalancerLook(state: string): Look {
  return (
    LOAD_BALANCER_STATES[state] ?? { icon: 'question', color: undefined, words: state || 'unknown state' }
  );
}

/** Why a target is as it is, in a sentence; undefined when there is nothing to say. */
export function reasonText(reason: string | undefined, description: string | undefined): string | undefined {
  if (reason === undefined) return description;
  const known = REASONS[reason];
  return known === undefined ? (description ?? reason) : known;
}

/** The look of several targets as one: the worst of them, with counts. */
export function summaryLook(states: readonly string[]): Look {
  const healthy = states.filter((state) => state === 'healthy').length;
  if (states.length === 0) return { icon: 'circle-outline', color: undefined, words: 'no target' };
  const words = `${healthy} of ${states.length} healthy`;
  if (healthy === states.length) return { icon: 'pass', color: PASSED, words };
  if (states.some((state) => state.startsWith('unhealthy'))) return { icon: 'error', color: FAILED, words };
  return { icon: 'watch', color: WAITING, words };
}

/** States that change by themselves: worth another look soon. */
export function isPending(state: string): boolean {
  return ['initial', 'draining', 'provisioning', 'unhealthy.draining'].includes(state);
}
