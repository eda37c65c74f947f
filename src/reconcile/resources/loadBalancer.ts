import {
  CreateLoadBalancerCommand,
  DeleteLoadBalancerCommand,
  type IpAddressType,
  type LoadBalancer,
  ModifyCapacityReservationCommand,
  ModifyIpPoolsCommand,
  ModifyLoadBalancerAttributesCommand,
  SetIpAddressTypeCommand,
  SetSecurityGroupsCommand,
  SetSubnetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { isGone, type Tagged } from '../../aws/elbv2';
import { awsCode } from '../../aws/errors';
import { diffTags } from '../../aws/inventory';
import { LOAD_BALANCER, type LoadBalancerSpec, refTo, type Stack } from '../../model/stack';
import { type Change, canonical, diffRecords, type FieldChange, type Run } from '../change';
import { sdkTags } from '../sdk';
import { type Matched, matchById, resourceTags, type StackContext } from './context';
import { showGroups, tagFields } from './securityGroup';
import { attributeFields, writeElbTags } from './targetGroup';

const WHAT = 'Load balancer';
const PROTECTION = 'deletion_protection.enabled';

/** What AWS says of the load balancers of a stack besides the list itself. */
export interface LoadBalancerDetails {
  readonly attributes: Readonly<Record<string, string>>;
  /** Load balancer capacity units that are reserved; undefined when nobody asked. */
  readonly capacityUnits: number | undefined;
}

/**
 * Surplus load balancers go first: a target group can serve only one, so the new one could not have it otherwise.
 * Source: lbc:pkg/deploy/elbv2/load_balancer_synthesizer.go, load_balancer_manager.go.
 */
export function planLoadBalancer(
  context: StackContext,
  actual: readonly Tagged<LoadBalancer>[],
  details: ReadonlyMap<string, LoadBalancerDetails>,
): { surplus: Change[]; changes: Change[] } {
  const { pairs, missing, surplus } = matchLoadBalancers(context.stack, actual);
  for (const { id, actual: one } of pairs) remember(context, id, one.value);
  const replaced = surplus[0]?.value;
  return {
    surplus: surplus.map(({ value }) => deleteLoadBalancer(value, missing.length > 0)),
    changes: [
      ...missing.map(({ id, spec }) => createLoadBalancer(context, id, spec, replaced)),
      ...pairs.flatMap(({ id, spec, actual: one }) =>
        updateLoadBalancer(context, id, spec, one, details.get(one.value.LoadBalancerArn ?? '')),
      ),
    ],
  };
}

/** Which load balancers stay, which are missing and which go. */
export function matchLoadBalancers(
  stack: Stack,
  actual: readonly Tagged<LoadBalancer>[],
): Matched<LoadBalancerSpec, LoadBalancer> {
  return matchById(stack.resources[LOAD_BALANCER] ?? {}, actual, mustReplace);
}

function mustReplace(spec: LoadBalancerSpec, actual: LoadBalancer): boolean {
  return spec.type !== actual.Type || spec.scheme !== actual.Scheme;
}

function remember({ outputs }: Pick<StackContext, 'outputs'>, id: string, actual: LoadBalancer): void {
  outputs.put(refTo(LOAD_BALANCER, id, 'loadBalancerARN'), actual.LoadBalancerArn ?? '');
  outputs.put(refTo(LOAD_BALANCER, id, 'dnsName'), actual.DNSName ?? '');
}

function createLoadBalancer(
  context: StackContext,
  id: string,
  spec: LoadBalancerSpec,
  replaced: LoadBalancer | undefined,
): Change {
  const base = { what: WHAT, name: spec.name, fields: summary(context, spec) };
  const apply = (run: Run) => create(context, id, spec, run);
  if (replaced === undefined) return { ...base, kind: 'create', apply };
  const destructive = `${replaced.LoadBalancerName} is replaced: its DNS name ${replaced.DNSName} stops working`;
  return { ...base, kind: 'replace', destructive, apply };
}

async function create(context: StackContext, id: string, spec: LoadBalancerSpec, run: Run): Promise<void> {
  const { LoadBalancers } = await run.aws.elbv2.send(
    new CreateLoadBalancerCommand({
      ...{ Name: spec.name, Type: spec.type, CustomerOwnedIpv4Pool: spec.customerOwnedIPv4Pool },
      Scheme: spec.scheme as LoadBalancer['Scheme'],
      IpAddressType: spec.ipAddressType as IpAddressType,
      SubnetMappings: subnetMappings(spec),
      SecurityGroups: (spec.securityGroups ?? []).map(run.outputs.need),
      ...(spec.ipv4IPAMPool && { IpamPools: { Ipv4IpamPoolId: spec.ipv4IPAMPool } }),
      Tags: sdkTags(resourceTags(context, id, spec.tags)),
    }),
  );
  const made = LoadBalancers?.[0] ?? {};
  remember(run, id, made);
  await writeAttributes(run, made.LoadBalancerArn ?? '', spec.loadBalancerAttributes ?? []);
  await writeCapacity(run, made.LoadBalancerArn ?? '', spec.minimumLoadBalancerCapacity?.capacityUnits);
}

function subnetMappings(spec: LoadBalancerSpec) {
  return spec.subnetMapping.map((one) => ({
    ...{ SubnetId: one.subnetID, AllocationId: one.allocationID },
    ...{ PrivateIPv4Address: one.privateIPv4Address, IPv6Address: one.ipv6Address },
  }));
}

function summary(context: StackContext, spec: LoadBalancerSpec): FieldChange[] {
  return [
    { path: 'scheme', after: spec.scheme },
    { path: 'IP address type', after: spec.ipAddressType },
    { path: 'subnets', after: spec.subnetMapping.map(({ subnetID }) => subnetID) },
    { path: 'security groups', after: showGroups(spec.securityGroups ?? [], context) },
    ...attributeFields(spec.loadBalancerAttributes ?? [], {}),
  ];
}

/** One setting that differs, and the call that mends it. */
interface Mend {
  readonly fields: readonly FieldChange[];
  apply(run: Run): Promise<unknown>;
}

function updateLoadBalancer(
  context: StackContext,
  id: string,
  spec: LoadBalancerSpec,
  actual: Tagged<LoadBalancer>,
  details: LoadBalancerDetails | undefined,
): Change[] {
  const arn = actual.value.LoadBalancerArn ?? '';
  // IPAM pools are removed before and set after everything else (lbc: Update).
  const mends = [
    ...removePool(spec, actual.value, arn),
    ...mendTags(context, id, spec, actual, arn),
    ...mendGroups(context, spec, actual.value, arn),
    ...mendSubnets(spec, actual.value, arn),
    ...mendAddressType(spec, actual.value, arn),
    ...mendAttributes(spec, details?.attributes ?? {}, arn),
    ...setPool(spec, actual.value, arn),
    ...mendCapacity(spec, details?.capacityUnits, arn),
  ];
  const fields = mends.flatMap((mend) => mend.fields);
  if (fields.length === 0) return [];
  const base = {
    kind: 'update',
    what: WHAT,
    name: actual.value.LoadBalancerName ?? spec.name,
    arn,
    fields,
  } as const;
  const unprotects = fields.some(
    ({ path, before, after }) => path === PROTECTION && before === 'true' && after === 'false',
  );
  const apply = async (run: Run) => {
    for (const mend of mends) await mend.apply(run);
  };
  return [
    unprotects ? { ...base, destructive: 'deletion protection is switched off', apply } : { ...base, apply },
  ];
}

function mendTags(
  context: StackContext,
  id: string,
  spec: LoadBalancerSpec,
  { tags: current }: Tagged<LoadBalancer>,
  arn: string,
): Mend[] {
  const { clusterName, externalManagedTags } = context.settings;
  const tags = diffTags(resourceTags(context, id, spec.tags), current, clusterName, externalManagedTags);
  const fields = tagFields(tags, current);
  return fields.length === 0 ? [] : [{ fields, apply: ({ aws }) => writeElbTags(aws, arn, tags) }];
}

function mendGroups(
  context: StackContext,
  spec: LoadBalancerSpec,
  actual: LoadBalancer,
  arn: string,
): Mend[] {
  const groups = spec.securityGroups ?? [];
  const fields = diffRecords(
    '',
    { 'security groups': [...(actual.SecurityGroups ?? [])].sort() },
    { 'security groups': showGroups(groups, context) },
  );
  if (fields.length === 0) return [];
  const apply = ({ aws, outputs }: Run) =>
    aws.elbv2.send(
      new SetSecurityGroupsCommand({ LoadBalancerArn: arn, SecurityGroups: groups.map(outputs.need) }),
    );
  return [{ fields, apply }];
}

function mendSubnets(spec: LoadBalancerSpec, actual: LoadBalancer, arn: string): Mend[] {
  const before = (actual.AvailabilityZones ?? []).map(({ SubnetId = '' }) => SubnetId).sort();
  const after = spec.subnetMapping.map(({ subnetID }) => subnetID).sort();
  if (canonical(before) === canonical(after)) return [];
  const input = { LoadBalancerArn: arn, SubnetMappings: subnetMappings(spec) };
  return [
    {
      fields: [{ path: 'subnets', before, after }],
      apply: ({ aws }) => aws.elbv2.send(new SetSubnetsCommand(input)),
    },
  ];
}

function mendAddressType(spec: LoadBalancerSpec, actual: LoadBalancer, arn: string): Mend[] {
  if (spec.ipAddressType === actual.IpAddressType) return [];
  const fields = [{ path: 'IP address type', before: actual.IpAddressType, after: spec.ipAddressType }];
  const input = { LoadBalancerArn: arn, IpAddressType: spec.ipAddressType as IpAddressType };
  return [{ fields, apply: ({ aws }) => aws.elbv2.send(new SetIpAddressTypeCommand(input)) }];
}

function mendAttributes(
  spec: LoadBalancerSpec,
  current: Readonly<Record<string, string>>,
  arn: string,
): Mend[] {
  const wanted = (spec.loadBalancerAttributes ?? []).filter(({ key, value }) => current[key] !== value);
  if (wanted.length === 0) return [];
  return [{ fields: attributeFields(wanted, current), apply: (run) => writeAttributes(run, arn, wanted) }];
}

async function writeAttributes(
  { aws }: Run,
  LoadBalancerArn: string,
  wanted: readonly { readonly key: string; readonly value: string }[],
): Promise<void> {
  if (wanted.length === 0) return;
  const Attributes = wanted.map(({ key, value }) => ({ Key: key, Value: value }));
  await aws.elbv2.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn, Attributes }));
}

