import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Cancelled, explain } from '../../src/errors';
import type { KubeObject } from '../../src/kube/types';
import { recordingHost } from '../helpers/recordingHost';
import { masked } from './awsDump';
import { application, type Bench, changeLines, objectsOf, startBench } from './bench';

const GAME = 'samples/game-2048.yaml';
const P = 'alb.ingress.kubernetes.io';

let bench: Bench;
let before: { aws: string[]; objects: string[] };
beforeAll(async () => {
  bench = await startBench();
  before = { aws: await bench.aws(), objects: await bench.objects() };
});
afterAll(() => bench?.stop());
/** Every test leaves the account as it found it: what a deletion forgets shows here. */
afterEach(async () => {
  await bench.faults();
  await bench.removeAll();
  expect(await bench.aws()).toEqual(before.aws);
  expect(await bench.objects()).toEqual(before.objects);
});

/** An application `web` of two pods in the namespace `demo`. */
const WEB = application(2);

/** The application runs: from then on a plan does not depend on how fast pods start. */
async function webRuns(): Promise<void> {
  await bench.apply(WEB);
  await bench.pods('demo', 2);
}

interface Wanted {
  readonly name?: string;
  readonly className?: string;
  readonly service?: string;
  readonly host?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** An Ingress for `web`; annotations without their prefix. */
function ingress(wanted: Wanted = {}): KubeObject {
  const { name = 'web', className = 'alb', service = 'web', host, annotations = {} } = wanted;
  const all = { 'target-type': 'ip', ...annotations };
  const backend = { service: { name: service, port: { number: 80 } } };
  const rule = { http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } };
  const object = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      ...{ namespace: 'demo', name },
      annotations: Object.fromEntries(Object.entries(all).map(([key, value]) => [`${P}/${key}`, value])),
    },
    spec: { ingressClassName: className, rules: [host === undefined ? rule : { host, ...rule }] },
  };
  return object;
}

/** What a person is told when a command is refused. */
async function refusal(work: Promise<unknown>): Promise<string[]> {
  const error = await work.then(
    () => new Error('it went through'),
    (thrown: unknown) => thrown,
  );
  return explain(error).split('\n');
}

describe('a sample, from nothing to a load balancer', () => {
  test('everything is made, once', async () => {
    const manifests = await objectsOf(GAME);
    const host = recordingHost();
    const { dnsNames } = await bench.provision(manifests, host);
    expect(dnsNames).toHaveLength(1);
    await bench.pods('game-2048', 3);
    await bench.sync();
    expect(await bench.outline()).toMatchInlineSnapshot(`
      [
        "load balancer k8s-game2048-ingress2-02e236bb1f internet-facing ipv4 in 3 zones",
        "  security groups k8s-game2048-ingress2-5e66115444, k8s-traffic-shop-8d9001d32c",
        "  listener HTTP:80, otherwise answer 404",
        "    rule 1 if path /*: forward to k8s-game2048-service2-*",
        "target group k8s-game2048-service2-* ip HTTP:80 check /",
        "  used by k8s-game2048-ingress2-02e236bb1f",
        "  target 10.0.64.101:80 healthy",
        "  target 10.0.80.101:80 healthy",
        "  target 10.0.96.101:80 healthy",
        "security group default",
        "security group eks-cluster-sg-shop-1",
        "security group k8s-game2048-ingress2-5e66115444",
        "  admits tcp 80-80 from 0.0.0.0/0",
        "security group k8s-traffic-shop-8d9001d32c",
        "security group shop-extra",
        "security group shop-frontend",
        "security group shop-node",
        "  admits tcp 80-80 from k8s-traffic-shop-8d9001d32c elbv2.k8s.aws/targetGroupBinding=shared",
      ]
    `);
    expect(await bench.objects()).toMatchInlineSnapshot(`
      [
        "Ingress game-2048/ingress-2048 [ingress.k8s.aws/resources] k8s-game2048-ingress2-02e236bb1f:80",
        "TargetGroupBinding game-2048/k8s-game2048-service2-* [elbv2.k8s.aws/resources] service-2048:80",
      ]
    `);
    expect(host.questions.map(({ title, destructive }) => `${title} ${destructive}`)).toMatchInlineSnapshot(`
      [
        "Apply the plan (7 to create)? false",
      ]
    `);
    const steps = host.events.filter(({ progress }) => progress !== undefined);
    expect(
      steps.slice(0, 7).map(({ text, progress }) => `${progress?.done}/${progress?.total} ${masked(text)}`),
    ).toMatchInlineSnapshot(`
      [
        "1/7 Created security group k8s-traffic-shop-*",
        "2/7 Created security group k8s-game2048-ingress2-*",
        "3/7 Created target group game-2048/ingress-2048-service-2048:80",
        "4/7 Created load balancer k8s-game2048-ingress2-*",
        "5/7 Created listener HTTP:80",
        "6/7 Created rule HTTP:80 #1",
        "7/7 Created TargetGroupBinding game-2048/k8s-game2048-service2-*",
      ]
    `);

    expect(changeLines(await bench.plan())).toEqual([]);
    expect(await bench.writes(() => bench.provision(manifests))).toEqual([]);
  });

  test('declined: nothing is applied and nothing is made', async () => {
    const writes = await bench.writes(async () => {
      const declined = bench.provision(await objectsOf(GAME), recordingHost(false));
      await expect(declined).rejects.toBeInstanceOf(Cancelled);
    });
    expect(writes).toEqual([]);
    expect(await bench.objects()).toEqual(before.objects);
  });

  test('throttled on every third call, it is made all the same', async () => {
    await bench.faults({ action: 'elasticloadbalancing:[ACMRS]*', every: 3, code: 'Throttling' });
    await bench.provision(await objectsOf(GAME));
    await bench.faults();
    await bench.pods('game-2048', 3);
    await bench.sync();
    expect((await bench.outline()).filter((line) => line.startsWith('  target '))).toHaveLength(3);
  });
});

