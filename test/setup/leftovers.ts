import type { Setup } from '../../src/setup/setup';
import type { World } from '../helpers/world';
import { call } from './behind';

/** What controllers make, with their tags, and nobody to look after it. */
export function leftovers(world: () => World) {
  const tagsOf = (cluster: string, more: Readonly<Record<string, string>>) =>
    Object.entries({ 'elbv2.k8s.aws/cluster': cluster, ...more }).map(([Key, Value]) => ({ Key, Value }));

  async function balancer(
    setup: Setup,
    Name: string,
    cluster: string,
    more: Readonly<Record<string, string>> = {},
  ) {
    const Subnets = ['a', 'b'].map((zone) => world().ids[`\${subnet:shop-public-${zone}}`] ?? '');
    await call(setup, 'elbv2', 'CreateLoadBalancer', { Name, Subnets, Tags: tagsOf(cluster, more) });
  }

  async function targetGroup(setup: Setup, Name: string, cluster: string): Promise<void> {
    const place = { Protocol: 'HTTP' as const, Port: 80, VpcId: world().vpcId };
    await call(setup, 'elbv2', 'CreateTargetGroup', { Name, ...place, Tags: tagsOf(cluster, {}) });
  }

  async function securityGroup(setup: Setup, GroupName: string, cluster: string): Promise<string> {
    const { GroupId = '' } = await call(setup, 'ec2', 'CreateSecurityGroup', {
      GroupName,
      Description: GroupName,
      VpcId: world().vpcId,
      TagSpecifications: [{ ResourceType: 'security-group', Tags: tagsOf(cluster, {}) }],
    });
    return GroupId;
  }

  async function ingress(name: string): Promise<void> {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };
    await world()
      .kube.call('POST', 'api/v1/namespaces', namespace)
      .catch(() => undefined);
    await world().kube.call('POST', 'apis/networking.k8s.io/v1/namespaces/shop/ingresses', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name, namespace: 'shop' },
      spec: { ingressClassName: 'alb', defaultBackend: { service: { name, port: { number: 80 } } } },
    });
  }
  return { balancer, targetGroup, securityGroup, ingress };
}
