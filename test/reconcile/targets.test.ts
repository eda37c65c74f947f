import { describe, expect, test } from 'vitest';
import { DEFAULT_SETTINGS } from '../../src/model/build';
import { newOutputs } from '../../src/reconcile/change';
import { planTargets } from '../../src/reconcile/resources/targets';
import { fakeAws } from '../helpers/fakeAws';
import { recordingHost } from '../helpers/recordingHost';

const binding = { namespace: 'demo', name: 'k8s-web' };
const target = (id: string) => ({ id, port: 8080 });
const registered = (...ids: string[]) => ids.map((Id) => ({ Target: { Id, Port: 8080 } }));

/** Lines of the plan of a target group in which a and foreign are registered, and b and c are wanted. */
function lines(tracked: readonly string[] | undefined, wanted = ['b', 'c']): string[] {
  const changes = planTargets({
    noted: undefined,
    ...{ targetGroup: 'arn:tg', name: 'web', wanted: wanted.map(target) },
    current: registered('a', 'b', 'foreign'),
    shared: { binding, tracked: tracked && new Set(tracked.map((id) => `${id}:8080`)) },
  });
  return changes.flatMap(({ kind, what, name, fields }) => [
    `${kind} ${what} ${name}`,
    ...fields.map(({ path, before, after }) => `${path}: ${before ?? ''} -> ${after ?? ''}`),
  ]);
}

describe('a target group that other clusters use, too', () => {
  test('gives up only what this cluster registered', () => {
    expect(lines(['a', 'b'])).toEqual([
      'update Targets web',
      'register:  -> c:8080',
      'deregister: a:8080 -> ',
    ]);
  });

  test('gives up nothing before this cluster noted anything', () => {
    expect(lines(undefined)).toEqual(['update Targets web', 'register:  -> c:8080']);
  });

  test('is noted even where nothing else is to do', () => {
    expect(lines(undefined, ['b'])).toEqual([
      'create ConfigMap demo/aws-lbc-targets-k8s-web',
      'targets:  -> b:8080',
    ]);
    expect(lines(['b'], ['b'])).toEqual([]);
  });
});

describe('addresses outside the VPC', () => {
  test('are registered for all zones, and taken out as they were put in', async () => {
    const said: string[] = [];
    const note = (verb: string) => (input: { Targets: { Id: string; AvailabilityZone?: string }[] }) => {
      said.push(
        ...input.Targets.map(({ Id, AvailabilityZone }) => `${verb} ${Id} ${AvailabilityZone ?? '-'}`),
      );
      return {};
    };
    const range = { CidrBlock: '10.0.0.0/16', CidrBlockState: { State: 'associated' } };
    const aws = fakeAws({
      DescribeVpcs: () => ({ Vpcs: [{ VpcId: 'vpc-1', CidrBlockAssociationSet: [range] }] }),
      RegisterTargets: note('register'),
      DeregisterTargets: note('deregister'),
    });
    const run = {
      ...{ aws, kube: undefined, settings: { ...DEFAULT_SETTINGS, clusterName: 'shop', vpcId: 'vpc-1' } },
      ...{ outputs: newOutputs(), host: recordingHost(), signal: new AbortController().signal },
    };
    const [change] = planTargets({
      ...{ targetGroup: 'arn:tg', name: 'web', noted: undefined },
      wanted: ['10.0.1.5', '192.168.7.9'].map(target),
      current: [{ Target: { Id: '192.168.7.8', Port: 8080, AvailabilityZone: 'all' } }],
    });
    await change?.apply(run);
    expect(said).toEqual(['deregister 192.168.7.8 all', 'register 10.0.1.5 -', 'register 192.168.7.9 all']);
    expect(aws.calls).toEqual(['DeregisterTargets', 'DescribeVpcs', 'RegisterTargets']);
  });
});
