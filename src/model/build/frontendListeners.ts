import { rawAnnotation, readAnnotation, readOrDefault, type Suffix } from '../../annotations/read';
import { BuildError, inMember } from '../errors';
import type { Member } from '../group';
import type { HealthCheck } from '../stack';
import { annotationsOf } from './context';
import type { PortPlan } from './listenPorts';

/** A listener of the front-end NLB and the port of the Application Load Balancer to which it leads. */
export interface FrontendListener {
  readonly port: number;
  readonly targetPort: number;
  readonly healthCheck: HealthCheck;
}

/** What one member says of one listener. */
interface Said {
  readonly member: string;
  readonly targetPort: number;
  readonly check: Fields;
}

/** A value and whether the member wrote it. */
interface Field<T> {
  readonly value: T;
  readonly explicit: boolean;
}

type Fields = { readonly [Name in FieldName]: Field<string | number> };
type FieldName = (typeof MERGED)[number];

/** In the order in which the controller compares them. */
const MERGED = [
  'IntervalSeconds',
  'TimeoutSeconds',
  'HealthyThresholdCount',
  'UnhealthyThresholdCount',
  'Protocol',
  'Path',
  'Matcher',
  'Port',
] as const;

/** The listeners of the front-end NLB by ascending port. Source: lbc:pkg/ingress/model_build_frontend_nlb.go buildFrontendNlbListeners. */
export function frontendListeners(members: readonly Member[], ports: PortPlan): FrontendListener[] {
  const byPort = new Map<number, Said[]>();
  for (const member of members) {
    const prefix = `failed to compute listenPort config for ingress: ${member.key}`;
    const own = inMember(member.key, prefix, () => listenersOf(member, ports));
    for (const [port, said] of own) byPort.set(port, [...(byPort.get(port) ?? []), said]);
  }
  return [...byPort]
    .sort(([a], [b]) => a - b)
    .map(([port, all]) => {
      const prefix = `failed to merge NLB listenPort config for port: ${port}`;
      return { port, ...inMember(all.at(-1)?.member ?? '', prefix, () => merge(all)) };
    });
}

/** Ports of the NLB with what the member says of them; a port that it maps and does not listen on is left out. */
function listenersOf(member: Member, ports: PortPlan): [number, Said][] {
  const listens = new Set([...ports.members].filter(([, all]) => all.includes(member)).map(([port]) => port));
  const mapping = portMapping(member);
  const pairs = mapping.length > 0 ? mapping : [...listens].map((port) => [port, port] as const);
  return pairs
    .filter(([, target]) => listens.has(target))
    .map(([port, targetPort]) => [port, { member: member.key, targetPort, check: fieldsOf(member) }]);
}

function portMapping(member: Member): (readonly [number, number])[] {
  const raw = readAnnotation('frontend-nlb-listener-port-mapping', annotationsOf(member)) ?? {};
  return Object.entries(raw).map(([nlb, alb]) => [portOf('NLB', nlb), portOf('ALB', alb)]);
}

function portOf(of: string, raw: string): number {
  if (/^[+-]?\d+$/.test(raw)) return Number(raw);
  throw new BuildError(`invalid ${of} listener port: ${raw}`);
}

const CHECK = 'frontend-nlb-healthcheck';
type PlainSuffix =
  `${typeof CHECK}-${'path' | 'success-codes' | `${'interval' | 'timeout'}-seconds` | `${'' | 'un'}healthy-threshold-count`}`;

function fieldsOf(member: Member): Fields {
  const annotations = annotationsOf(member);
  const field = <T extends string | number>(suffix: Suffix, value: T): Field<T> => ({
    value,
    explicit: rawAnnotation(suffix, annotations) !== undefined,
  });
  const read = (suffix: PlainSuffix) => field(suffix, readOrDefault(suffix, annotations));
  return {
    Port: field(`${CHECK}-port`, checkPort(annotations)),
    Protocol: field(`${CHECK}-protocol`, checkProtocol(annotations)),
    Path: read(`${CHECK}-path`),
    Matcher: read(`${CHECK}-success-codes`),
    IntervalSeconds: read(`${CHECK}-interval-seconds`),
    TimeoutSeconds: read(`${CHECK}-timeout-seconds`),
    HealthyThresholdCount: read(`${CHECK}-healthy-threshold-count`),
    UnhealthyThresholdCount: read(`${CHECK}-unhealthy-threshold-count`),
  };
}

function checkPort(annotations: Readonly<Record<string, string>>): number | string {
  const raw = readOrDefault(`${CHECK}-port`, annotations);
  if (raw === 'traffic-port') return raw;
  if (/^[+-]?\d+$/.test(raw)) return Number(raw);
  throw new BuildError('failed to resolve healthCheckPort');
}

function checkProtocol(annotations: Readonly<Record<string, string>>): string {
  const protocol = readOrDefault(`${CHECK}-protocol`, annotations);
  if (protocol === 'HTTP' || protocol === 'HTTPS') return protocol;
  throw new BuildError('healthCheckProtocol must be within [HTTP, HTTPS]');
}

/** What was written wins over defaults; two that wrote must have written the same. */
function merge(all: readonly Said[]): Omit<FrontendListener, 'port'> {
  const chosen = { ...all[0]?.check } as { [Name in FieldName]: Field<string | number> };
  const targetPort = all[0]?.targetPort ?? 0;
  all.forEach((said, at) => {
    for (const name of MERGED) chosen[name] = mergeField(name, chosen[name], said.check[name], at);
    if (said.targetPort === targetPort) return;
    throw new BuildError(
      `conflicting Target Port, config ${at + 1}: ${said.targetPort}, previous: ${targetPort}`,
    );
  });
  return { targetPort, healthCheck: healthCheckOf(chosen) };
}

function mergeField(
  name: FieldName,
  before: Field<string | number>,
  now: Field<string | number>,
  at: number,
): Field<string | number> {
  if (at === 0 || !now.explicit) return before.explicit || at === 0 ? before : now;
  if (!before.explicit) return now;
  // The controller compares the places of success codes in memory: two that were written never agree.
  if (before.value === now.value && name !== 'Matcher') return before;
  const shown = (value: string | number) => (name === 'Port' ? goIntOrString(value) : String(value));
  throw new BuildError(
    `conflicting ${name}, config ${at + 1}: ${shown(now.value)}, previous: ${shown(before.value)}`,
  );
}

/** Go's `%v` of an IntOrString. */
function goIntOrString(value: string | number): string {
  return typeof value === 'number' ? `{0 ${value} }` : `{1 0 ${value}}`;
}

function healthCheckOf(fields: { readonly [Name in FieldName]: Field<string | number> }): HealthCheck {
  return {
    port: fields.Port.value,
    protocol: String(fields.Protocol.value),
    path: String(fields.Path.value),
    matcher: { httpCode: String(fields.Matcher.value) },
    intervalSeconds: Number(fields.IntervalSeconds.value),
    timeoutSeconds: Number(fields.TimeoutSeconds.value),
    healthyThresholdCount: Number(fields.HealthyThresholdCount.value),
    unhealthyThresholdCount: Number(fields.UnhealthyThresholdCount.value),
  };
}
