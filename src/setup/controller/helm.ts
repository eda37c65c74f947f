import { parse } from 'semver';
import { stringify } from 'yaml';
import type { ToolAction, Word } from '../action';
import { type Setup, vpcOf } from '../setup';
import { replicasOf } from './manifests';
import { CHART, CONTROLLER } from './names';

/** Values of the chart (lbc:helm/aws-load-balancer-controller/values.yaml): the place, and what other steps look after. */
export async function valuesOf(setup: Setup): Promise<Readonly<Record<string, unknown>>> {
  const { choices, clusterName, aws } = setup;
  return {
    clusterName,
    region: aws.region,
    vpcId: await vpcOf(setup),
    replicaCount: await replicasOf(setup),
    serviceAccount: { create: false, name: choices.serviceAccount },
    ingressClass: choices.className,
    createIngressClassResource: false,
    enableCertManager: choices.webhookCertificate === 'cert-manager',
    // Otherwise every upgrade makes another authority, and pods that still serve the old certificate are not believed.
    keepTLSSecret: true,
  };
}

/** The chart of a release has its version, and before 3.0 the same one behind a 1 (lbc: tags of Chart.yaml). */
export function chartVersion(release: string): string {
  const version = parse(release);
  return version?.major === 2 ? `1.${version.minor}.${version.patch}` : release;
}

const VALUES = 'controller-values.yaml';

/** Installs or upgrades; `adopt`: from somebody who did it without Helm. */
export async function helmUpgrade(setup: Setup, release: string, adopt: boolean): Promise<ToolAction> {
  const { namespace, valuesFiles, chart } = setup.choices;
  const files = { [VALUES]: stringify(await valuesOf(setup)) };
  const values: Word[] = [{ file: VALUES }, ...valuesFiles].flatMap((file) => ['--values', file]);
  return {
    kind: 'tool',
    text: `Install AWS Load Balancer Controller ${release} with Helm`,
    argv: [
      ...(['helm', 'upgrade', '--install', CONTROLLER, ...chartWords(chart, chartVersion(release))] as const),
      ...['--namespace', namespace, '--create-namespace'],
      // Values that people gave to earlier versions stay.
      ...['--reset-then-reuse-values', ...values],
      ...(adopt ? ['--take-ownership'] : []),
    ],
    files,
  };
}

/** A repository has many charts in many versions; a folder and an archive are one. */
function chartWords(chart: string, version: string): string[] {
  if (chart.startsWith('oci://')) return [chart, '--version', version];
  const repository = /^https?:\/\//.test(chart) && !chart.endsWith('.tgz');
  return repository ? [CHART, '--repo', chart, '--version', version] : [chart];
}

export function helmUninstall({ choices }: Setup): ToolAction {
  const name = `${choices.namespace}/${CONTROLLER}`;
  return {
    kind: 'tool',
    text: `Uninstall the Helm release ${name}`,
    argv: ['helm', 'uninstall', CONTROLLER, '--namespace', choices.namespace],
    loses: `Helm release ${name}`,
  };
}
