import { KubeError } from '../../kube/client';
import { pathOf, RESOURCES } from '../../kube/resources';
import { skipInAutoMode } from '../controller/autoMode';
import { type ControllerPod, livePodsOf } from '../controller/pods';
import { kubeOf, type Setup } from '../setup';
import { type Check, cannotTell, isFalse, isTrue, type Step, verdict } from '../step';
import { NONE, ownController } from './controllerReady';

const LINES = 500;
/** What was mended longer ago is no trouble any more; a controller that fails tries again within a quarter of an hour. */
const MINUTES = 15;
const SHOWN = 400;

export const logsProof: Step = {
  id: 'controller-logs',
  title: 'Nothing bad in the log',
  why: 'A controller that AWS refuses looks healthy from outside.',
  phase: 'proof',
  requires: ['controller', 'controller-ready'],
  skip: skipInAutoMode,
  async check(setup) {
    const own = await ownController(setup);
    if (own === undefined) return isFalse(NONE);
    const pods = await livePodsOf(setup, own);
    if (pods.length === 0) return cannotTell('There is no pod of the controller whose log could be read.');
    const logs = await Promise.all(pods.map((pod) => logOf(setup, pod)));
    const read = logs.flatMap((log) => (typeof log === 'string' ? [] : [log]));
    const unread = logs.flatMap((log) => (typeof log === 'string' ? [log] : []));
    const found = troublesIn(read.flat());
    if (found.length === 0 && unread.length > 0) return cannotTell(...unread);
    return told(found, pods.length);
  },
  plan: async () => [],
};

function told(found: readonly string[], pods: number): Check {
  return found.length === 0
    ? isTrue(`No known failure in the last ${MINUTES} minutes in the log of its pods (${pods}).`)
    : verdict(found);
}

/** The last lines; a sentence where they cannot be read. */
async function logOf(
  setup: Setup,
  { metadata: { namespace, name } }: ControllerPod,
): Promise<string[] | string> {
  const kube = await kubeOf(setup);
  const path = pathOf(RESOURCES.Pod, namespace, name, 'log');
  const lines: string[] = [];
  try {
    // As kubectl asks: the log is text, a refusal JSON.
    const accept = 'application/json, */*';
    const query = { tailLines: String(LINES), sinceSeconds: String(MINUTES * 60) };
    for await (const line of kube.lines({ method: 'GET', path, query, accept }, AbortSignal.timeout(30_000)))
      lines.push(line);
    return lines;
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    return `The log of ${name} cannot be read: ${error.message}.`;
  }
}

/** Failures of the controller as it logs them, and what is behind each (observed; lbc issues as numbered). */
const KNOWN: readonly { readonly says: RegExp; readonly means: string }[] = [
  {
    // #1935, #4199
    says: /WebIdentityErr|sts:AssumeRoleWithWebIdentity/,
    means:
      'AWS does not let the service account take on its role: look at the trust policy (iam-role), the OIDC provider (oidc-provider) and the annotation (service-account).',
  },
  {
    // #2231, #3155
    says: /failed to (introspect|fetch) vpc ?ID|no EC2 IMDS role found/i,
    means:
      'It asks the metadata of its node and gets no answer: give it region and VPC (controller), and a role (controller-identity).',
  },
  {
    says: /AccessDenied|UnauthorizedOperation|is not authorized to perform/,
    means: 'Its policy lacks an action: see the step iam-policy.',
  },
  {
    says: /Throttling|RequestLimitExceeded|Rate exceeded/,
    means: 'AWS slows it down: other callers of the account use up the limit; it goes on by itself.',
  },
  {
    // #2476
    says: /(wafv2|waf-regional|shield).{0,999}(i\/o timeout|no such host|deadline exceeded)/i,
    means:
      'It does not reach WAF or Shield, as in a private cluster: switch them off with --enable-waf=false, --enable-wafv2=false and --enable-shield=false.',
  },
  {
    // #2551
    says: /no matches for kind "?(IngressClassParams|TargetGroupBinding)/,
    means: 'Its kinds are missing: see the step crds.',
  },
  {
    says: /secrets? .{0,400} is forbidden|cannot get resource "secrets"/,
    means: 'It may not read the Secret of an OIDC action: give its service account a Role for that Secret.',
  },
];

/** Each known failure once, with its last line. A line is of the first that knows it: the special ones come first. */
export function troublesIn(lines: readonly string[]): string[] {
  const last = new Map<string, string>();
  for (const line of lines) {
    const known = KNOWN.find(({ says }) => says.test(line));
    if (known !== undefined) last.set(known.means, line);
  }
  return [...last].flatMap(([means, line]) => [means, `  ${shown(line)}`]);
}

/** What went wrong, of a line in JSON as the controller writes them. */
function shown(line: string): string {
  const text = (errorIn(line) ?? line).replace(/\s+/g, ' ');
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text;
}

function errorIn(line: string): string | undefined {
  try {
    const { error, msg } = JSON.parse(line) as { error?: string; msg?: string };
    return error ?? msg;
  } catch {
    return undefined;
  }
}
