import { coerce, gt, lt } from 'semver';
import { UserError } from '../../errors';
import { keyOf } from '../../kube/types';
import { type Action, applyAction, deleteAction, laterIn } from '../action';
import { OWN_CONTROLLER } from '../controller/autoMode';
import {
  argumentOf,
  chosen,
  controllersIn,
  controllersSoFar,
  type Deployment,
  versionOf,
} from '../controller/deployments';
import { helmUninstall, helmUpgrade } from '../controller/helm';
import { heldByController, look, present, some } from '../controller/look';
import { controllerObjects, wantedArguments } from '../controller/manifests';
import { CONTROLLER, KINDS, MANAGER_LABEL, SELECTOR, WEBHOOKS } from '../controller/names';
import { foreignTrust, webhooksOf } from '../controller/webhookState';
import { isAutoMode, kubeIfThere, type Setup } from '../setup';
import { type Check, isFalse, type Step, verdict } from '../step';

export const controllerRelease: Step = {
  id: 'controller',
  title: 'AWS Load Balancer Controller',
  why: 'It makes load balancers of Ingresses and Services and keeps pods registered in their target groups.',
  phase: 'controller',
  // Permissions and kinds of a newer release come before it: with the old ones it fails at what is new in it.
  requires: ['iam-policy', 'service-account', 'crds', 'legacy-controller', 'webhook-certificate'],
  async skip(setup) {
    if (!(await isAutoMode(setup))) return undefined;
    const beside = await controllersSoFar(setup);
    return beside.length === 0 ? OWN_CONTROLLER : undefined;
  },
  async check(setup) {
    const found = await controllersIn(setup);
    if (await isAutoMode(setup)) return besideAutoMode(found);
    const crowd = crowdOf(setup, found);
    if (crowd.length > 0) return isFalse(...crowd);
    const own = chosen(setup, found);
    if (own === undefined) return isFalse('There is no AWS Load Balancer Controller in the cluster.');
    return verdict(await differences(setup, own), ...facts(setup, own));
  },
  async plan(setup) {
    const found = await controllersSoFar(setup);
    // Which of them is to go, and what its load balancers are, only a person knows.
    if (crowdOf(setup, found).length > 0 || (await isAutoMode(setup))) return [];
    return installation(setup, chosen(setup, found));
  },
  undo: removal,
};

function besideAutoMode(found: readonly Deployment[]): Check {
  return isFalse(
    ...found.map((one) => `${keyOf(one)} runs beside EKS Auto Mode: two controllers in one cluster.`),
    'Where both take care of the same class or Service, each undoes what the other does. Remove it when nothing needs it any more, or leave it classes of its own.',
  );
}

/** Controllers that are not the one of the choices. */
function crowdOf(setup: Setup, found: readonly Deployment[]): string[] {
  const own = chosen(setup, found);
  const others = found.filter((one) => one !== own);
  const { namespace } = setup.choices;
  if (found.length > 1) {
    return [
      `There are ${found.length} controllers: ${found.map(keyOf).join(', ')}. A cluster has one: they would undo each other's security group rules and targets.`,
      'Delete all but one; load balancers are taken over.',
    ];
  }
  return others.map(
    (one) =>
      `The controller is ${keyOf(one)}, not ${namespace}/${CONTROLLER}: choose its namespace, or remove it first.`,
  );
}

function facts({ choices }: Setup, own: Deployment): string[] {
  const version = versionOf(own);
  const newer = version !== undefined && gt(version, wantedRelease(choices.controllerVersion));
  return [
    `${keyOf(own)} is ${version?.version ?? 'of an unknown version'}.`,
    ...(newer ? [`That is newer than ${choices.controllerVersion}, and stays.`] : []),
  ];
}

const wantedRelease = (version: string) => coerce(version)?.version ?? version;

/** In what it is not as it should be. */
async function differences(setup: Setup, own: Deployment): Promise<string[]> {
  const { controllerVersion, serviceAccount } = setup.choices;
  const version = versionOf(own);
  const account = own.spec?.template?.spec?.serviceAccountName ?? 'default';
  return [
    ...(version !== undefined && lt(version, wantedRelease(controllerVersion))
      ? [
          `${keyOf(own)} is ${version.version}, older than ${controllerVersion}. Before the upgrade come the permissions of the new release (iam-policy) and its kinds (crds).`,
        ]
      : []),
    ...(await argumentDifferences(setup, own)),
    ...(account === serviceAccount
      ? []
      : [`The pods of ${keyOf(own)} run as the service account ${account}, not ${serviceAccount}.`]),
    ...(await bundleDifference(setup)),
  ];
}

