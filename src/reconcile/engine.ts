import { type Aws, type AwsOptions, callerIdentity, type Identity, openAws } from '../aws/clients';
import { translateAwsError } from '../aws/errors';
import { type Kube, type KubeOptions, openKube } from '../kube/client';
import { clusterOfContext } from '../kube/contextName';
import { byKey, type ClusterSnapshot, overlay, readCluster } from '../kube/snapshot';
import type { KubeObject } from '../kube/types';
import { type BuildSettings, DEFAULT_SETTINGS } from '../model/build';
import { adviseOnOutcome, adviseOnPlan } from './advice';
import { stuckBeside } from './advice/stuck';
import type { Run } from './change';
import type { Trust } from './checkpoint';
import { checkOptions, stayInSandbox } from './engineOptions';
import type { Host } from './host';
import type { Selection } from './owner';
import { makePlan, type Plan, type PlanSources } from './plan';
import { type RightCluster, rightCluster } from './rightCluster';
import { applyPlan, type Outcome } from './run';

export interface EngineOptions extends AwsOptions, KubeOptions {
  readonly clusterName?: string;
  readonly vpcId?: string;
  /** Set by what runs inside the cluster, as the controller does, and is told its name there: EKS is not asked. */
  readonly inCluster?: boolean;
}

/** One cluster with its account and region: everything that plans and runs need. */
export interface Engine {
  readonly aws: Aws;
  readonly kube: Kube;
  readonly settings: BuildSettings;
  /** What the engine was opened with, resolved. */
  readonly options: EngineOptions;
  /** Whether EKS has a record of the cluster, or its name is only what somebody gave. */
  readonly knownTo: RightCluster['knownTo'];
}

/** Finds out which cluster, region and VPC are meant, and that they belong together; throws a UserError where not. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  checkOptions({
    ...options,
    ...fromEnvironment('EKSLB_CLUSTER_NAME', 'clusterName', options),
    ...fromEnvironment('EKSLB_VPC_ID', 'vpcId', options),
  });
  stayInSandbox(options, process.env['EKSLB_SANDBOX']);
  const kube = openKube(options);
  const named = clusterOfContext(kube.context);
  const region = options.region ?? process.env['AWS_REGION'] ?? named?.region;
  const awsOptions = { ...options, ...(region === undefined ? {} : { region }) };
  const aws = await openAws(awsOptions);
  const said = options.clusterName ?? process.env['EKSLB_CLUSTER_NAME'];
  const vpcSaid = options.vpcId ?? process.env['EKSLB_VPC_ID'];
  const facts = { name: said, contextName: named?.name, vpcId: vpcSaid };
  const {
    name: clusterName,
    vpcId,
    knownTo,
  } = options.inCluster === true && said !== undefined && vpcSaid !== undefined
    ? { name: said, vpcId: vpcSaid, knownTo: 'EKS' as const }
    : await rightCluster({ ...awsOptions, region: aws.region }, kube, facts);
  const settings = { ...DEFAULT_SETTINGS, clusterName, vpcId };
  return { aws, kube, settings, options: { ...awsOptions, clusterName, vpcId }, knownTo };
}

/** What the environment says where the options say nothing. */
function fromEnvironment(variable: string, key: keyof EngineOptions, options: EngineOptions): EngineOptions {
  const value = process.env[variable];
  return options[key] !== undefined || value === undefined ? {} : { [key]: value };
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