function removePool(spec: LoadBalancerSpec, actual: LoadBalancer, LoadBalancerArn: string): Mend[] {
  const before = actual.IpamPools?.Ipv4IpamPoolId;
  if (before === undefined || spec.ipv4IPAMPool !== undefined) return [];
  const input = { LoadBalancerArn, RemoveIpamPools: ['ipv4' as const] };
  return [
    {
      fields: [{ path: 'IPAM pool', before }],
      apply: ({ aws }) => aws.elbv2.send(new ModifyIpPoolsCommand(input)),
    },
  ];
}

function setPool(spec: LoadBalancerSpec, actual: LoadBalancer, LoadBalancerArn: string): Mend[] {
  const [before, after] = [actual.IpamPools?.Ipv4IpamPoolId, spec.ipv4IPAMPool];
  if (after === undefined || before === after) return [];
  const input = { LoadBalancerArn, IpamPools: { Ipv4IpamPoolId: after } };
  return [
    {
      fields: [{ path: 'IPAM pool', before, after }],
      apply: ({ aws }) => aws.elbv2.send(new ModifyIpPoolsCommand(input)),
    },
  ];
}

function mendCapacity(spec: LoadBalancerSpec, before: number | undefined, arn: string): Mend[] {
  const after = spec.minimumLoadBalancerCapacity?.capacityUnits;
  if (after === undefined || after === before) return [];
  return [
    { fields: [{ path: 'capacity units', before, after }], apply: (run) => writeCapacity(run, arn, after) },
  ];
}

