/** The parts that sample applications are made of. */
import type { Ingress, KubeObject, Service, ServicePort } from '../../kube/types';
import { MANAGER, MANAGER_LABEL } from '../controller/names';

/** Apache, from the copy of Docker's official images in ECR Public. */
export const HTTPD = 'public.ecr.aws/docker/library/httpd:2.4';

export interface Place {
  readonly namespace: string;
  readonly name: string;
}

export interface Program {
  readonly image: string;
  readonly port: number;
  readonly replicas: number;
  readonly command?: readonly string[];
}

const label = (name: string) => ({ 'app.kubernetes.io/name': name });

export function namespaceNamed(name: string): KubeObject {
  // By the label it is known again: one that was there before is not taken away.
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { [MANAGER_LABEL]: MANAGER } } };
}

export function deploymentOf(
  place: Place,
  app: string,
  program: Program,
): KubeObject & { readonly spec: object } {
  const { image, port, replicas, command } = program;
  const container = {
    ...{ name: app, image },
    ...(command === undefined ? {} : { command }),
    ports: [{ containerPort: port }],
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: place,
    spec: {
      replicas,
      selector: { matchLabels: label(app) },
      template: { metadata: { labels: label(app) }, spec: { containers: [container] } },
    },
  };
}

export function serviceOf(
  place: Place,
  app: string,
  port: ServicePort,
  more: Partial<NonNullable<Service['spec']>> & { readonly type: string },
  annotations: Readonly<Record<string, string>> = {},
): Service {
  const said = Object.keys(annotations).length === 0 ? {} : { annotations };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { ...place, ...said },
    spec: { ...more, selector: label(app), ports: [port] },
  };
}

export interface Route {
  readonly host?: string;
  readonly path: string;
  readonly service: string;
  readonly port: number;
}

/** One rule per route, in their order. */
export function ingressOf(
  place: Place,
  className: string,
  annotations: Readonly<Record<string, string>>,
  routes: readonly Route[],
): Ingress {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { ...place, annotations: prefixed(annotations) },
    spec: {
      ingressClassName: className,
      rules: routes.map(({ host, path, service, port }) => ({
        ...(host === undefined ? {} : { host }),
        http: {
          paths: [
            { path, pathType: 'Prefix', backend: { service: { name: service, port: { number: port } } } },
          ],
        },
      })),
    },
  };
}

function prefixed(annotations: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(annotations).map(([suffix, value]) => [`alb.ingress.kubernetes.io/${suffix}`, value]),
  );
}
