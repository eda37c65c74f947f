/** The predecessor, alb-ingress-controller v1 (lbc:docs/deploy/upgrade/migrate_v1_v2.md). */
import { lt } from 'semver';
import type { KubeObject } from '../../kube/types';
import { keyOf } from '../../kube/types';
import { type Action, awsAction, deleteAction } from '../action';
import { callIfThere } from '../awsCall';
import {
  type Deployment,
  legacyControllersIn,
  legacyControllersSoFar,
  versionOf,
} from '../controller/deployments';
import { glance, glanceAtAll } from '../controller/look';
import { KINDS, ROLE_ANNOTATION } from '../controller/names';
import { roleName, type Setup } from '../setup';
import { isFalse, isTrue, type Step } from '../step';

/** The oldest one whose load balancers are found again by their tags. */
const TAKEN_OVER_FROM = '1.1.3';

export const legacyController: Step = {
  id: 'legacy-controller',
  title: 'No alb-ingress-controller v1',
  why: 'Two controllers would change the same load balancers against each other.',
  phase: 'controller',
  requires: ['kubeconfig'],
  async check(setup) {
    const found = await legacyControllersIn(setup);
    if (found.length === 0) return isTrue('There is no alb-ingress-controller v1.');
    const roles = await Promise.all(found.map((one) => roleOf(setup, one)));
    return isFalse(
      ...found.map((one) => `${keyOf(one)} is alb-ingress-controller ${versionOf(one)?.version ?? 'v1'}.`),
      ...found.flatMap(takeover),
      ...roles.flatMap((role) => (role === undefined ? [] : `Its IAM role is ${role}.`)),
      ...(setup.choices.replaceLegacy ? [] : ['Delete its Deployment, or choose to have it replaced.']),
    );
  },
  async plan(setup) {
    if (!setup.choices.replaceLegacy) return [];
    const found = await legacyControllersSoFar(setup);
    // Its load balancers would be left behind: a person has to update it first.
    if (found.some(isTooOld)) return [];
    return (await Promise.all(found.map((one) => removalOf(setup, one)))).flat();
  },
};

function isTooOld(deployment: Deployment): boolean {
  const version = versionOf(deployment);
  return version !== undefined && lt(version, TAKEN_OVER_FROM);
}

function takeover(deployment: Deployment): string[] {
  if (isTooOld(deployment)) {
    return [
      `Update it to ${TAKEN_OVER_FROM} or newer first: the new controller does not find load balancers of an older one, makes others, and the old ones stay and cost.`,
    ];
  }
  return [
    'The new controller takes over its load balancers and their managed security groups; Ingresses stay as they are. Its policy has to allow changing what carries the tag ingress.k8s.aws/cluster.',
    'Where a load balancer has a managed security group, the rule of the nodes that admits it needs the description elbv2.k8s.aws/targetGroupBinding=shared: without it the rule stays when the Ingress goes.',
  ];
}

interface ClusterRoleBinding extends KubeObject {
  readonly roleRef?: { readonly kind?: string; readonly name: string };
  readonly subjects?: readonly {
    readonly kind: string;
    readonly name: string;
    readonly namespace?: string;
  }[];
}

/** Its pods first; then what they could do, in the cluster and in AWS. */
async function removalOf(setup: Setup, deployment: Deployment): Promise<Action[]> {
  const bindings = await bindingsOf(setup, deployment);
  const account = accountOf(deployment);
  const objects: KubeObject[] = [
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: placeOf(deployment) },
    ...bindings.map(({ metadata }) => rbac('ClusterRoleBinding', metadata.name)),
    ...bindings.flatMap(({ roleRef }) => (roleRef === undefined ? [] : rbac('ClusterRole', roleRef.name))),
    ...(account === undefined ? [] : [{ apiVersion: 'v1', kind: 'ServiceAccount', metadata: account }]),
  ];
  const deletions = objects.map((object) =>
    deleteAction(`Delete ${object.kind} ${keyOf(object)}`, object, `${object.kind} ${keyOf(object)}`),
  );
  const role = await roleOf(setup, deployment);
  return [...deletions, ...(role === undefined ? [] : await roleRemoval(setup, nameIn(role)))];
}

function placeOf({ metadata: { namespace = 'default', name } }: Deployment) {
  return { namespace, name };
}

function rbac(kind: string, name: string): KubeObject {
  return { apiVersion: 'rbac.authorization.k8s.io/v1', kind, metadata: { name } };
}

/** The service account of its own; `default` is everybody's. */
function accountOf({ metadata, spec }: Deployment): { namespace: string; name: string } | undefined {
  const name = spec?.template?.spec?.serviceAccountName;
  if (name === undefined || name === 'default') return undefined;
  return { namespace: metadata.namespace ?? 'default', name };
}

/** Bindings that are for its service account alone. */
async function bindingsOf(setup: Setup, deployment: Deployment): Promise<ClusterRoleBinding[]> {
  const account = accountOf(deployment);
  const all = await glanceAtAll<ClusterRoleBinding>(setup, KINDS.ClusterRoleBinding);
  return all.filter(
    ({ subjects = [], roleRef }) =>
      roleRef?.name !== 'cluster-admin' &&
      subjects.length > 0 &&
      subjects.every((one) => one.name === account?.name && one.namespace === account.namespace),
  );
}

/** ARN of the role in the annotation of its service account, unless it is the one of this setup. */
async function roleOf(setup: Setup, deployment: Deployment): Promise<string | undefined> {
  const account = accountOf(deployment);
  if (account === undefined) return undefined;
  const found = await glance(setup, KINDS.ServiceAccount, account.namespace, account.name);
  const arn = found?.metadata.annotations?.[ROLE_ANNOTATION];
  return arn === undefined || nameIn(arn) === roleName(setup) ? undefined : arn;
}

const nameIn = (arn: string) => arn.split('/').at(-1) ?? arn;

/** IAM deletes a role only when nothing is attached to it. Nothing where it is gone already. */
async function roleRemoval({ aws }: Setup, RoleName: string): Promise<Action[]> {
  const attached = await callIfThere(aws, 'iam', 'ListAttachedRolePolicies', { RoleName });
  if (attached === undefined) return [];
  const inline = await callIfThere(aws, 'iam', 'ListRolePolicies', { RoleName });
  const detaching = (attached.AttachedPolicies ?? []).map(({ PolicyArn }) =>
    awsAction(`Detach ${PolicyArn} from ${RoleName}`, 'iam', 'DetachRolePolicy', { RoleName, PolicyArn }),
  );
  const deleting = (inline?.PolicyNames ?? []).map((PolicyName) =>
    awsAction(
      `Delete the inline policy ${PolicyName} of ${RoleName}`,
      'iam',
      'DeleteRolePolicy',
      { RoleName, PolicyName },
      { loses: `inline policy ${PolicyName} of the role ${RoleName}` },
    ),
  );
  const last = awsAction(
    `Delete the IAM role ${RoleName}`,
    'iam',
    'DeleteRole',
    { RoleName },
    {
      loses: `IAM role ${RoleName}`,
    },
  );
  return [...detaching, ...deleting, last];
}