async function argumentDifferences(setup: Setup, own: Deployment): Promise<string[]> {
  return Object.entries(await wantedArguments(setup)).flatMap(([name, wanted]) => {
    const has = argumentOf(own, name);
    if (has === wanted || laterIn(wanted).length > 0) return [];
    const said = has === undefined ? missing(name, wanted) : `has --${name}=${has}, not ${wanted}.`;
    return [`${keyOf(own)} ${said}`];
  });
}

function missing(name: string, wanted: string): string {
  const start = `has no --${name} (${wanted})`;
  return name.startsWith('aws-')
    ? `${start}: it asks the metadata of its node, which pods cannot reach with a hop limit of 1 or on Fargate.`
    : `${start}.`;
}

/** Nobody but this step tells the webhooks of a new certificate, unless cert-manager does; the chart does it when it is installed again. */
async function bundleDifference(setup: Setup): Promise<string[]> {
  const { install, webhookCertificate } = setup.choices;
  if (webhookCertificate !== 'self-signed') return [];
  const [mutating, validating] = await Promise.all(
    [KINDS.MutatingWebhookConfiguration, KINDS.ValidatingWebhookConfiguration].map((kind) =>
      look(setup, kind, undefined, WEBHOOKS),
    ),
  );
  if (install === 'manifest' && (mutating === undefined || validating === undefined)) {
    return [`There is no webhook configuration ${WEBHOOKS} of each kind.`];
  }
  return foreignTrust(setup, await webhooksOf(setup));
}

async function installation(setup: Setup, own: Deployment | undefined): Promise<Action[]> {
  const release = releaseFor(setup, own);
  const first = own === undefined || sameSelector(own) ? [] : [replacement(own)];
  if (setup.choices.install === 'helm') {
    const adopt = own !== undefined && own.metadata.labels?.[MANAGER_LABEL] !== 'Helm';
    return [...first, await helmUpgrade(setup, release, adopt)];
  }
  const objects = await controllerObjects(setup, release);
  return [...first, applyAction(`Install AWS Load Balancer Controller ${release}`, objects)];
}

/** One that is newer is never taken back. */
function releaseFor({ choices }: Setup, own: Deployment | undefined): string {
  const wanted = wantedRelease(choices.controllerVersion);
  const version = own === undefined ? undefined : versionOf(own);
  return version !== undefined && gt(version, wanted) ? version.version : wanted;
}

/** The API server does not let a selector be changed. */
function sameSelector({ spec }: Deployment): boolean {
  const labels = Object.entries(spec?.selector?.matchLabels ?? {});
  return (
    labels.length === Object.keys(SELECTOR).length &&
    labels.every(([name, value]) => SELECTOR[name] === value)
  );
}

function replacement(own: Deployment): Action {
  const object = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: own.metadata };
  return deleteAction(
    `Delete the Deployment ${keyOf(own)}, whose selector cannot be changed`,
    object,
    `Deployment ${keyOf(own)}; until the new one is ready Ingresses cannot be written`,
  );
}

async function removal(setup: Setup): Promise<readonly Action[]> {
  const kube = await kubeIfThere(setup);
  if (kube === undefined || (await isAutoMode(setup))) return [];
  const own = chosen(setup, await controllersIn(setup));
  const objects = own?.metadata.labels?.[MANAGER_LABEL] === 'Helm' ? [] : await oursIn(setup);
  if (own === undefined && objects.length === 0) return [];
  await refuseWhileHeld(setup);
  return objects.length === 0 ? [helmUninstall(setup)] : objects;
}

/** Objects of the manifest that are there: what asks the controller goes first, or nothing could be written any more. */
async function oursIn(setup: Setup): Promise<Action[]> {
  const kube = await kubeIfThere(setup);
  if (kube === undefined) return [];
  const all = await controllerObjects(setup, wantedRelease(setup.choices.controllerVersion));
  const there = await present(kube, all);
  return there
    .reverse()
    .map((object) =>
      deleteAction(`Delete ${object.kind} ${keyOf(object)}`, object, `${object.kind} ${keyOf(object)}`),
    );
}

async function refuseWhileHeld(setup: Setup): Promise<void> {
  const held = await heldByController(setup);
  if (held.length === 0) return;
  throw new UserError('setup-in-use', 'The controller stays: it has to clean up after these first.', {
    details: [`  ${some(held)}`],
    why: 'Without it their finalizers stay for ever, and so do their load balancers.',
    advice: 'Delete them and wait until they are gone, then run the same again.',
  });
}
