/** Objects that are being deleted, and a finalizer keeps them that nobody handles. */

import type { Charge } from '../../kube/charge';
import { whoIsInCharge } from '../../kube/charge';
import type { Kube } from '../../kube/client';
import type { ClusterSnapshot } from '../../kube/snapshot';
import { type KubeObject, keyOf, type TargetGroupBinding } from '../../kube/types';
import {
  BINDING_FINALIZER,
  GROUP_FINALIZER_PREFIX,
  IMPLICIT_FINALIZER,
  SERVICE_FINALIZER,
} from '../../model/names';
import { loadOwners, type Owner, ownerKey, ownerOf, titleOf } from '../owner';

/** The code of all of them, with a section in docs/errors.md. */
export const STUCK = 'finalizer-unhandled';

export type StuckKind = 'Ingress' | 'Service' | 'TargetGroupBinding';

export interface Stuck {
  readonly code: typeof STUCK;
  readonly kind: StuckKind;
  /** `namespace/name` */
  readonly key: string;
  readonly finalizer: string;
  /** When its deletion was asked for. */
  readonly since: string;
  /** Who would have to let go, and why it does not. */
  readonly what: string;
  readonly advice: string;
}

/** How long whoever handles a finalizer may take before somebody is told. */
const PATIENCE_MS = 60_000;

interface Leaving {
  readonly kind: StuckKind;
  readonly object: KubeObject;
}

/** What a cluster keeps although it is to be deleted, without what the owners `handled` let go. Pure. */
export function stuckIn(
  cluster: ClusterSnapshot,
  handled: readonly Pick<Owner, 'leaving'>[],
  charge: Charge | undefined,
  now: Date,
  patienceMs = PATIENCE_MS,
): Stuck[] {
  const inHand = new Set(handled.flatMap(({ leaving }) => (leaving as readonly KubeObject[]).map(uidOf)));
  const known = new Set(loadOwners(cluster).map(ownerKey));
  return leavingOf(cluster)
    .filter(
      ({ object: { metadata } }) =>
        now.getTime() - Date.parse(metadata.deletionTimestamp ?? '') >= patienceMs,
    )
    .flatMap((one) => keptBy(one, { inHand, known, charge }));
}

function leavingOf({ ingresses, services, bindings = [] }: ClusterSnapshot): Leaving[] {
  const of = (kind: StuckKind, objects: Iterable<KubeObject>) =>
    [...objects]
      .filter(({ metadata }) => metadata.deletionTimestamp !== undefined)
      .map((object) => ({ kind, object }));
  return [
    ...of('Ingress', ingresses.values()),
    ...of('Service', services.values()),
    ...of('TargetGroupBinding', bindings),
  ];
}

interface Known {
  readonly inHand: ReadonlySet<string>;
  readonly known: ReadonlySet<string>;
  readonly charge: Charge | undefined;
}

function keptBy({ kind, object }: Leaving, known: Known): Stuck[] {
  const { finalizers = [], deletionTimestamp: since = '' } = object.metadata;
  return finalizers.flatMap((finalizer) => {
    const words = wordsOf(kind, object, finalizer, known);
    if (words === undefined) return [];
    return [{ code: STUCK, kind, key: keyOf(object), finalizer, since, ...words }];
  });
}

type Words = Pick<Stuck, 'what' | 'advice'>;

function wordsOf(kind: StuckKind, object: KubeObject, finalizer: string, known: Known): Words | undefined {
  if (!isControllers(finalizer)) return foreignWords(kind, object, finalizer);
  if (kind === 'TargetGroupBinding') return bindingWords(object as TargetGroupBinding, finalizer, known);
  return known.inHand.has(uidOf(object)) ? undefined : controllerWords(known.charge);
}

/** By the object, not by its name: an Ingress and a Service may share one. */
function uidOf(object: KubeObject): string {
  return object.metadata.uid ?? keyOf(object);
}

function isControllers(finalizer: string): boolean {
  const own = [IMPLICIT_FINALIZER, SERVICE_FINALIZER, BINDING_FINALIZER];
  return own.includes(finalizer) || finalizer.startsWith(GROUP_FINALIZER_PREFIX);
}