describe('pods', () => {
  const scaled = (replicas: number) =>
    WEB.map((one) =>
      one.kind === 'Deployment' ? { ...one, spec: { ...(one as { spec?: object }).spec, replicas } } : one,
    );
  const targets = async () => (await bench.outline()).filter((line) => /^ {2}target /.test(line)).length;

  test('more and fewer of them: the next sync registers and deregisters', async () => {
    await bench.provision([...WEB, ingress()]);
    await bench.pods('demo', 2);
    await bench.sync();
    expect(await targets()).toBe(2);
    await bench.apply(scaled(4));
    await bench.pods('demo', 4);
    expect(await bench.writes(() => bench.sync())).toEqual(['RegisterTargets']);
    expect(await targets()).toBe(4);
    await bench.apply(scaled(1));
    await bench.pods('demo', 1);
    expect(await bench.writes(() => bench.sync())).toEqual(['DeregisterTargets']);
    expect(await targets()).toBe(1);
  });
});

describe('what loses something says so', () => {
  test('another scheme replaces the load balancer', async () => {
    await webRuns();
    await bench.provision([ingress({ annotations: { scheme: 'internal' } })]);
    const host = recordingHost();
    await bench.provision([ingress({ annotations: { scheme: 'internet-facing' } })], host);
    expect(host.questions.map(withoutPlace)).toMatchInlineSnapshot(`
      [
        [
          "Apply the plan (2 to create, 1 to replace, 1 to delete)? true",
          "! Load balancer k8s-demo-web-eebc085e64 (ARN): it makes way for its replacement",
          "! Load balancer k8s-demo-web-fbb254cc2e: k8s-demo-web-eebc085e64 is replaced: its DNS name internal-k8s-demo-web-eebc085e64-N.eu-west-1.elb.amazonaws.com stops working",
        ],
      ]
    `);
    expect((await bench.outline()).filter((line) => line.startsWith('load balancer'))).toMatchInlineSnapshot(`
      [
        "load balancer k8s-demo-web-fbb254cc2e internet-facing ipv4 in 3 zones",
      ]
    `);
    expect(await bench.objects()).toMatchInlineSnapshot(`
      [
        "Ingress demo/web [ingress.k8s.aws/resources] k8s-demo-web-fbb254cc2e:80",
        "TargetGroupBinding demo/k8s-demo-web-* [elbv2.k8s.aws/resources] web:80",
      ]
    `);
  });

  test('switching deletion protection off; an Ingress cannot be deleted before', async () => {
    const protection = (enabled: boolean) =>
      ingress({ annotations: { 'load-balancer-attributes': `deletion_protection.enabled=${enabled}` } });
    await webRuns();
    await bench.provision([protection(true)]);
    await bench.tryRemove('demo/web');
    expect((await bench.trySync()).groups.map(({ failure }) => failure?.message)).toEqual([
      'Failed build model due to deletion_protection is enabled, cannot delete the ingress: web',
    ]);
    // The Ingress waits for its finalizer: it can still be edited.
    await bench.apply([protection(false)]);
    expect((await bench.outline())[0]).toMatch(/^load balancer/);
  });

  test('switching deletion protection off is destructive', async () => {
    const protection = (enabled: boolean) =>
      ingress({ annotations: { 'load-balancer-attributes': `deletion_protection.enabled=${enabled}` } });
    await webRuns();
    await bench.provision([protection(true)]);
    const host = recordingHost();
    await bench.provision([protection(false)], host);
    expect(host.questions.map(withoutPlace)).toMatchInlineSnapshot(`
      [
        [
          "Apply the plan (1 to update)? true",
          "! Load balancer k8s-demo-web-eebc085e64 (ARN): deletion protection is switched off",
        ],
      ]
    `);
  });

  test('a port that is closed', async () => {
    await webRuns();
    await bench.provision([ingress({ annotations: { 'listen-ports': '[{"HTTP":80},{"HTTP":8080}]' } })]);
    const host = recordingHost();
    await bench.provision([ingress()], host);
    expect(host.questions.map(withoutPlace)).toMatchInlineSnapshot(`
      [
        [
          "Apply the plan (1 to update, 1 to delete)? true",
          "! Listener HTTP:8080 (ARN): nothing answers on port 8080 any more",
        ],
      ]
    `);
  });
});

