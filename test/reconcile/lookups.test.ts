import { expect, test } from 'vitest';
import type { Service } from '../../src/kube/types';
import { DEFAULT_SETTINGS } from '../../src/model/build';
import { BINDING, LOAD_BALANCER } from '../../src/model/stack';
import { openBuilder } from '../../src/reconcile/lookups';
import { loadOwners } from '../../src/reconcile/owner';
import { fakeAws } from '../helpers/fakeAws';

const PREFIX = 'service.beta.kubernetes.io/aws-load-balancer-';

/** An internal load balancer without security groups, whose targets see the clients on one of two ports only. */
const SERVICE: Service = {
  metadata: {
    namespace: 'shop',
    name: 'web',
    uid: 'uid',
    annotations: {
      [`${PREFIX}type`]: 'external',
      [`${PREFIX}nlb-target-type`]: 'ip',
      [`${PREFIX}disable-nlb-sg`]: 'true',
      [`${PREFIX}target-group-attributes.81`]: 'preserve_client_ip.enabled=true',
    },
  },
  spec: {
    type: 'LoadBalancer',
    ports: [80, 81].map((port) => ({ port, name: `p${port}`, protocol: 'TCP' })),
  },
};

const state = (State: string) => ({ State });

const AWS = {
  DescribeSubnets: () => ({
    Subnets: [
      {
        ...{
          SubnetId: 'subnet-1',
          AvailabilityZone: 'a',
          AvailabilityZoneId: 'id-a',
          CidrBlock: '10.0.1.0/24',
        },
        AvailableIpAddressCount: 100,
      },
    ],
  }),
  DescribeAvailabilityZones: () => ({
    AvailabilityZones: [{ ZoneId: 'id-a', ZoneType: 'availability-zone' }],
  }),
  DescribeVpcs: () => ({
    Vpcs: [
      {
        CidrBlockAssociationSet: [
          { CidrBlock: '10.0.0.0/16', CidrBlockState: state('associated') },
          { CidrBlock: '10.1.0.0/16', CidrBlockState: state('disassociating') },
        ],
      },
    ],
  }),
};

const VIEW = {
  ...{ ingresses: new Map(), services: new Map(), ingressClasses: new Map() },
  ...{ ingressClassParams: new Map(), namespaces: new Map(), pods: new Map() },
  ...{ nodes: [], endpointSlices: [], bindings: [] },
};

test('the builder asks AWS for what the load balancer of a Service needs', async () => {
  const aws = fakeAws(AWS);
  const none = async () => [];
  const loadBalancer = {
    Type: 'network' as const,
    Scheme: 'internal' as const,
    AvailabilityZones: [{ SubnetId: 'subnet-1' }],
  };
  const tags = { 'elbv2.k8s.aws/cluster': 'shop', 'service.k8s.aws/stack': 'shop/web' };
  const builder = openBuilder({
    ...{ aws, kube: undefined },
    inventory: {
      loadBalancers: async () => [{ value: loadBalancer, tags }],
      ...{ targetGroups: none, securityGroups: none },
    },
    view: VIEW,
    settings: { ...DEFAULT_SETTINGS, clusterName: 'shop', vpcId: 'vpc-1' },
  });
  const [owner] = loadOwners({ ...VIEW, services: new Map([['shop/web', SERVICE]]) });
  if (owner?.kind !== 'service') throw new Error('the Service is not ours');
  const { resources } = (await builder.build(owner)).stack;
  expect(resources[LOAD_BALANCER]?.['LoadBalancer']?.spec.subnetMapping).toEqual([{ subnetID: 'subnet-1' }]);
  const sources = Object.values(resources[BINDING] ?? {}).map(({ spec }) =>
    spec.template.spec.networking?.ingress.map(({ from }) => from.map(({ ipBlock }) => ipBlock?.cidr).join()),
  );
  expect(sources).toEqual([['10.0.1.0/24'], ['10.0.0.0/16']]);
  expect(builder.wantsBackendGroup()).toBe(false);
});
