/** What an Ingress names, against what exists in the account, region and cluster that the editor is connected to. */
import { ingress } from './examples';
import type { LiveExample, Rule } from './rule';

const ARN = 'arn:aws:acm:eu-west-1:111122223333:certificate/';
const GOOD = `${ARN}12345678-1234-1234-1234-123456789012`;
const EXPIRED = `${ARN}87654321-4321-4321-4321-210987654321`;

const live: LiveExample = {
  place: { account: '111122223333', region: 'eu-west-1', vpcId: 'vpc-0a1b2c3d4e5f60718' },
  values: {
    subnets: [
      { value: 'subnet-0a1b2c3d4e5f60718', label: 'public-a, eu-west-1a' },
      { value: 'subnet-1a1b2c3d4e5f60718', label: 'public-b, eu-west-1b' },
    ],
    certificates: [
      { value: GOOD, label: 'shop.example.com, issued', facts: { domains: 'shop.example.com' } },
      {
        value: EXPIRED,
        label: 'old.example.com, expired',
        unusable: 'it has expired on 2024-01-31',
        facts: { domains: 'old.example.com' },
      },
    ],
    ingressClasses: [{ value: 'alb', label: 'ingress.k8s.aws/alb' }],
  },
};

const https = `listen-ports: '[{"HTTPS": 443}]'`;
const policy = 'ssl-policy: ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09';

export const liveRules = {
  'certificate-not-usable': {
    severity: 'error',
    title: 'Certificate that does not exist or is not issued',
    why: 'AWS refuses it, and the HTTPS listener is not created.',
    bad: ingress({ annotations: [`certificate-arn: ${EXPIRED}`, policy] }),
    good: ingress({ annotations: [`certificate-arn: ${GOOD}`, policy] }),
    live,
  },
  'certificate-not-found': {
    severity: 'warning',
    title: 'HTTPS without a certificate that fits the hosts',
    why: 'The controller finds none either, and the whole group stops being updated.',
    bad: ingress({ annotations: [https, policy] }).replaceAll('shop.example.com', 'api.example.com'),
    good: ingress({ annotations: [https, policy] }),
    live,
  },
  'resource-not-found': {
    severity: 'warning',
    title: 'Subnet or security group that does not exist',
    why: 'The controller fails to build the load balancer of the whole group.',
    bad: ingress({ annotations: ['subnets: subnet-0a1b2c3d4e5f60718, subnet-00000000000000000'] }),
    good: ingress({ annotations: ['subnets: subnet-0a1b2c3d4e5f60718, subnet-1a1b2c3d4e5f60718'] }),
    live,
  },
} satisfies Record<string, Rule>;
