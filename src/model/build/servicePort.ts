import type { Service, ServicePort } from '../../kube/types';
import { keyOf } from '../../kube/types';
import { BuildError } from '../errors';

/** The port of a Service by number or name, with the controller's refusal (lbc:pkg/k8s/service_utils.go). */
export function lookupPort(service: Service, port: number | string): ServicePort {
  const found = service.spec?.ports?.find((one) =>
    typeof port === 'string' ? one.name === port : one.port === port,
  );
  if (found !== undefined) return found;
  throw new BuildError(`unable to find port ${port} on service ${keyOf(service)}`);
}