/** A binding goes with its stack; where the stack is gone already, nobody looks at it any more. */
function bindingWords(binding: TargetGroupBinding, finalizer: string, { known }: Known): Words | undefined {
  const owner = ownerOf(binding);
  if (known.has(ownerKey(owner))) return undefined;
  return {
    what: `It was made for the ${titleOf(owner)}, of which the cluster has no object any more: only a running AWS Load Balancer Controller would let it go.`,
    advice: `Start the controller, or see that the target group ${binding.spec.targetGroupARN} is gone, and then ${removal('targetgroupbinding', binding, finalizer)}.`,
  };
}

function controllerWords(charge: Charge | undefined): Words {
  if (charge?.kind === 'controller') {
    return {
      what: `The AWS Load Balancer Controller, which runs in ${charge.namespace}, has to let it go when its load balancer is deleted, and has not done so.`,
      advice: 'Its events say what stands in the way: kubectl describe, and kubectl logs of the controller.',
    };
  }
  return {
    what: 'The AWS Load Balancer Controller has to let it go when its load balancer is deleted, and none runs in the cluster.',
    advice:
      'Run `ekslb sync --all` (or keep `ekslb watch` running): it deletes the load balancer and lets the object go.',
  };
}

/** Who handles finalizers that one meets on Ingresses and Services, by their beginnings. */
const HANDLERS: readonly (readonly [RegExp, string])[] = [
  [/eks\.amazonaws\.com/, 'EKS Auto Mode'],
  [
    /^service\.kubernetes\.io\/load-balancer-cleanup$/,
    'the cloud controller manager of Kubernetes (classic and in-tree load balancers)',
  ],
  [/^networking\.gke\.io\//, 'the Ingress controller of GKE'],
  [/^(foregroundDeletion|orphan)$/, 'the garbage collector of Kubernetes'],
  [/external-dns/, 'external-dns'],
  [/crossplane/, 'Crossplane'],
  [/argocd/, 'Argo CD'],
  [/ingress\.kubernetes\.io|nginx/, 'another Ingress controller'],
];

function foreignWords(kind: StuckKind, object: KubeObject, finalizer: string): Words {
  const handler = HANDLERS.find(([pattern]) => pattern.test(finalizer))?.[1];
  const who =
    handler ??
    `a controller that is neither the AWS Load Balancer Controller nor ekslb (${finalizer.split('/')[0]})`;
  return {
    what: `Its finalizer ${finalizer} is of ${who}, which has to let it go.`,
    advice: `See that it runs and still looks after this ${kind}: it does not after its class was changed, or when it was uninstalled first. If it is gone for good, delete what it made, and then ${removal(kind.toLowerCase(), object, finalizer)}.`,
  };
}

/** The command that takes one finalizer away. */
function removal(resource: string, { metadata }: KubeObject, finalizer: string): string {
  const { namespace = 'default', name } = metadata;
  return `take the finalizer ${finalizer} away: kubectl -n ${namespace} edit ${resource} ${name}`;
}

/** The stuck objects beside a plan; who is in charge is asked only where there are any. */
export async function stuckBeside(
  kube: Kube,
  plan: { readonly cluster: ClusterSnapshot; readonly groups: readonly { readonly owner: Owner }[] },
  now = new Date(),
): Promise<Stuck[]> {
  const handled = plan.groups.map(({ owner }) => owner);
  if (stuckIn(plan.cluster, handled, undefined, now).length === 0) return [];
  return stuckIn(plan.cluster, handled, await whoIsInCharge(kube, now), now);
}

/** What still keeps an object whose load balancer is gone; nothing where it is gone itself, or is kept by the controller's finalizers. */
export function keepersOf(kind: StuckKind, object: KubeObject | undefined): Stuck[] {
  if (object?.metadata.deletionTimestamp === undefined) return [];
  const foreign = (object.metadata.finalizers ?? []).filter((one) => !isControllers(one));
  const kept = { ...object, metadata: { ...object.metadata, finalizers: foreign } };
  return keptBy({ kind, object: kept }, { inHand: new Set(), known: new Set(), charge: undefined });
}

/** "Ingress demo/web was deleted at ... and is still there", who keeps it, and what to do. */
export function stuckLines({ kind, key, since, what, advice, code }: Stuck): string[] {
  return [
    `${kind} ${key} was deleted at ${since} and is still there: nobody lets it go.`,
    what,
    advice,
    `Code: ${code}`,
  ];
}
