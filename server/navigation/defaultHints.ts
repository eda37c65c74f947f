/** Defaults that people do not expect: how pods are reached, and what a certificate does to the listeners. */

import { CONTROLLERS } from '../../src/annotations/controllers';
import { defaultOf } from '../../src/annotations/read';
import type { IngressClassParams } from '../../src/kube/types';
import type { CheckContext } from '../checks/context';
import type { IngressSubject } from '../checks/subject';
import { entryOf, readValue, serviceBackends } from '../checks/subject';
import type { GroupRules } from './groupRules';
import type { Hint } from './hint';
import { writtenAt } from './symbol';

type Params = IngressClassParams['spec'] | undefined;

export function defaultHints(
  ingress: IngressSubject,
  group: GroupRules | undefined,
  context: CheckContext,
): Hint[] {
  const { params: found, ingressClass } = context.classOf(ingress);
  // EKS Auto Mode has defaults of its own.
  const isAuto =
    context.profile.autoMode === true || ingressClass?.value.spec?.controller === CONTROLLERS.autoMode;
  if (group === undefined || isAuto) return [];
  const params = found?.value.spec;
  return [...targetTypeHints(ingress, params, context), ...certificateHints(ingress, params, group)];
}

/** Once for each Service that is known: of others nobody can tell what their annotations say. */
function targetTypeHints(ingress: IngressSubject, params: Params, context: CheckContext): Hint[] {
  if (params?.targetType || entryOf(ingress, 'target-type') !== undefined) return [];
  const seen = new Set<string>();
  return serviceBackends(ingress).flatMap(({ name, path }) => {
    const service = seen.has(name) ? undefined : context.service(ingress, name);
    seen.add(name);
    const written = writtenAt(ingress.located, [...path, 'service', 'name']);
    if (service === undefined || written === undefined || entryOf(service, 'target-type') !== undefined)
      return [];
    return [
      {
        behind: { at: ingress.located, span: written.span },
        label: `target-type: ${defaultOf('target-type')}`,
        tooltip:
          'Nothing sets `target-type`, so requests go to the node port of every node, unless the controller was started with another `--default-target-type`.',
      },
    ];
  });
}

function certificateHints(ingress: IngressSubject, params: Params, group: GroupRules): Hint[] {
  const entry = entryOf(ingress, 'certificate-arn');
  if (entry === undefined || entry.value === '') return [];
  const parts = [
    ...(entryOf(ingress, 'listen-ports') === undefined ? ['listen-ports: HTTPS 443 only'] : []),
    ...(!isSecure(ingress) || hasPolicy(params, group) ? [] : [`ssl-policy: ${defaultOf('ssl-policy')}`]),
  ];
  if (parts.length === 0) return [];
  return [
    {
      behind: { at: ingress.located, span: entry.valueSpan },
      label: parts.join(', '),
      tooltip:
        'What holds because the annotation is not there. With a certificate and without `listen-ports` there is no listener on port 80.',
    },
  ];
}

/** Any member of the group may set it for a listener. */
function hasPolicy(params: Params, { members }: GroupRules): boolean {
  return Boolean(params?.sslPolicy) || members.some((member) => entryOf(member, 'ssl-policy') !== undefined);
}

/** Whether it has an HTTPS listener: with a certificate it has one unless it says otherwise. */
function isSecure(ingress: IngressSubject): boolean {
  if (entryOf(ingress, 'listen-ports') === undefined) return true;
  return (readValue(ingress, 'listen-ports') ?? []).some((entry) => Object.hasOwn(entry, 'HTTPS'));
}
