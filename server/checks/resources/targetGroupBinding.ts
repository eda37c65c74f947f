/** TargetGroupBindings that people write themselves, for target groups that exist already. */
import type { Service, TargetGroupBinding } from '../../../src/kube/types';
import { setField } from '../../edits';
import type { CheckContext } from '../context';
import type { Finding } from '../finding';
import { offer } from '../finding';
import { listed, missing } from '../references/names';
import { likely } from '../references/ports';
import { portOf, portsOf } from '../references/target';
import type { Subject } from '../subject';
import { nameSpan, spanAt, subjectOf } from '../subject';

export function checkBinding(subject: Subject<TargetGroupBinding>, context: CheckContext): Finding[] {
  const name: unknown = subject.value.spec?.serviceRef?.name;
  if (typeof name !== 'string') return [];
  const [found] = context.workspace.findObject('Service', name, subject.located);
  if (found === undefined) return checkMissing(name, subject, context);
  const service = subjectOf<Service>(found);
  return context.assembled(service) ? [] : [...checkPort(subject, service), ...checkType(subject, service)];
}

function checkMissing(name: string, subject: Subject<TargetGroupBinding>, context: CheckContext): Finding[] {
  const found = missing('Service', name, subject, context);
  if (found === undefined) return [];
  const { near } = found;
  const path = ['spec', 'serviceRef', 'name'];
  const meant = near?.object.name;
  return [
    {
      code: 'binding-service-not-found',
      span: spanAt(subject, ...path),
      message: `There is no Service \`${name}\` beside the TargetGroupBinding.`,
      advice: meant === undefined ? 'Check the name, or add the Service.' : `Did you mean \`${meant}\`?`,
      related:
        near === undefined
          ? []
          : [{ at: near.located, span: nameSpan(near), message: 'This Service exists' }],
      ...(meant === undefined ? {} : offer(`Change to \`${meant}\``, setField(subject.object, path, meant))),
    },
  ];
}

/** lbc:pkg/backend/endpoint_resolver.go: the port of the Service by number or name. */
function checkPort(subject: Subject<TargetGroupBinding>, service: Subject<Service>): Finding[] {
  const { port } = subject.value.spec.serviceRef;
  const ports = portsOf(service);
  if (ports.length === 0 || port === undefined || portOf(service, port) !== undefined) return [];
  const path = ['spec', 'serviceRef', 'port'];
  const meant = likely(port, service);
  return [
    {
      code: 'binding-port-not-found',
      span: spanAt(subject, ...path),
      message: `Service \`${service.label}\` has no port \`${port}\`.`,
      advice: `It has ${listed(ports.map((one) => one.name ?? one.port))}.`,
      related: [{ at: service.located, span: spanAt(service, 'spec', 'ports'), message: 'Its ports' }],
      ...(meant === undefined ? {} : offer(`Change to \`${meant}\``, setPort(subject, path, meant))),
    },
  ];
}

/** A number must not get the quotes of a name, nor the other way round. */
function setPort(
  { object }: Subject,
  path: readonly string[],
  port: number | string,
): ReturnType<typeof setField> {
  const edit = setField(object, path, String(port));
  return edit === undefined ? undefined : { ...edit, newText: String(port) };
}

/** lbc:pkg/backend/endpoint_resolver.go ResolveNodePortEndpoints: `service type must be either 'NodePort' or 'LoadBalancer'`. */
function checkType(subject: Subject<TargetGroupBinding>, service: Subject<Service>): Finding[] {
  const type = service.value.spec?.type ?? 'ClusterIP';
  if (subject.value.spec.targetType !== 'instance' || type === 'NodePort' || type === 'LoadBalancer')
    return [];
  return [
    {
      code: 'binding-not-node-port',
      span: spanAt(subject, 'spec', 'targetType'),
      message: `Service \`${service.label}\` is of type ${type}, but the target type is \`instance\`.`,
      advice: 'Make the Service one of type NodePort; the target type of a target group cannot be changed.',
      related: [{ at: service.located, span: spanAt(service, 'spec', 'type'), message: 'Its type' }],
    },
  ];
}
