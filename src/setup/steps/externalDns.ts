import { stringify } from 'yaml';
import { getObject } from '../../kube/client';
import { RESOURCES } from '../../kube/resources';
import { later, type ToolAction } from '../action';
import type { Deployment } from '../controller/deployments';
import { ROLE_ANNOTATION } from '../controller/names';
import { dnsOf, findZone, plainId, plainName } from '../hostedZone';
import { associationCheck, associationPlan, associationUndo } from '../iam/associations';
import { documentOf } from '../iam/documents';
import { driftOf } from '../iam/drift';
import { policyPlace, policyPlan, policyUndo, readPolicy, type WantedPolicy } from '../iam/policies';
import { documentsOf, isOwnRole, readRole, rolePlan, roleUndo, type WantedRole } from '../iam/roles';
import { EXTERNAL_DNS, trustOf } from '../identity';
import { caller, iamArn, kubeIfThere, kubeOf, type Setup } from '../setup';
import { type Check, isFalse, isTrue, type Step } from '../step';
import type { StepId } from '../stepIds';
import { skipWithoutDns } from './hostedZone';
import { judgeRole } from './iamRole';

const REPOSITORY = 'https://kubernetes-sigs.github.io/external-dns/';
/** Its values are those of external-dns 0.19 (external-dns:charts/external-dns/values.yaml). */
const CHART_VERSION = '1.19.0';

/** Name of its role, and of its policy. */
export function externalDnsName({ clusterName }: Setup): string {
  return `ekslb-${clusterName.slice(0, 45)}-external-dns`;
}

async function skip(setup: Setup): Promise<string | undefined> {
  if (setup.choices.dns?.by === 'alias') return 'One alias record is chosen instead of external-dns.';
  return skipWithoutDns(setup);
}

/** What external-dns may do: change one zone, read the rest (external-dns:docs/tutorials/aws.md). */
async function policyOf(setup: Setup): Promise<WantedPolicy> {
  const zone = await findZone(setup);
  const id = zone === undefined ? later('ZONE_ID') : plainId(zone.Id ?? '');
  const { partition } = await caller(setup);
  const reads = ['ListHostedZones', 'ListResourceRecordSets', 'ListTagsForResources'];
  return {
    name: externalDnsName(setup),
    description: `external-dns of the EKS cluster ${setup.clusterName}`,
    document: documentOf([
      {
        Effect: 'Allow',
        Action: ['route53:ChangeResourceRecordSets'],
        Resource: `arn:${partition}:route53:::hostedzone/${id}`,
      },
      { Effect: 'Allow', Action: reads.map((read) => `route53:${read}`), Resource: '*' },
    ]),
  };
}

async function roleOf(setup: Setup): Promise<WantedRole> {
  const name = externalDnsName(setup);
  return {
    name,
    description: `external-dns of the EKS cluster ${setup.clusterName}`,
    trust: await trustOf(setup, EXTERNAL_DNS, EXTERNAL_DNS),
    policyArn: (await readPolicy(setup, name))?.arn ?? (await iamArn(setup, 'policy', name)),
  };
}

const associationOf = (setup: Setup) => ({
  namespace: EXTERNAL_DNS,
  serviceAccount: EXTERNAL_DNS,
  roleName: externalDnsName(setup),
});

const byPodIdentity = ({ choices }: Setup) => choices.identity === 'pod-identity';

async function judgePermissions(setup: Setup): Promise<Check> {
  const wanted = await roleOf(setup);
  const role = await readRole(setup, wanted.name);
  if (role === undefined) return isFalse(`There is no IAM role ${wanted.name}.`);
  const { document } = await policyOf(setup);
  const { faults } = driftOf(await documentsOf(setup, role), document, await policyPlace(setup));
  const may = faults.map(({ action, kind }) =>
    kind === 'missing'
      ? `${role.arn} is not allowed ${action}: external-dns writes no records.`
      : `${role.arn} is not allowed ${action} for the zone ${plainName(dnsOf(setup).zone)}: no records are written there.`,
  );
  const covered = faults.length === 0 ? [...role.attached, ...role.inline] : undefined;
  const checks = [
    judgeRole(role, wanted, covered),
    ...(byPodIdentity(setup) ? [await associationCheck(setup, associationOf(setup))] : []),
  ];
  const evidence = checks.flatMap((check) => check.evidence);
  const wrong = checks.filter(({ state }) => state !== 'true').flatMap((check) => check.evidence);
  return wrong.length + may.length === 0 ? isTrue(...evidence) : isFalse(...wrong, ...may);
}

export const externalDnsRoleStep: Step = {
  id: 'external-dns-role',
  title: 'IAM role of external-dns',
  why: 'Without it external-dns is refused by Route 53 (AccessDenied), and no record is written.',
  phase: 'dns',
  requires: ['cluster', 'oidc-provider', 'pod-identity-agent', 'hosted-zone'],
  skip,
  check: judgePermissions,
  async plan(setup) {
    return [
      ...(await policyPlan(setup, await policyOf(setup))),
      ...(await rolePlan(setup, await roleOf(setup))),
      ...(byPodIdentity(setup) ? await associationPlan(setup, associationOf(setup)) : []),
    ];
  },
  async undo(setup) {
    const name = externalDnsName(setup);
    const own = (await isOwnRole(setup, name)) ? [name] : [];
    const association = byPodIdentity(setup) ? await associationUndo(setup, associationOf(setup)) : [];
    return [...association, ...(await roleUndo(setup, name)), ...(await policyUndo(setup, name, own))];
  },
};

