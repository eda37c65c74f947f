import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Dns } from '../../src/setup/choices';
import type { Setup } from '../../src/setup/setup';
import { startWorld, type World } from '../helpers/world';
import { call, plainly } from './behind';
import { notedTools, setupOf, stepOf } from './harness';

let world: World;

beforeAll(async () => {
  world = await startWorld({ pods: false, world: { seed: 7 } });
});
afterAll(() => world?.stop());
beforeEach(() => world.reset({ seed: 7 }));

const texts = plainly(() => world);
const plain = (text: string) =>
  text
    .replace(/ns-\d+\.awsdns-\d+\.\w+(\.\w+)?/g, 'NS')
    .replace(/\b[0-9A-Z]{22}\b/g, 'ZONE')
    .replace(/\b1[0-9]{12}\b/g, 'TIME')
    .replace(/(front-|\S*-)?\d+\.eu-west-1\.elb\.amazonaws\.com/g, 'BALANCER');
const check = async (setup: Setup, id: Parameters<typeof stepOf>[0]) => plain(await texts.check(setup, id));
const plan = async (setup: Setup, id: Parameters<typeof stepOf>[0]) => plain(await texts.plan(setup, id));
const apply = async (setup: Setup, id: Parameters<typeof stepOf>[0]) => plain(await texts.apply(setup, id));
const undo = async (setup: Setup, id: Parameters<typeof stepOf>[0]) =>
  (await texts.undo(setup, id)).map(plain);

const ZONE = 'shop.example.com';
const EXTERNAL: { dns: Dns } = { dns: { zone: ZONE, by: 'external-dns' } };
const ALIAS: { dns: Dns } = { dns: { zone: ZONE, by: 'alias', host: `www.${ZONE}`, ingress: 'shop/front' } };

async function zoneId(setup: Setup): Promise<string> {
  const { HostedZones = [] } = await call(setup, 'route53', 'ListHostedZonesByName', { DNSName: ZONE });
  return HostedZones[0]?.Id ?? '';
}

async function write(setup: Setup, Name: string, Type: 'A' | 'CNAME' | 'TXT', Value: string): Promise<void> {
  const ResourceRecordSet = { Name, Type, TTL: 60, ResourceRecords: [{ Value }] };
  const ChangeBatch = { Changes: [{ Action: 'UPSERT' as const, ResourceRecordSet }] };
  await call(setup, 'route53', 'ChangeResourceRecordSets', {
    HostedZoneId: await zoneId(setup),
    ChangeBatch,
  });
}

describe('the hosted zone', () => {
  it('is made, tells its name servers, and goes again', async () => {
    const setup = await setupOf(world, ALIAS);
    expect(await check(setup, 'hosted-zone')).toMatchInlineSnapshot(`
      "false
      The account has no public hosted zone shop.example.com, nor one of a parent."
    `);
    expect(await plan(setup, 'hosted-zone')).toMatchInlineSnapshot(`
      "  - Create the hosted zone shop.example.com
          $ aws route53 create-hosted-zone --region eu-west-1 --endpoint-url ENDPOINT --name shop.example.com --caller-reference ekslb-setup/shop/TIME --hosted-zone-config '{"Comment":"Made by ekslb setup for the EKS cluster shop"}'"
    `);
    expect(await apply(setup, 'hosted-zone')).toMatchInlineSnapshot(`
      "done
      shop.example.com (ZONE)
      Name servers: NS, NS, NS, NS
      Where shop.example.com is registered, or in the zone above it, NS records must name these servers; until then nobody finds it."
    `);
    expect(await plan(setup, 'hosted-zone')).toBe('');
    await write(setup, `other.${ZONE}`, 'TXT', '"kept"');
    await expect(undo(setup, 'hosted-zone')).rejects.toThrow(`it has other.${ZONE} TXT`);
    const [HostedZoneId, ResourceRecordSet] = [
      await zoneId(setup),
      { Name: `other.${ZONE}`, Type: 'TXT' as const, TTL: 60, ResourceRecords: [{ Value: '"kept"' }] },
    ];
    const ChangeBatch = { Changes: [{ Action: 'DELETE' as const, ResourceRecordSet }] };
    await call(setup, 'route53', 'ChangeResourceRecordSets', { HostedZoneId, ChangeBatch });
    expect(await undo(setup, 'hosted-zone')).toMatchInlineSnapshot(`
      [
        "Delete the hosted zone ! shop.example.com (ZONE); a new zone of the name gets other name servers",
      ]
    `);
    expect(await check(setup, 'hosted-zone')).toMatch(/^false/);
  });

  it('may be that of a parent, but no private one; that of somebody else stays', async () => {
    const setup = await setupOf(world, ALIAS);
    await call(setup, 'route53', 'CreateHostedZone', {
      Name: ZONE,
      CallerReference: 'private',
      HostedZoneConfig: { PrivateZone: true },
      VPC: { VPCId: world.vpcId, VPCRegion: 'eu-west-1' },
    });
    expect(await check(setup, 'hosted-zone')).toMatch(/^false/);
    await call(setup, 'route53', 'CreateHostedZone', { Name: 'example.com', CallerReference: 'parent' });
    expect(await check(setup, 'hosted-zone')).toMatchInlineSnapshot(`
      "true
      example.com (ZONE), a parent of shop.example.com
      Name servers: NS, NS, NS, NS
      Where example.com is registered, or in the zone above it, NS records must name these servers; until then nobody finds it."
    `);
    expect(await undo(setup, 'hosted-zone')).toEqual([]);
  });

  it('is not asked for without DNS', async () => {
    for (const id of ['hosted-zone', 'external-dns-role', 'external-dns', 'alias-record'] as const) {
      expect(await stepOf(id).skip?.(await setupOf(world))).toBe('DNS is not chosen.');
    }
    expect(await stepOf('alias-record').skip?.(await setupOf(world, EXTERNAL))).toBe(
      'external-dns writes the records.',
    );
    expect(await stepOf('external-dns').skip?.(await setupOf(world, ALIAS))).toMatch(/^One alias record/);
  });
});

