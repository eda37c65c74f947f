import { isGone, targetHealth } from '../../aws/elbv2';
import { createObject, deleteObject, KubeError, mergePatch } from '../../kube/client';
import { RESOURCES } from '../../kube/resources';
import type { TargetGroupBinding } from '../../kube/types';
import { keyOf } from '../../kube/types';
import { BINDING_FINALIZER, type StackIdentity, stackLabels } from '../../model/names';
import { BINDING, type BindingSpec, refTo } from '../../model/stack';
import { type Change, diffRecords, type Outputs, type Run } from '../change';
import { targetText } from '../endpoints';
import { kubeOf, type StackContext } from './context';
import { deregisterTargets, targetOf } from './targets';
import { deleteTracked, readTracked } from './trackedTargets';

const WHAT = 'TargetGroupBinding';

/**
 * Bindings are matched by their target group: one that was made under another name keeps it. One whose target group is
 * yet to be made is matched by its name. Source: lbc:pkg/deploy/elbv2/target_group_binding_synthesizer.go.
 */
export function planBindings(
  context: StackContext,
  actual: readonly TargetGroupBinding[],
): { changes: Change[]; surplus: Change[] } {
  const resources = Object.entries(context.stack.resources[BINDING] ?? {});
  const kept = new Set<TargetGroupBinding>();
  const changes = resources.flatMap(([id, { spec }]) => {
    const match = bindingOf(actual, context.outputs.find(spec.template.spec.targetGroupARN), spec);
    if (match !== undefined) {
      kept.add(match);
      context.outputs.put(refTo(BINDING, id, 'name'), match.metadata.name);
    }
    const made = match === undefined ? [createBinding(context, spec)] : updateBinding(context, spec, match);
    return made.map((change) => ({ ...change, of: { type: BINDING, id } }));
  });
  const served = new Set([...kept].map(({ spec }) => spec.targetGroupARN));
  const surplus = actual.filter((one) => !kept.has(one));
  // A second binding of a target group that stays must not take its targets away.
  return {
    changes,
    surplus: surplus.map((one) =>
      deleteBinding(one, served.has(one.spec.targetGroupARN) ? 'kept' : 'drained'),
    ),
  };
}

/** The binding that serves a target group of a stack; where several do, that with the name of the model. */
export function bindingOf(
  actual: readonly TargetGroupBinding[],
  targetGroupArn: string | undefined,
  { template }: BindingSpec,
): TargetGroupBinding | undefined {
  const named = actual.find((one) => keyOf(one) === keyOf(template));
  if (targetGroupArn === undefined || named?.spec.targetGroupARN === targetGroupArn) return named;
  return actual.find(({ spec }) => spec.targetGroupARN === targetGroupArn) ?? named;
}

/** Namespace and name of a binding of a stack: those that it has in the cluster, else those of the model. */
export function bindingName(
  id: string,
  { template }: BindingSpec,
  outputs: Pick<Outputs, 'find'>,
): { readonly namespace: string; readonly name: string } {
  const { namespace, name } = template.metadata;
  return { namespace, name: outputs.find(refTo(BINDING, id, 'name')) ?? name };
}

/** Bindings that carry the labels of a stack. */
export function bindingsOfStack(
  all: readonly TargetGroupBinding[],
  stack: StackIdentity,
): TargetGroupBinding[] {
  const labels = Object.entries(stackLabels(stack));
  return all.filter(({ metadata }) => labels.every(([key, value]) => metadata.labels?.[key] === value));
}

/** The object's spec with all references resolved. */
export function resolveBinding(spec: BindingSpec, resolve: Outputs['need']): TargetGroupBinding['spec'] {
  const { targetGroupARN, networking, ...rest } = spec.template.spec;
  const ingress = networking?.ingress.map(({ from, ports }) => ({
    from: from.map((peer) =>
      peer.securityGroup === undefined
        ? peer
        : { securityGroup: { groupID: resolve(peer.securityGroup.groupID) } },
    ),
    ports,
  })) as NonNullable<TargetGroupBinding['spec']['networking']>['ingress'] | undefined;
  return {
    ...rest,
    targetGroupARN: resolve(targetGroupARN),
    ...(ingress === undefined ? {} : { networking: { ingress } }),
  };
}