/** Title and losses of a question, without account, region and ids. */
function withoutPlace({
  title,
  facts,
  destructive,
}: {
  title: string;
  facts: readonly string[];
  destructive: boolean;
}): string[] {
  const losses = facts
    .filter((fact) => fact.startsWith('!'))
    .map((fact) => fact.replace(/ \(arn:[^)]*\)/, ' (ARN)').replace(/-\d+\.eu/, '-N.eu'));
  return [`${title} ${destructive}`, ...losses];
}

describe('an IngressGroup over two files', () => {
  const rules = async () => (await bench.outline()).filter((line) => /^(load balancer| *rule)/.test(line));
  const ordered = (objects: readonly KubeObject[], order: string) =>
    objects.map((one) =>
      one.kind === 'Ingress'
        ? {
            ...one,
            metadata: {
              ...one.metadata,
              annotations: { ...one.metadata.annotations, [`${P}/group.order`]: order },
            },
          }
        : one,
    );
  const files = async () => {
    const [catalogue, checkout] = await Promise.all(
      ['catalogue', 'checkout'].map((name) => objectsOf(`samples/shared-group/${name}.yaml`)),
    );
    return { catalogue: catalogue ?? [], checkout: checkout ?? [] };
  };

  test('one load balancer; the order of the members is that of their rules', async () => {
    const { catalogue, checkout } = await files();
    await bench.provision(catalogue);
    await bench.provision(checkout);
    expect(await rules()).toMatchInlineSnapshot(`
      [
        "load balancer k8s-shop-307f2de889 internet-facing ipv4 in 3 zones",
        "    rule 1 if host shop.example.com and path /catalogue, /catalogue/*: forward to k8s-catalogu-catalogu-*",
        "    rule 2 if host shop.example.com and path /checkout, /checkout/*: forward to k8s-checkout-checkout-*",
      ]
    `);
    await Promise.all([bench.pods('catalogue', 2), bench.pods('checkout', 2)]);
    await bench.sync();
    const moved = ordered(checkout, '5');
    await bench.apply(moved);
    expect(changeLines(await bench.plan())).toMatchInlineSnapshot(`
      [
        "update Rule order HTTP:80",
        "update Rule HTTP:80 #1",
        "update Rule HTTP:80 #2",
      ]
    `);
    await bench.sync();
    expect(await rules()).toMatchInlineSnapshot(`
      [
        "load balancer k8s-shop-307f2de889 internet-facing ipv4 in 3 zones",
        "    rule 1 if host shop.example.com and path /checkout, /checkout/*: forward to k8s-checkout-checkout-*",
        "    rule 2 if host shop.example.com and path /catalogue, /catalogue/*: forward to k8s-catalogu-catalogu-*",
      ]
    `);
    expect(changeLines(await bench.plan())).toEqual([]);
  });

  test('a member is deleted, the other stays', async () => {
    const { catalogue, checkout } = await files();
    await bench.provision([...catalogue, ...checkout]);
    await bench.remove('checkout/checkout');
    expect(await rules()).toMatchInlineSnapshot(`
      [
        "load balancer k8s-shop-307f2de889 internet-facing ipv4 in 3 zones",
        "    rule 1 if host shop.example.com and path /catalogue, /catalogue/*: forward to k8s-catalogu-catalogu-*",
      ]
    `);
    expect(await bench.objects()).toMatchInlineSnapshot(`
      [
        "Ingress catalogue/catalogue [group.ingress.k8s.aws/shop] k8s-shop-307f2de889:80",
        "TargetGroupBinding catalogue/k8s-catalogu-catalogu-* [elbv2.k8s.aws/resources] catalogue:http",
      ]
    `);
  });

  test('a member moves to a group of its own, and gets a load balancer of its own', async () => {
    const { catalogue, checkout } = await files();
    await bench.provision([...catalogue, ...checkout]);
    const alone = checkout.map((one) =>
      one.kind === 'Ingress'
        ? { ...one, metadata: { ...one.metadata, annotations: { [`${P}/target-type`]: 'ip' } } }
        : one,
    );
    await bench.provision(alone);
    expect(await rules()).toMatchInlineSnapshot(`
      [
        "load balancer k8s-checkout-checkout-f73f1a3c5c internal ipv4 in 3 zones",
        "    rule 1 if host shop.example.com and path /checkout, /checkout/*: forward to k8s-checkout-checkout-*",
        "load balancer k8s-shop-307f2de889 internet-facing ipv4 in 3 zones",
        "    rule 1 if host shop.example.com and path /catalogue, /catalogue/*: forward to k8s-catalogu-catalogu-*",
      ]
    `);
    expect(await bench.objects()).toMatchInlineSnapshot(`
      [
        "Ingress catalogue/catalogue [group.ingress.k8s.aws/shop] k8s-shop-307f2de889:80",
        "Ingress checkout/checkout [ingress.k8s.aws/resources] internal-k8s-checkout-checkout-f73f1a3c5c:80",
        "TargetGroupBinding catalogue/k8s-catalogu-catalogu-* [elbv2.k8s.aws/resources] catalogue:http",
        "TargetGroupBinding checkout/k8s-checkout-checkout-* [elbv2.k8s.aws/resources] checkout:http",
      ]
    `);
  });
});

