import {
  CreateLoadBalancerCommand,
  type CreateLoadBalancerCommandInput,
  DeleteLoadBalancerCommand,
  type IpAddressType,
  type LoadBalancer,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { isGone, type Tagged } from '../../aws/elbv2';
import { awsCode } from '../../aws/errors';
import { resourceTag } from '../../model/names';
import { LOAD_BALANCER, type LoadBalancerSpec, refTo, type Stack } from '../../model/stack';
import type { Change, FieldChange, Run } from '../change';
import { sdkTags } from '../sdk';
import { type Matched, matchById, resourceTags, type StackContext } from './context';
import {
  type LoadBalancerDetails,
  mendsOf,
  sdkSubnetMappings,
  writeAttributes,
  writeCapacity,
  writeGroups,
} from './loadBalancerSettings';
import { showGroups } from './securityGroup';
import { attributeFields } from './targetGroup';

const WHAT = 'Load balancer';
const PROTECTION = 'deletion_protection.enabled';

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
  const key = resourceTag(context.stack.kind);
  const replacedBy = (id: string) => surplus.find(({ tags }) => tags[key] === id)?.value;
  return {
    surplus: surplus.map(({ value, tags }) =>
      deleteLoadBalancer(
        value,
        missing.some(({ id }) => id === tags[key]),
      ),
    ),
    changes: [
      ...missing.map(({ id, spec }) => createLoadBalancer(context, id, spec, replacedBy(id))),
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
  return matchById(stack.kind, stack.resources[LOAD_BALANCER] ?? {}, actual, mustReplace);
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
  const of = { type: LOAD_BALANCER, id };
  const base = { what: WHAT, name: spec.name, of, fields: summary(context, spec) };
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
      SubnetMappings: sdkSubnetMappings(spec),
      EnablePrefixForIpv6SourceNat:
        spec.enablePrefixForIpv6SourceNat as CreateLoadBalancerCommandInput['EnablePrefixForIpv6SourceNat'],
      SecurityGroups: (spec.securityGroups ?? []).map(run.outputs.need),
      ...(spec.ipv4IPAMPool && { IpamPools: { Ipv4IpamPoolId: spec.ipv4IPAMPool } }),
      Tags: sdkTags(resourceTags(context, id, spec.tags)),
    }),
  );
  const made = LoadBalancers?.[0] ?? {};
  remember(run, id, made);
  await writeAttributes(run, made.LoadBalancerArn ?? '', spec.loadBalancerAttributes ?? []);
  if (spec.securityGroupsInboundRulesOnPrivateLink !== undefined)
    await writeGroups(run, made.LoadBalancerArn ?? '', spec);
  await writeCapacity(run, made.LoadBalancerArn ?? '', spec.minimumLoadBalancerCapacity?.capacityUnits);
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

function updateLoadBalancer(
  context: StackContext,
  id: string,
  spec: LoadBalancerSpec,
  actual: Tagged<LoadBalancer>,
  details: LoadBalancerDetails | undefined,
): Change[] {
  const arn = actual.value.LoadBalancerArn ?? '';
  const mends = mendsOf(context, id, spec, actual, details);
  const fields = mends.flatMap((mend) => mend.fields);
  if (fields.length === 0) return [];
  const base = {
    kind: 'update',
    what: WHAT,
    name: actual.value.LoadBalancerName ?? spec.name,
    of: { type: LOAD_BALANCER, id },
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