describe('the role of external-dns', () => {
  it('is made for its zone, by IRSA', async () => {
    const setup = await setupOf(world, EXTERNAL);
    expect(await plan(setup, 'external-dns-role')).toMatchInlineSnapshot(`
      "  - Create the IAM policy ekslb-shop-external-dns
          $ aws iam create-policy --region eu-west-1 --endpoint-url ENDPOINT --policy-name ekslb-shop-external-dns --description 'external-dns of the EKS cluster shop' --policy-document file://ekslb-setup-shop/external-dns-role-1-policy-document.json --tags '[{"Key":"ekslb/made-by","Value":"setup"}]'
        - Create the IAM role ekslb-shop-external-dns
          $ aws iam create-role --region eu-west-1 --endpoint-url ENDPOINT --role-name ekslb-shop-external-dns --description 'external-dns of the EKS cluster shop' --assume-role-policy-document file://ekslb-setup-shop/external-dns-role-2-assume-role-policy-document.json --tags '[{"Key":"ekslb/made-by","Value":"setup"},{"Key":"ekslb/cluster","Value":"shop"}]'
        - Attach arn:aws:iam::123456789012:policy/ekslb-shop-external-dns to the IAM role ekslb-shop-external-dns
          $ aws iam attach-role-policy --region eu-west-1 --endpoint-url ENDPOINT --role-name ekslb-shop-external-dns --policy-arn arn:aws:iam::123456789012:policy/ekslb-shop-external-dns"
    `);
    const [policy] = await stepOf('external-dns-role').plan(setup);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what is known later
    expect(JSON.stringify(policy)).toContain('hostedzone/${ZONE_ID}');
    for (const id of ['oidc-provider', 'hosted-zone'] as const) await apply(setup, id);
    expect(await check(setup, 'external-dns-role')).toMatchInlineSnapshot(`
      "false
      There is no IAM role ekslb-shop-external-dns."
    `);
    expect(await apply(setup, 'external-dns-role')).toMatchInlineSnapshot(`
      "done
      arn:aws:iam::123456789012:role/ekslb-shop-external-dns trusts external-dns/external-dns by ISSUER.
      Attached: arn:aws:iam::123456789012:policy/ekslb-shop-external-dns."
    `);
    expect(await plan(setup, 'external-dns-role')).toBe('');
    expect(await undo(setup, 'external-dns-role')).toMatchInlineSnapshot(`
      [
        "Detach arn:aws:iam::123456789012:policy/ekslb-shop-external-dns from the IAM role ekslb-shop-external-dns",
        "Delete the IAM role ekslb-shop-external-dns ! arn:aws:iam::123456789012:role/ekslb-shop-external-dns",
        "Delete the IAM policy ekslb-shop-external-dns ! arn:aws:iam::123456789012:policy/ekslb-shop-external-dns",
      ]
    `);
    expect(await check(setup, 'external-dns-role')).toMatch(/^false/);
  });

  it('is made by Pod Identity, and for another zone is named', async () => {
    const setup = await setupOf(world, { ...EXTERNAL, identity: 'pod-identity' });
    await apply(setup, 'hosted-zone');
    expect(await apply(setup, 'external-dns-role')).toMatchInlineSnapshot(`
      "done
      arn:aws:iam::123456789012:role/ekslb-shop-external-dns trusts EKS Pod Identity.
      Attached: arn:aws:iam::123456789012:policy/ekslb-shop-external-dns.
      ASSOCIATION: external-dns/external-dns has arn:aws:iam::123456789012:role/ekslb-shop-external-dns."
    `);
    const PolicyArn = 'arn:aws:iam::123456789012:policy/ekslb-shop-external-dns';
    const { PolicyVersion } = await call(setup, 'iam', 'GetPolicyVersion', { PolicyArn, VersionId: 'v1' });
    const other = decodeURIComponent(PolicyVersion?.Document ?? '').replace(
      /hostedzone\/\w+/,
      'hostedzone/ZOTHERZONE123',
    );
    await call(setup, 'iam', 'CreatePolicyVersion', { PolicyArn, PolicyDocument: other, SetAsDefault: true });
    expect(await check(setup, 'external-dns-role')).toMatchInlineSnapshot(`
      "false
      arn:aws:iam::123456789012:role/ekslb-shop-external-dns is not allowed route53:ChangeResourceRecordSets for the zone shop.example.com: no records are written there."
    `);
    expect(await apply(setup, 'external-dns-role')).toMatch(/^done/);
    expect(await undo(setup, 'external-dns-role')).toHaveLength(6);
  });
});

