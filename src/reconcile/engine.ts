import { type Aws, type AwsOptions, callerIdentity, type Identity, openAws } from '../aws/clients';
import { describeEksCluster, type EksCluster, eksClusterAt } from '../aws/cluster';
import { translateAwsError } from '../aws/errors';
import { UserError } from '../errors';
import { type Kube, type KubeOptions, openKube } from '../kube/client';
import { clusterOfContext } from '../kube/contextName';
import { byKey, type ClusterSnapshot, overlay, readCluster } from '../kube/snapshot';
import type { KubeObject } from '../kube/types';
import { type BuildSettings, DEFAULT_SETTINGS } from '../model/build';
import { adviseOnOutcome, adviseOnPlan } from './advice';
import { stuckBeside } from './advice/stuck';
import type { Run } from './change';
import type { Trust } from './checkpoint';
import type { Host } from './host';
import type { Selection } from './owner';
import { makePlan, type Plan, type PlanSources } from './plan';
import { applyPlan, type Outcome } from './run';

export interface EngineOptions extends AwsOptions, KubeOptions {
  readonly clusterName?: string;
  readonly vpcId?: string;
}

/** One cluster with its account and region: everything that plans and runs need. */
export interface Engine {
  readonly aws: Aws;
  readonly kube: Kube;
  readonly settings: BuildSettings;
  /** What the engine was opened with, resolved. */
  readonly options: EngineOptions;
}

/** Finds out which cluster, region and VPC are meant; asks EKS only for what nobody said. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const kube = openKube(options);
  const named = clusterOfContext(kube.context);
  const region = options.region ?? process.env['AWS_REGION'] ?? named?.region;
  const awsOptions = { ...options, ...(region === undefined ? {} : { region }) };
  const aws = await openAws(awsOptions);
  const said = options.clusterName ?? process.env['EKSLB_CLUSTER_NAME'] ?? named?.name;
  const vpcSaid = options.vpcId ?? process.env['EKSLB_VPC_ID'];
  const { name: clusterName, vpcId } = await clusterFacts(
    { ...awsOptions, region: aws.region },
    kube,
    said,
    vpcSaid,
  );
  const settings = { ...DEFAULT_SETTINGS, clusterName, vpcId };
  return { aws, kube, settings, options: { ...awsOptions, clusterName, vpcId } };
}

async function clusterFacts(
  options: AwsOptions,
  kube: Kube,
  name: string | undefined,
  vpcId: string | undefined,
): Promise<Pick<EksCluster, 'name' | 'vpcId'>> {
  if (name !== undefined && vpcId !== undefined) return { name, vpcId };
  const found =
    name === undefined ? await eksClusterAt(options, kube.server) : await describeEksCluster(options, name);
  if (found === undefined) throw notInEks(kube, name);
  return { name: found.name, vpcId: vpcId ?? found.vpcId };
}

function notInEks(kube: Kube, name: string | undefined): UserError {
  const what =
    name === undefined
      ? `No EKS cluster of this account and region answers at ${kube.server}`
      : `There is no EKS cluster '${name}' in this account and region`;
  return new UserError('unknown-cluster', `${what}.`, {
    why: 'Names and tags of load balancers contain the name of the cluster, and they live in its VPC.',
    advice: 'Check --profile and --region, or pass --cluster-name and --vpc-id.',
  });
}

/** Who would act. Throws a UserError when credentials are missing or expired. */
export async function identityOf(engine: Engine): Promise<Identity> {
  return callerIdentity(engine.aws);
}

/**
 * Plans the selected groups; `manifests` are laid over what the cluster holds. With `trust` in checkpoints, AWS is not
 * asked for targets and rules that were found right within the last half hour.
 */
export async function planOf(
  engine: Engine,
  select: Selection,
  manifests: readonly KubeObject[] = [],
  trust: Trust = 'nothing',
): Promise<Plan> {
  const cluster = await readCluster(engine.kube);
  const plan = await planFrom(engine, cluster, select, { manifests, trust });
  return { ...plan, stuck: await stuckBeside(engine.kube, plan) };
}

/** Both at once; where both fail, it is told who one is not, before what cannot be read. */
export async function identifiedPlan(
  engine: Engine,
  select: Selection,
  manifests: readonly KubeObject[],
): Promise<[Identity, Plan]> {
  const [identity, plan] = await Promise.allSettled([identityOf(engine), planOf(engine, select, manifests)]);
  if (identity.status === 'rejected') throw identity.reason;
  if (plan.status === 'rejected') throw plan.reason;
  return [identity.value, plan.value];
}

export interface PlanOptions extends Partial<Pick<PlanSources, 'trust' | 'network' | 'inventoryOf'>> {
  /** Laid over what the cluster holds. */
  readonly manifests?: readonly KubeObject[];
}

/** The same for a cluster that was read already. */
export async function planFrom(
  engine: Engine,
  cluster: ClusterSnapshot,
  select: Selection,
  { manifests = [], trust = 'nothing', network = 'always', inventoryOf }: PlanOptions = {},
): Promise<Plan> {
  try {
    const view = manifests.length === 0 ? cluster : overlay(cluster, manifests);
    const secrets = byKey(manifests.filter(({ kind }) => kind === 'Secret'));
    const sources = { ...engine, cluster, view, secrets, trust, network, inventoryOf };
    return await adviseOnPlan(engine, await makePlan(sources, select));
  } catch (cause) {
    throw translateAwsError(cause);
  }
}

/** Carries out a plan; failures of groups come back with advice. `read` gives the cluster while it goes on, where it need not be asked for everything. */
export async function run(
  engine: Engine,
  plan: Plan,
  host: Host,
  signal: AbortSignal,
  read: Run['read'] = undefined,
): Promise<Outcome> {
  return adviseOnOutcome(
    engine,
    await applyPlan(plan, { ...engine, outputs: plan.outputs, host, signal, read }),
  );
}
