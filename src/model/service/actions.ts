import type { ServiceAction } from '../../annotations/serviceFamilies';
import type { Service } from '../../kube/types';
import { compact } from '../build/exclusive';
import { lookupPort } from '../build/servicePort';
import { BuildError, sorted } from '../errors';
import type { Action, Token } from '../stack';
import { identityOf, type NetworkFacts, type ServiceBuild } from './context';
import type { ListenPort } from './listenPorts';
import { buildTargetGroup } from './targetGroup';

type Forward = NonNullable<ServiceAction['forwardConfig']>;
type Tuple = NonNullable<Forward['targetGroups']>[number];

/** A forward to the Service's own pods and others'. Source: lbc:pkg/service/model_build_listener.go buildListenerDefaultActionsViaAnnotation. */
export function weightedForward(
  build: ServiceBuild,
  facts: NetworkFacts,
  listen: ListenPort,
  action: ServiceAction,
): Action {
  const forward = checkedForward(action);
  const tuples = forward.targetGroups ?? [];
  const services = servicesOf(build, tuples);
  const own = { service: build.service, port: listen.port, protocol: listen.targetProtocol };
  const first = compact({
    targetGroupARN: buildTargetGroup(build, facts, own, 'own'),
    weight: forward.baseServiceWeight,
  });
  const others = tuples.map((tuple) =>
    compact({
      targetGroupARN: targetGroupOf(build, facts, listen.protocol, tuple, services),
      weight: tuple.weight,
    }),
  );
  const { enabled } = forward.targetGroupStickinessConfig ?? {};
  const stickiness = forward.targetGroupStickinessConfig && compact({ enabled });
  const targetGroups = [first, ...others];
  return {
    type: 'forward',
    forwardConfig: compact({ targetGroups, targetGroupStickinessConfig: stickiness }),
  };
}

/** lbc:pkg/service/config_types.go; the controller stops dead where `forwardConfig` is missing. */
function checkedForward({ type = '', forwardConfig }: ServiceAction): Forward {
  if (type !== 'forward') throw new BuildError(`unknown action type: ${type}`);
  if (forwardConfig === undefined) throw new BuildError('missing ForwardConfig');
  const tuples = forwardConfig.targetGroups ?? [];
  for (const tuple of tuples) {
    const problem = tupleProblem(tuple);
    if (problem !== undefined)
      throw new BuildError(`invalid ForwardConfig: invalid TargetGroupTuple: ${problem}`);
  }
  if (tuples.length > 1 && tuples.some(({ weight }) => weight === undefined)) {
    throw new BuildError('invalid ForwardConfig: weight must be set when routing to multiple target groups');
  }
  return forwardConfig;
}

function tupleProblem({ targetGroupARN, serviceName, servicePort, weight }: Tuple): string | undefined {
  if ((targetGroupARN === undefined) === (serviceName === undefined)) {
    return 'precisely one of targetGroupARN and serviceName can be specified';
  }
  if (serviceName !== undefined && servicePort === undefined) return 'missing servicePort';
  return weight !== undefined && (weight < 0 || weight > 999)
    ? 'target group weight must be between 0 and 999'
    : undefined;
}

/** All Services that the action names, by name. */
function servicesOf({ lookups, service }: ServiceBuild, tuples: readonly Tuple[]): Map<string, Service> {
  const names = sorted(tuples.flatMap(({ serviceName }) => (serviceName === undefined ? [] : [serviceName])));
  const { namespace } = identityOf(service);
  return new Map(
    names.map((name) => {
      const found = lookups.service(`${namespace}/${name}`);
      if (found === undefined) throw new BuildError(`Service "${name}" not found`);
      return [name, found];
    }),
  );
}

/** Other Services get what the listener gets, without TLS where `decrypt` says so. */
function targetGroupOf(
  build: ServiceBuild,
  facts: NetworkFacts,
  listenerProtocol: string,
  { targetGroupARN, serviceName = '', servicePort = 0, decrypt = false }: Tuple,
  services: ReadonlyMap<string, Service>,
): Token {
  const service = services.get(serviceName);
  if (targetGroupARN !== undefined || service === undefined) return targetGroupARN ?? '';
  const protocol = listenerProtocol === 'TLS' && decrypt ? 'TCP' : listenerProtocol;
  const backend = { service, port: lookupPort(service, servicePort), protocol };
  return buildTargetGroup(build, facts, backend, 'weighted');
}