describe('external-dns', () => {
  const deployment = (args: readonly string[]) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'external-dns', namespace: 'external-dns' },
    spec: {
      selector: { matchLabels: { app: 'dns' } },
      template: {
        metadata: { labels: { app: 'dns' } },
        spec: { containers: [{ name: 'external-dns', image: 'external-dns:1', args }] },
      },
    },
  });
  const path = 'apis/apps/v1/namespaces/external-dns/deployments';

  async function install(available: number, zone = ZONE): Promise<void> {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'external-dns' } };
    await world.kube.call('POST', 'api/v1/namespaces', namespace).catch(() => undefined);
    await world.kube.call('DELETE', `${path}/external-dns`).catch(() => undefined);
    const made = await world.kube.call<object>('POST', path, deployment([`--domain-filter=${zone}`]));
    const status = { replicas: 1, readyReplicas: available, availableReplicas: available };
    await world.kube.call('PUT', `${path}/external-dns/status`, { ...made, status });
  }

  it('is installed by Helm', async () => {
    const tools = notedTools(['helm']);
    const setup = await setupOf(world, EXTERNAL, tools);
    expect(await check(setup, 'external-dns')).toMatchInlineSnapshot(`
      "false
      The cluster has no Deployment external-dns/external-dns."
    `);
    expect(await plan(setup, 'external-dns')).toMatchInlineSnapshot(`
      "  - Install external-dns
          $ helm upgrade --install external-dns external-dns --repo https://kubernetes-sigs.github.io/external-dns/ --version 1.19.0 --namespace external-dns --create-namespace --values ekslb-setup-shop/external-dns-values.yaml --kubeconfig KUBECONFIG"
    `);
    const [action] = await stepOf('external-dns').plan(setup);
    expect(action?.kind === 'tool' ? action.files : undefined).toMatchInlineSnapshot(`
      {
        "external-dns-values.yaml": "provider:
        name: aws
      sources:
        - service
        - ingress
      domainFilters:
        - shop.example.com
      policy: upsert-only
      registry: txt
      txtOwnerId: shop
      extraArgs:
        - --aws-zone-type=public
      env:
        - name: AWS_DEFAULT_REGION
          value: eu-west-1
      serviceAccount:
        create: true
        name: external-dns
        annotations:
          eks.amazonaws.com/role-arn: arn:aws:iam::123456789012:role/ekslb-shop-external-dns
      ",
      }
    `);
    await install(0);
    expect(await check(setup, 'external-dns')).toMatchInlineSnapshot(`
      "false
      Deployment external-dns/external-dns: 0 of 1 available.
      \`kubectl logs --namespace external-dns deployment/external-dns\` tells why."
    `);
    await install(1, 'other.example.com');
    expect(await check(setup, 'external-dns')).toMatchInlineSnapshot(`
      "false
      The Deployment external-dns/external-dns has --domain-filter=other.example.com, not --domain-filter=shop.example.com: it writes no records of that zone."
    `);
    await install(1);
    expect(await check(setup, 'external-dns')).toMatchInlineSnapshot(`
      "true
      Deployment external-dns/external-dns: 1 of 1 available, --domain-filter=shop.example.com"
    `);
    expect(await undo(setup, 'external-dns')).toMatchInlineSnapshot(`
      [
        "Remove external-dns; the records that it wrote stay ! the Helm release external-dns in the namespace external-dns",
      ]
    `);
    expect(tools.ran.map(({ argv }) => argv.slice(0, 5).join(' '))).toMatchInlineSnapshot(`
      [
        "helm uninstall external-dns --namespace external-dns",
      ]
    `);
  });
});