function createBinding(context: StackContext, spec: BindingSpec): Change {
  const { metadata, spec: own } = spec.template;
  return {
    ...{ kind: 'create', what: WHAT, name: keyOf(spec.template) },
    fields: [{ path: 'Service', after: `${own.serviceRef.name}:${own.serviceRef.port}` }],
    async apply(run) {
      const object = {
        apiVersion: 'elbv2.k8s.aws/v1beta1',
        kind: WHAT,
        metadata: { ...metadata, labels: stackLabels(context.stack), finalizers: [BINDING_FINALIZER] },
        spec: resolveBinding(spec, run.outputs.need),
      };
      try {
        await createObject(kubeOf(run), RESOURCES.TargetGroupBinding, object);
      } catch (error) {
        if (!(error instanceof KubeError) || error.reason !== 'AlreadyExists') throw error;
        await mergePatch(kubeOf(run), RESOURCES.TargetGroupBinding, metadata, { spec: object.spec });
      }
    },
  };
}

function updateBinding(context: StackContext, spec: BindingSpec, actual: TargetGroupBinding): Change[] {
  const unresolved = (token: Parameters<Outputs['find']>[0]) => context.outputs.find(token) ?? '(new)';
  const fields = diffRecords('', actual.spec as unknown as Record<string, unknown>, {
    ...resolveBinding(spec, unresolved),
  });
  const bare = actual.metadata.finalizers?.includes(BINDING_FINALIZER) !== true;
  if (fields.length === 0 && !bare) return [];
  return [
    {
      ...{ kind: 'update', what: WHAT, name: keyOf(actual), fields },
      async apply(run) {
        const wanted = resolveBinding(spec, run.outputs.need);
        // Members that are no longer wanted are removed by null, as a merge patch does it.
        const dropped = Object.fromEntries(Object.keys(actual.spec).map((key) => [key, null]));
        const finalizers = [...new Set([...(actual.metadata.finalizers ?? []), BINDING_FINALIZER])];
        const { resourceVersion } = actual.metadata;
        const patch = { metadata: { finalizers, resourceVersion }, spec: { ...dropped, ...wanted } };
        await mergePatch(kubeOf(run), RESOURCES.TargetGroupBinding, actual.metadata, patch);
      },
    },
  ];
}

/** Takes the binding's targets out of service first, unless another one keeps them; only then the object may go. */
export function deleteBinding(binding: TargetGroupBinding, targets: 'drained' | 'kept'): Change {
  const { namespace, name } = binding.metadata;
  const arn = binding.spec.targetGroupARN;
  return {
    ...{ kind: 'delete', what: WHAT, name: keyOf(binding), arn, fields: [] },
    async apply(run) {
      const kube = kubeOf(run);
      if (targets === 'drained') await drain(run, binding);
      if (binding.spec.multiClusterTargetGroup === true) await deleteTracked(kube, binding.metadata);
      await deleteObject(kube, RESOURCES.TargetGroupBinding, namespace, name);
      const finalizers = (binding.metadata.finalizers ?? []).filter((one) => one !== BINDING_FINALIZER);
      await gone(
        mergePatch(kube, RESOURCES.TargetGroupBinding, binding.metadata, { metadata: { finalizers } }),
      );
    },
  };
}

/** Of a target group that other clusters use, too, only the targets of this one. */
async function drain(run: Run, { metadata, spec }: TargetGroupBinding): Promise<void> {
  const { targetGroupARN: arn, multiClusterTargetGroup: shared } = spec;
  try {
    const current = await targetHealth(run.aws, arn);
    const targets = current.map(targetOf);
    const own = shared === true ? await readTracked(kubeOf(run), metadata) : undefined;
    const going = shared === true ? targets.filter((one) => own?.has(targetText(one))) : targets;
    await deregisterTargets(run.aws, arn, going);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

async function gone(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof KubeError) || error.status !== 404) throw error;
  }
}
