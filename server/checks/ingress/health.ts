/** Health checks and protocols of target groups (lbc:pkg/ingress/model_build_target_group.go; limits: botocore elbv2). */
import { catalogue } from '../../../src/annotations/catalogue';
import { defaultOf } from '../../../src/annotations/read';
import { removeEntry } from '../../edits';
import type { CheckContext } from '../context';
import type { Finding } from '../finding';
import { entryOf, type IngressSubject, readValue } from '../subject';
import { has } from './facts';
import { fixOf, found, inWords, setTo } from './found';
import { openHttpPorts } from './listeners';
import { isGiven, ofService, placeOf, type View, viewsOf } from './targets';

const INTERVAL = 'healthcheck-interval-seconds';
const TIMEOUT = 'healthcheck-timeout-seconds';
type Timing = typeof INTERVAL | typeof TIMEOUT;

/** The effective value; undefined when it cannot be read. */
function seconds(view: View, suffix: Timing): number | undefined {
  return isGiven(view, suffix) ? readValue(view.subject, suffix) : defaultOf(suffix);
}

/** botocore elbv2 CreateTargetGroup: the interval must be longer than the timeout. */
export function healthCheckInterval(ingress: IngressSubject, context: CheckContext): Finding[] {
  return viewsOf(ingress, context, [INTERVAL, TIMEOUT]).flatMap((view) => {
    const [interval, timeout] = [seconds(view, INTERVAL), seconds(view, TIMEOUT)];
    if (interval === undefined || timeout === undefined || interval > timeout) return [];
    if (interval < 5 || timeout > 120) return [];
    const written = has(view.subject, INTERVAL) ? INTERVAL : TIMEOUT;
    const by = (suffix: Timing) => (isGiven(view, suffix) ? '' : ' (the default)');
    const message = `Targets are checked every ${interval} seconds${by(INTERVAL)}, and a check may take ${timeout} seconds${by(TIMEOUT)}${ofService(view)}.`;
    const advice = `Make the interval longer than the timeout, for example \`${TIMEOUT}: '${Math.max(2, interval - 1)}'\`.`;
    const fix = view.service === undefined ? shorter(ingress, interval) : undefined;
    return [found('health-check-interval', placeOf(view, written), message, advice, fix)];
  });
}

function shorter(ingress: IngressSubject, interval: number) {
  return setTo(ingress, TIMEOUT, String(Math.max(2, interval - 1)));
}

/** Health checks follow `backend-protocol` unless they are told otherwise. */
export function healthCheckProtocol(ingress: IngressSubject, context: CheckContext): Finding[] {
  return viewsOf(ingress, context, ['backend-protocol', 'healthcheck-protocol', 'healthcheck-port']).flatMap(
    (view) => {
      const { subject } = view;
      const plain = readValue(subject, 'healthcheck-protocol') === 'HTTP';
      const ownPort = readValue(subject, 'healthcheck-port') ?? 'traffic-port';
      if (!plain || ownPort !== 'traffic-port' || readValue(subject, 'backend-protocol') !== 'HTTPS')
        return [];
      const message = `Requests go to the pods by HTTPS, health checks to the same port by HTTP${ofService(view)}.`;
      const advice = 'Remove `healthcheck-protocol`: it follows `backend-protocol`.';
      const entry = view.service === undefined ? entryOf(ingress, 'healthcheck-protocol') : undefined;
      const fix =
        entry === undefined
          ? undefined
          : fixOf('Remove `healthcheck-protocol`', [removeEntry(ingress.object, entry)]);
      return [found('health-check-protocol', placeOf(view, 'healthcheck-protocol'), message, advice, fix)];
    },
  );
}

/** botocore elbv2 Matcher: gRPC codes are 0 to 99, HTTP codes 200 to 499. */
export function grpcSuccessCodes(ingress: IngressSubject, context: CheckContext): Finding[] {
  return viewsOf(ingress, context, ['success-codes', 'backend-protocol-version']).flatMap((view) => {
    const codes = readValue(view.subject, 'success-codes');
    const version = readValue(view.subject, 'backend-protocol-version') ?? 'HTTP1';
    if (codes === undefined || catalogue['success-codes'].kind.check(codes).length > 0) return [];
    if (!['HTTP1', 'HTTP2', 'GRPC'].includes(version)) return [];
    const grpc = version === 'GRPC';
    const wrong = [...codes.matchAll(/\d+/g)].map(Number).filter((code) => (grpc ? code > 99 : code < 200));
    if (wrong.length === 0) return [];
    const kind = grpc ? 'gRPC' : 'HTTP';
    const message = `${inWords(wrong)} ${wrong.length === 1 ? 'is no' : 'are no'} ${kind} code${wrong.length === 1 ? '' : 's'}, and with \`backend-protocol-version: ${version}\` health checks answer with ${kind} codes${ofService(view)}.`;
    const advice = grpc
      ? "Use codes from 0 to 99, such as '12' (unimplemented) or '0-99'."
      : "Use codes from 200 to 499, such as '200'.";
    const fix = view.service === undefined ? setTo(ingress, 'success-codes', grpc ? '12' : '200') : undefined;
    return [found('grpc-success-codes', placeOf(view, 'success-codes'), message, advice, fix)];
  });
}

/** AWS: target groups with protocol version gRPC work with HTTPS listeners only (Application Load Balancers, "Target groups"). */
export function grpcNeedsHttps(ingress: IngressSubject, context: CheckContext): Finding[] {
  const open = openHttpPorts(ingress, context);
  if (open.length === 0) return [];
  const views = viewsOf(ingress, context, ['backend-protocol-version']);
  return views.flatMap((view) => {
    if (readValue(view.subject, 'backend-protocol-version') !== 'GRPC') return [];
    const message = `gRPC${ofService(view)} would be served by HTTP on ${inWords(open)}.`;
    const advice =
      'Listen with HTTPS only, `listen-ports: \'[{"HTTPS": 443}]\'`, or redirect the HTTP listener with `ssl-redirect`.';
    return [found('grpc-needs-https', placeOf(view, 'backend-protocol-version'), message, advice)];
  });
}

/** lbc:pkg/ingress/model_build_target_group.go: "target control port is not supported for instance target". */
export function targetControlPortInstance(ingress: IngressSubject, context: CheckContext): Finding[] {
  const entry = ingress.object.annotations.find(({ key }) =>
    key.startsWith('alb.ingress.kubernetes.io/target-control-port.'),
  );
  if (entry === undefined) return [];
  return viewsOf(ingress, context, ['target-type']).flatMap((view) => {
    if (readValue(view.subject, 'target-type') !== 'instance' || view.service !== undefined) return [];
    const message = 'A target control port works with target type `ip` only.';
    return [
      found(
        'target-control-port-instance',
        entry.keySpan,
        message,
        'Set `target-type: ip`.',
        setTo(ingress, 'target-type', 'ip'),
      ),
    ];
  });
}