describe('refused', () => {
  /** The message, and that neither AWS nor the Ingresses of the cluster were touched. */
  async function untouched(...objects: readonly KubeObject[]): Promise<string[]> {
    let text: string[] = [];
    const writes = await bench.writes(async () => {
      text = await refusal(bench.provision(objects));
    });
    expect(writes).toEqual([]);
    expect(await bench.objects()).toEqual(before.objects);
    return text;
  }

  test('an Ingress of another class', async () => {
    const foreign = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name: 'other' },
      spec: { controller: 'example.com/other' },
    };
    expect(await untouched(foreign, ingress({ className: 'other' }))).toMatchInlineSnapshot(`
      [
        "demo/web is not an Ingress of the ALB class.",
        "Another controller is in charge of it, or it is being deleted.",
        "Set spec.ingressClassName to a class whose controller is ingress.k8s.aws/alb.",
      ]
    `);
  });

  test('a class that does not exist', async () => {
    expect(await untouched(ingress({ className: 'alb-typo' }))).toMatchInlineSnapshot(`
      [
        "demo/web: Failed load groupID due to invalid ingress class: IngressClass.networking.k8s.io "alb-typo" not found",
        "Mend ingressClassName, its IngressClassParams or the group name.",
      ]
    `);
  });

  test('no Ingress', async () => {
    expect(await untouched(...WEB)).toMatchInlineSnapshot(`
      [
        "There is no Ingress in these manifests, and no Service with a load balancer of its own.",
        "Name a file that contains an object of kind Ingress, or a Service of type LoadBalancer for an NLB.",
      ]
    `);
  });

  test('members that contradict each other', async () => {
    const member = (name: string, scheme: string) =>
      ingress({ name, host: `${name}.example.com`, annotations: { scheme, 'group.name': 'shop' } });
    expect(
      await untouched(...WEB, member('a', 'internal'), member('b', 'internet-facing')),
    ).toMatchInlineSnapshot(`
      [
        "Failed build model due to conflicting scheme: map[internal:{} internet-facing:{}]",
        "demo/a and demo/b say different things where the load balancer can have only one: scheme.",
        "A load balancer is built from all its members at once: while one of them cannot be built, none of them is changed.",
        "demo/a and demo/b are to blame.",
        "Nothing was changed.",
        "Say it in one member, or the same in all, or give one of them another group.name.",
      ]
    `);
  });

  test('an object that the cluster refuses: nothing is made in AWS', async () => {
    const bad = { ...ingress(), spec: { ingressClassName: 'alb', rules: [{ host: 'NOT A HOST' }] } };
    expect(await untouched(...WEB, bad)).toMatchInlineSnapshot(`
      [
        "The cluster refuses Ingress demo/web: Ingress.networking.k8s.io "web" is invalid: spec.rules[0].host: Invalid value: "NOT A HOST": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
        "Objects before it in the manifests are in the cluster already; nothing in AWS was changed.",
        "Mend the manifest and run the command again.",
      ]
    `);
  });

  test('a Service that does not exist is no refusal: its rule answers 503', async () => {
    await bench.provision([...WEB, ingress({ service: 'nowhere' })]);
    expect((await bench.outline()).filter((line) => /rule|target group/.test(line))).toMatchInlineSnapshot(`
      [
        "    rule 1 if path /*: answer 503 "Backend service does not exist"",
      ]
    `);
  });
});