describe('the alias record', () => {
  async function ingressWithBalancer(setup: Setup): Promise<string> {
    const Subnets = ['a', 'b'].map((zone) => world.ids[`\${subnet:shop-public-${zone}}`] ?? '');
    const { LoadBalancers = [] } = await call(setup, 'elbv2', 'CreateLoadBalancer', {
      Name: 'front',
      Subnets,
    });
    const hostname = LoadBalancers[0]?.DNSName ?? '';
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };
    await world.kube.call('POST', 'api/v1/namespaces', namespace).catch(() => undefined);
    const ingresses = 'apis/networking.k8s.io/v1/namespaces/shop/ingresses';
    await world.kube.call('DELETE', `${ingresses}/front`).catch(() => undefined);
    const made = await world.kube.call<object>('POST', ingresses, {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'front', namespace: 'shop' },
      spec: { ingressClassName: 'alb', defaultBackend: { service: { name: 'front', port: { number: 80 } } } },
    });
    const status = { loadBalancer: { ingress: [{ hostname }] } };
    await world.kube.call('PUT', `${ingresses}/front/status`, { ...made, status });
    return hostname;
  }

  it('is planned before there is anything', async () => {
    const setup = await setupOf(world, ALIAS);
    expect(await plan(setup, 'alias-record')).toMatchInlineSnapshot(`
      "  - Point www.shop.example.com at \${LB_HOST}
          $ aws route53 change-resource-record-sets --region eu-west-1 --endpoint-url ENDPOINT --hosted-zone-id "\${ZONE_ID}" --change-batch file://ekslb-setup-shop/alias-record-change-batch.json"
    `);
    expect(await check(setup, 'alias-record')).toMatchInlineSnapshot(`
      "unknown
      The Ingress shop/front has no address yet: it does not exist, or its load balancer is not made.
      Apply the Ingress, or see what keeps it: \`kubectl describe ingress front --namespace shop\`; then look again."
    `);
  });

  it('leads to the load balancer, and goes again', async () => {
    const setup = await setupOf(world, ALIAS);
    await apply(setup, 'hosted-zone');
    await ingressWithBalancer(setup);
    expect(await check(setup, 'alias-record')).toMatchInlineSnapshot(`
      "false
      There is no record for www.shop.example.com; it is to lead to BALANCER."
    `);
    expect(await plan(setup, 'alias-record')).toMatchInlineSnapshot(`
      "  - Point www.shop.example.com at BALANCER
          $ aws route53 change-resource-record-sets --region eu-west-1 --endpoint-url ENDPOINT --hosted-zone-id ZONE --change-batch file://ekslb-setup-shop/alias-record-change-batch.json"
    `);
    expect(await apply(setup, 'alias-record')).toMatchInlineSnapshot(`
      "done
      www.shop.example.com A BALANCER, the load balancer of shop/front"
    `);
    expect(await plan(setup, 'alias-record')).toBe('');
    expect(await undo(setup, 'alias-record')).toMatchInlineSnapshot(`
      [
        "Delete the record of www.shop.example.com ! www.shop.example.com A BALANCER",
      ]
    `);
    expect(await check(setup, 'alias-record')).toMatch(/^false/);
    expect(await undo(setup, 'hosted-zone')).toHaveLength(1);
  });

  it.each([
    ['A', '192.0.2.1'],
    ['CNAME', 'old.example.org'],
  ] as const)('takes the place of another %s record, which is named', async (type, value) => {
    const setup = await setupOf(world, ALIAS);
    await apply(setup, 'hosted-zone');
    await ingressWithBalancer(setup);
    await write(setup, `www.${ZONE}`, type, value);
    expect(await check(setup, 'alias-record')).toMatchSnapshot();
    expect(await plan(setup, 'alias-record')).toMatchSnapshot();
    // What is not ours is not deleted.
    expect(await undo(setup, 'alias-record')).toEqual([]);
    expect(await apply(setup, 'alias-record')).toMatch(/^done/);
  });
});