async function writeCapacity(
  { aws }: Run,
  LoadBalancerArn: string,
  units: number | undefined,
): Promise<void> {
  if (units === undefined) return;
  const input =
    units === 0
      ? { LoadBalancerArn, ResetCapacityReservation: true }
      : { LoadBalancerArn, MinimumLoadBalancerCapacity: { CapacityUnits: units } };
  await aws.elbv2.send(new ModifyCapacityReservationCommand(input));
}

/** A protected load balancer is unprotected first only when it makes way for its successor or nobody asked to keep it. */
function deleteLoadBalancer(lb: LoadBalancer, makesWay: boolean): Change {
  const { LoadBalancerArn: arn = '', LoadBalancerName: name = '', DNSName: dns = '' } = lb;
  const destructive = makesWay ? `it makes way for its replacement` : `its DNS name ${dns} stops working`;
  return {
    ...{ kind: 'delete', what: WHAT, name, arn, fields: [], destructive },
    async apply(run) {
      const remove = () => run.aws.elbv2.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: arn }));
      try {
        await remove();
      } catch (error) {
        if (isGone(error)) return;
        if (awsCode(error) !== 'OperationNotPermitted') throw error;
        await writeAttributes(run, arn, [{ key: PROTECTION, value: 'false' }]);
        await remove();
      }
    },
  };
}
