/** What a workload says of its pods, as far as load balancing is concerned. */
import type { Span } from '../../../src/annotations/kinds';
import { listOf } from '../../workspace/keys';
import type { Subject } from '../subject';
import { spanAt } from '../subject';

export interface HttpGet {
  readonly path?: string;
  readonly port?: number | string;
  readonly scheme?: string;
}

/** A probe and where it stands in the workload. */
export interface Probe {
  readonly httpGet: HttpGet;
  readonly span: Span;
}

interface Container {
  readonly ports?: readonly { readonly name?: string; readonly containerPort?: number }[];
  readonly readinessProbe?: { readonly httpGet?: HttpGet };
  readonly lifecycle?: { readonly preStop?: unknown };
}

export interface PodSpec {
  readonly containers?: readonly Container[];
  readonly terminationGracePeriodSeconds?: number;
  readonly path: readonly string[];
}

interface Workload {
  readonly kind?: string;
  readonly spec?: {
    readonly replicas?: number;
    readonly template?: { readonly spec?: Omit<PodSpec, 'path'> };
  };
}

export function podsOf({ value, object }: Subject): PodSpec | undefined {
  const isPod = object.kind === 'Pod';
  const { spec } = value as Workload;
  const pods = isPod ? (spec as Omit<PodSpec, 'path'> | undefined) : spec?.template?.spec;
  if (pods === undefined || pods === null) return undefined;
  return { ...pods, path: isPod ? ['spec'] : ['spec', 'template', 'spec'] };
}

/** As written: without it there may be an autoscaler. */
export function replicasOf({ value }: Subject): number | undefined {
  return (value as Workload).spec?.replicas;
}

/** Readiness probes over HTTP on a port of the pods, given by number or by its name. */
export function probesOn(workload: Subject, port: number | string): Probe[] {
  const pods = podsOf(workload);
  return listOf(pods?.containers).flatMap((container, at) => {
    const httpGet = container?.readinessProbe?.httpGet;
    if (container === undefined || pods === undefined || httpGet?.port === undefined) return [];
    if (numberOf(container, httpGet.port) !== numberOf(container, port)) return [];
    return [{ httpGet, span: spanAt(workload, ...pods.path, 'containers', at, 'readinessProbe') }];
  });
}

/** The number of a named port; a name that no port has stays itself. */
function numberOf(container: Container, port: number | string): number | string {
  const named = listOf(container.ports).find((one) => one?.name === port);
  return named?.containerPort ?? port;
}
