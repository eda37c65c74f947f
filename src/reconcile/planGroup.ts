import type { ClusterSnapshot } from '../kube/snapshot';
import { BINDING, LISTENER, refTo } from '../model/stack';
import type { Step } from './change';
import { endpointsOf } from './endpoints';
import type { Observed } from './observe';
import { planAddOns } from './resources/addOns';
import { bindingName, bindingOf, planBindings } from './resources/binding';
import type { StackContext } from './resources/context';
import { planFrontendTargets } from './resources/frontendTargets';
import { planListeners } from './resources/listener';
import { planRules } from './resources/listenerRule';
import { planLoadBalancer } from './resources/loadBalancer';
import { planSecurityGroups } from './resources/securityGroup';
import { planTargetGroups } from './resources/targetGroup';
import { planTargets } from './resources/targets';

/** Steps that bring a stack up, and those that remove what it no longer has; the latter run when everything else is done. */
export interface StackPlan {
  readonly steps: readonly Step[];
  readonly cleanup: readonly Step[];
}

/**
 * The changes that turn what exists into what is wanted. Pure. The order is that of lbc:pkg/deploy/stack_deployer.go:
 * what others need comes first, what others may still use goes last.
 */
export function planStack(context: StackContext, observed: Observed, cluster: ClusterSnapshot): StackPlan {
  const groups = planSecurityGroups(context, observed.securityGroups);
  const targetGroups = planTargetGroups(context, observed.targetGroups, observed.targetGroupAttributes);
  const loadBalancer = planLoadBalancer(context, observed.loadBalancers, observed.loadBalancerDetails);
  const frontend = planFrontendTargets(context, targetGroups.leaving, observed.targets);
  const listeners = planListeners(context, observed.listeners, observed.listenerDetails);
  const bindings = planBindings(context, observed.bindings);
  const steps: Step[] = [
    parallel('Security groups', groups.changes),
    parallel('Target groups', targetGroups.changes),
    parallel('Front-end targets that go', frontend.surplus),
    sequence('Load balancers that go', loadBalancer.surplus),
    sequence('Load balancer', loadBalancer.changes),
    sequence('Listeners that go', listeners.surplus),
    parallel('Listeners', listeners.changes),
    ...rulesByListener(context, observed),
    parallel('Bindings', bindings.changes),
    parallel('Targets', targetsOf(context, observed, cluster)),
    sequence('Web ACL and Shield', planAddOns(context, observed.addOns)),
    parallel('Front-end targets', frontend.changes),
  ];
  const cleanup: Step[] = [
    parallel('Bindings that go', bindings.surplus),
    parallel('Target groups that go', targetGroups.surplus),
    parallel('Security groups that go', groups.surplus),
  ];
  return { steps: steps.filter(isNotEmpty), cleanup: cleanup.filter(isNotEmpty) };
}

function parallel(title: string, changes: Step['changes']): Step {
  return { title, order: 'parallel', changes };
}

function sequence(title: string, changes: Step['changes']): Step {
  return { title, order: 'sequence', changes };
}

function isNotEmpty({ changes }: Step): boolean {
  return changes.length > 0;
}

/** The rules of all listeners: first those move that only change their places, then the others are set, then what is left goes. */
function rulesByListener(context: StackContext, observed: Observed): Step[] {
  const plans = Object.entries(context.stack.resources[LISTENER] ?? {}).map(([id, { spec }]) => {
    const arn = refTo(LISTENER, id, 'listenerARN');
    const actual = observed.rules.get(context.outputs.find(arn) ?? '') ?? [];
    return planRules(context, arn, `${spec.protocol}:${spec.port}`, actual);
  });
  return [
    parallel(
      'Rules that move',
      plans.flatMap(({ moves }) => moves),
    ),
    parallel(
      'Rules',
      plans.flatMap(({ sets }) => sets),
    ),
    parallel(
      'Rules that go',
      plans.flatMap(({ surplus }) => surplus),
    ),
  ];
}

function targetsOf(context: StackContext, observed: Observed, cluster: ClusterSnapshot): Step['changes'] {
  return Object.entries(context.stack.resources[BINDING] ?? {}).flatMap(([id, { spec }]) => {
    if (observed.trusted.has(id)) return [];
    const { spec: binding } = spec.template;
    const name = bindingName(id, spec, context.outputs);
    const targetGroup = binding.targetGroupARN;
    const arn = context.outputs.find(targetGroup);
    const wanted = endpointsOf(cluster, name.namespace, binding).targets;
    const current = arn === undefined ? undefined : observed.targets.get(arn);
    const shared =
      binding.multiClusterTargetGroup === true
        ? { binding: name, tracked: observed.tracked.get(id) }
        : undefined;
    const noted = bindingOf(observed.bindings, arn, spec);
    return planTargets({ targetGroup, name: id, wanted, current, shared, noted });
  });
}