/** Values of its chart. */
async function valuesOf(setup: Setup): Promise<string> {
  const role = await iamArn(setup, 'role', externalDnsName(setup));
  const annotations = byPodIdentity(setup) ? {} : { annotations: { [ROLE_ANNOTATION]: role } };
  return stringify({
    provider: { name: 'aws' },
    sources: ['service', 'ingress'],
    domainFilters: [plainName(dnsOf(setup).zone)],
    // Records are made and changed, never deleted: what somebody else wrote stays.
    policy: 'upsert-only',
    registry: 'txt',
    txtOwnerId: setup.clusterName,
    extraArgs: ['--aws-zone-type=public', ...(await parentArgs(setup))],
    env: [{ name: 'AWS_DEFAULT_REGION', value: setup.aws.region }],
    serviceAccount: { create: true, name: EXTERNAL_DNS, ...annotations },
  });
}

/** A zone of a parent's name does not match the filter by itself (external-dns:docs/flags.md). */
async function parentArgs(setup: Setup): Promise<string[]> {
  const zone = await findZone(setup);
  const isParent = zone !== undefined && plainName(zone.Name ?? '') !== plainName(dnsOf(setup).zone);
  return isParent ? ['--aws-zone-match-parent'] : [];
}

async function readDeployment(setup: Setup): Promise<Deployment | undefined> {
  return getObject<Deployment>(await kubeOf(setup), RESOURCES.Deployment, EXTERNAL_DNS, EXTERNAL_DNS);
}

function argsOf(deployment: Deployment): string[] {
  return (deployment.spec?.template?.spec?.containers ?? []).flatMap(({ args = [] }) => [...args]);
}

async function judgeDeployment(setup: Setup): Promise<Check> {
  const deployment = await readDeployment(setup);
  if (deployment === undefined)
    return isFalse(`The cluster has no Deployment ${EXTERNAL_DNS}/${EXTERNAL_DNS}.`);
  const filter = `--domain-filter=${plainName(dnsOf(setup).zone)}`;
  const filters = argsOf(deployment).filter((word) => word.startsWith('--domain-filter'));
  if (filters.length > 0 && !filters.includes(filter)) {
    return isFalse(
      `The Deployment ${EXTERNAL_DNS}/${EXTERNAL_DNS} has ${filters.join(' ')}, not ${filter}: it writes no records of that zone.`,
    );
  }
  const ready = deployment.status?.availableReplicas ?? 0;
  const wanted = deployment.spec?.replicas ?? 1;
  if (ready >= wanted)
    return isTrue(`Deployment ${EXTERNAL_DNS}/${EXTERNAL_DNS}: ${ready} of ${wanted} available, ${filter}`);
  return isFalse(
    `Deployment ${EXTERNAL_DNS}/${EXTERNAL_DNS}: ${ready} of ${wanted} available.`,
    `\`kubectl logs --namespace ${EXTERNAL_DNS} deployment/${EXTERNAL_DNS}\` tells why.`,
  );
}

const REQUIRED: readonly StepId[] = ['kubeconfig', 'external-dns-role'];

export const externalDnsStep: Step = {
  id: 'external-dns',
  title: 'external-dns',
  why: 'It writes the hosts of Ingresses into the hosted zone, and keeps them there.',
  phase: 'dns',
  requires: REQUIRED,
  patience: 3 * 60_000,
  skip,
  check: judgeDeployment,
  plan: async (setup) => [await install(setup)],
  async undo(setup) {
    const kube = await kubeIfThere(setup);
    if (kube === undefined || (await readDeployment(setup)) === undefined) return [];
    return [uninstall()];
  },
};

async function install(setup: Setup): Promise<ToolAction> {
  return {
    kind: 'tool',
    text: 'Install external-dns',
    argv: [
      ...([
        'helm',
        'upgrade',
        '--install',
        EXTERNAL_DNS,
        EXTERNAL_DNS,
        '--repo',
        REPOSITORY,
        '--version',
        CHART_VERSION,
      ] as const),
      ...[
        '--namespace',
        EXTERNAL_DNS,
        '--create-namespace',
        '--values',
        { file: 'external-dns-values.yaml' },
      ],
    ],
    files: { 'external-dns-values.yaml': await valuesOf(setup) },
    long: true,
  };
}

function uninstall(): ToolAction {
  return {
    kind: 'tool',
    text: 'Remove external-dns; the records that it wrote stay',
    argv: ['helm', 'uninstall', EXTERNAL_DNS, '--namespace', EXTERNAL_DNS],
    loses: `the Helm release ${EXTERNAL_DNS} in the namespace ${EXTERNAL_DNS}`,
  };
}
