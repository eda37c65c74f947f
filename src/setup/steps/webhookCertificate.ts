import { RESOURCES } from '../../kube/resources';
import type { KubeObject, Secret } from '../../kube/types';
import { keyOf } from '../../kube/types';
import { type Action, deleteAction } from '../action';
import { skipInAutoMode } from '../controller/autoMode';
import { certificateProblems, endOf, makeCertificate, webhookNames } from '../controller/certificate';
import type { Deployment } from '../controller/deployments';
import { glance, glanceAtAll, look, lookForAll } from '../controller/look';
import { KINDS, MANAGER, MANAGER_LABEL, TLS_SECRET } from '../controller/names';
import type { Setup } from '../setup';
import { type Check, isFalse, type Step, verdict } from '../step';

export const webhookCertificate: Step = {
  id: 'webhook-certificate',
  title: 'Certificate of the webhooks',
  why: 'The API server asks the controller over TLS before it stores an Ingress; what it does not believe fails the write.',
  phase: 'controller',
  requires: ['kubeconfig'],
  // The images of cert-manager are pulled first.
  patience: 180_000,
  async skip(setup) {
    const { install, webhookCertificate: kind } = setup.choices;
    if (install === 'helm' && kind === 'self-signed') return 'The chart makes a certificate itself.';
    return skipInAutoMode(setup);
  },
  check: (setup) => (issued(setup) ? checkCertManager(setup) : checkSecret(setup)),
  async plan(setup) {
    if (!issued(setup)) return [makeCertificate(setup, await storedIn(setup))];
    const there = (await glanceAtAll<Deployment>(setup, RESOURCES.Deployment)).some(isPart);
    // One that is there but does not run is somebody's: it is not installed over.
    return there ? [] : [CERT_MANAGER];
  },
  async undo(setup): Promise<readonly Action[]> {
    // cert-manager serves others, too.
    if (issued(setup)) return [];
    const found = await storedIn(setup);
    if (found?.metadata.labels?.[MANAGER_LABEL] !== MANAGER) return [];
    const { shown } = makeCertificate(setup);
    return [deleteAction(`Delete the Secret ${keyOf(shown)}`, shown, `Secret ${keyOf(shown)}`)];
  },
};

const storedIn = (setup: Setup) =>
  glance<Secret>(setup, RESOURCES.Secret, setup.choices.namespace, TLS_SECRET);

const issued = ({ choices }: Setup) => choices.webhookCertificate === 'cert-manager';

async function checkSecret(setup: Setup): Promise<Check> {
  const { namespace } = setup.choices;
  const secret = await look<Secret>(setup, RESOURCES.Secret, namespace, TLS_SECRET);
  if (secret === undefined)
    return isFalse(
      `There is no Secret ${namespace}/${TLS_SECRET}: without a certificate the pods of the controller do not start.`,
    );
  const names = webhookNames(setup);
  const fine = `${namespace}/${TLS_SECRET} is for ${names[0]}, until ${endOf(secret)}.`;
  return verdict(certificateProblems(secret, names), fine);
}

/** cert-manager.io/docs/installation/helm: what the chart consists of. */
const PARTS = ['cert-manager', 'cert-manager-cainjector', 'cert-manager-webhook'];
const CERTIFICATES = 'certificates.cert-manager.io';

const isPart = ({ metadata }: KubeObject) => PARTS.includes(metadata.name);

async function checkCertManager(setup: Setup): Promise<Check> {
  const kind = await look(setup, KINDS.CustomResourceDefinition, undefined, CERTIFICATES);
  const found = (await lookForAll<Deployment>(setup, RESOURCES.Deployment)).filter(isPart);
  const problems = PARTS.flatMap((name) => {
    const one = found.find(({ metadata }) => metadata.name === name);
    if (one === undefined) return [`cert-manager: there is no Deployment ${name}.`];
    if ((one.status?.readyReplicas ?? 0) > 0) return [];
    return [`cert-manager: ${keyOf(one)} has no ready pod; \`kubectl describe\` tells why.`];
  });
  const missing = kind === undefined ? [`cert-manager: there is no kind ${CERTIFICATES}.`] : [];
  return verdict([...missing, ...problems], 'cert-manager is there and runs.');
}

const CERT_MANAGER: Action = {
  kind: 'tool',
  text: 'Install cert-manager with Helm',
  argv: [
    ...(['helm', 'upgrade', '--install', 'cert-manager', 'cert-manager'] as const),
    ...['--repo', 'https://charts.jetstack.io'],
    ...['--namespace', 'cert-manager', '--create-namespace', '--set', 'crds.enabled=true'],
  ],
};
