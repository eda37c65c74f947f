import { describe, expect, test } from 'vitest';
import { file, ingress, service } from '../../../src/rules/examples';
import { type Project, project } from '../../helpers/project';

const PORTS = 'selector:\n  app: web\nports:\n  - name: http\n    port: 80\n    targetPort: 8080';
const spec = (name: string, port = 'number: 80') =>
  `ingressClassName: alb
rules:
  - http:
      paths:
        - path: /
          pathType: Prefix
          backend:
            service:
              name: ${name}
              port:
                ${port}`;
const action = (json: string) =>
  ingress({ annotations: [`actions.go: '${json}'`], spec: spec('go', 'name: use-annotation') });
const forward = (...targets: string[]) =>
  `{"type":"forward","forwardConfig":{"targetGroups":[${targets.join(',')}]}}`;
const annotation = (line: string) => `  annotations:\n    alb.ingress.kubernetes.io/${line}\n`;
const quiet = (found: Project, path = 'ingress.yaml') => expect(found.marked(path)).toEqual([]);

describe('a Service that is not there', () => {
  test('is missing where the file holds Services of the namespace', () => {
    const found = project({
      'ingress.yaml': file(service({ name: 'cart' }), ingress({ spec: spec('web') })),
    });
    expect(found.marked('ingress.yaml')).toEqual(['service-not-found «web»']);
    expect(found.messages('ingress.yaml')).toEqual([
      'There is no Service `web`. The controller reports success and the load balancer answers 503 with `Backend service does not exist`. Check the name, or add the Service.',
    ]);
  });

  test('is missing where the folder holds Services of the namespace, with the one that was meant', () => {
    const found = project({
      'a/ingress.yaml': ingress({ namespace: 'shop', spec: spec('wbe') }),
      'a/service.yaml': service({ namespace: 'shop' }),
    });
    expect(found.messages('a/ingress.yaml')[0]).toMatch(
      /^There is no Service `wbe` in namespace `shop`\. .* Did you mean `web`\?$/,
    );
    expect(found.related('a/ingress.yaml')).toEqual(['service-not-found a/service.yaml «web»']);
    expect(found.fixed('a/ingress.yaml', 'service-not-found')).toBe(
      ingress({ namespace: 'shop', spec: spec('web') }),
    );
  });

  test('is a slip of the pen where its namespace has one of nearly that name, wherever it stands', () => {
    const found = project({
      'a/ingress.yaml': ingress({ namespace: 'shop', spec: spec('checkuot') }),
      'b/service.yaml': service({ name: 'checkout', namespace: 'shop' }),
    });
    expect(found.marked('a/ingress.yaml')).toEqual(['service-not-found «checkuot»']);
  });

  test.each([
    ['shop-us', 'shop-eu'],
    ['api-2', 'api-1'],
    ['web', 'web-api'],
    ['basket-green', 'basket-blue'],
    ['dev', 'prod'],
  ])('%s beside %s in another folder may well exist', (wanted, there) => {
    quiet(
      project({
        'a/ingress.yaml': ingress({ namespace: 'shop', spec: spec(wanted) }),
        'b/service.yaml': service({ name: there, namespace: 'shop' }),
      }),
      'a/ingress.yaml',
    );
  });

  test('is found in another file of the folder, and in another folder', () => {
    quiet(project({ 'ingress.yaml': ingress(), 'service.yaml': service() }));
    quiet(
      project({ 'ingress.yaml': file(service({ name: 'cart' }), ingress()), 'b/service.yaml': service() }),
    );
  });

  test('may exist where nobody keeps Services', () => {
    quiet(project({ 'ingress.yaml': ingress() }));
    quiet(project({ 'ingress.yaml': ingress(), 'b/service.yaml': service({ name: 'cart' }) }));
  });

  test('may exist where the folder has Services of other namespaces only', () => {
    quiet(
      project({
        'ingress.yaml': ingress({ namespace: 'shop' }),
        'service.yaml': service({ name: 'cart', namespace: 'cart' }),
      }),
    );
  });

  test.each(['kustomization.yaml', '../kustomization.yaml', 'Chart.yaml'])('may come from %s', (path) => {
    const found = project({ 'a/b/ingress.yaml': file(service({ name: 'cart' }), ingress()) });
    found.note(new URL(path, 'file:///a/b/').pathname.slice(1));
    quiet(found, 'a/b/ingress.yaml');
  });

  test('may be made by a Helm template beside it', () => {
    const found = project({
      'a/ingress.yaml': file(service({ name: 'cart' }), ingress()),
    });
    expect(found.marked('a/ingress.yaml')).toEqual(['service-not-found «web»']);
    found.write('a/service.yaml', service({ name: '{{ .Release.Name }}' }));
    expect(found.isStale('a/ingress.yaml')).toBe(true);
    quiet(found, 'a/ingress.yaml');
    found.remove('a/service.yaml');
    expect(found.marked('a/ingress.yaml')).toEqual(['service-not-found «web»']);
  });

  test('is not that of another environment', () => {
    const found = project({
      'dev/web.yaml': file(service(), ingress({ spec: spec('web') })),
      'prod/web.yaml': file(service({ name: 'cart' }), ingress({ spec: spec('web') })),
    });
    quiet(found, 'dev/web.yaml');
    expect(found.marked('prod/web.yaml')).toEqual(['service-not-found «web»']);
  });

  // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder of envsubst
  test.each(['${SERVICE}', '$(SERVICE)', '<service>'])('%s is filled in later', (name) => {
    quiet(project({ 'ingress.yaml': file(service(), ingress({ spec: spec(`'${name}'`) })) }));
  });

  test('is looked for again when the Service changes', () => {
    const found = project({ 'ingress.yaml': ingress(), 'service.yaml': service() });
    quiet(found);
    expect(found.isStale('ingress.yaml')).toBe(false);
    found.write('service.yaml', service({ name: 'wbe' }));
    expect(found.isStale('ingress.yaml')).toBe(true);
    expect(found.marked('ingress.yaml')).toEqual(['service-not-found «web»']);
    found.write('service.yaml', service());
    expect(found.isStale('ingress.yaml')).toBe(true);
    quiet(found);
  });

  test('is of no interest where the Ingress is not for this controller', () => {
    quiet(
      project({
        'ingress.yaml': file(
          service({ name: 'cart' }),
          ingress({ spec: spec('web').replace('alb', 'nginx') }),
        ),
      }),
    );
  });
});

describe('a Service in an action', () => {
  const one = '{"serviceName":"web","servicePort":80,"weight":1}';
  const wrong = '{"serviceName":"wbe","servicePort":"80","weight":1}';

  test('alone is answered 503', () => {
    const text = file(service(), action(forward(wrong)));
    const found = project({ 'ingress.yaml': text });
    expect(found.marked('ingress.yaml')).toEqual(['service-not-found «wbe»']);
    expect(found.fixed('ingress.yaml', 'service-not-found')).toBe(text.replace('wbe', 'web'));
  });

  test('among others fails the group', () => {
    const text = file(service(), action(forward(one, wrong)));
    const found = project({ 'ingress.yaml': text });
    expect(found.marked('ingress.yaml')).toEqual(['weighted-service-not-found «wbe»']);
    expect(found.fixed('ingress.yaml', 'weighted-service-not-found')).toBe(text.replace('wbe', 'web'));
  });

  test('of no rule is not read', () => {
    const text = file(service(), ingress({ annotations: [`actions.go: '${forward(wrong)}'`] }));
    expect(project({ 'ingress.yaml': text }).marked('ingress.yaml').join()).not.toMatch('not-found');
  });

  test('has a port, as a number or as text', () => {
    const text = file(service(), action(forward(one.replace('80', '81'))));
    const found = project({ 'ingress.yaml': text });
    expect(found.marked('ingress.yaml')).toEqual(['service-port-not-found «81»']);
    expect(found.fixed('ingress.yaml', 'service-port-not-found')).toBe(text.replace(':81', ':80'));
    quiet(project({ 'ingress.yaml': file(service(), action(forward(one.replace('80', '"80"')))) }));
    quiet(project({ 'ingress.yaml': file(service(), action(forward(one.replace('80', '"http"')))) }));
  });

  test('in a value in double quotes', () => {
    const json = JSON.stringify(forward(one.replace('80', '"htpp"')));
    const text = file(
      service(),
      ingress({ annotations: [`actions.go: ${json}`], spec: spec('go', 'name: use-annotation') }),
    );
    expect(project({ 'ingress.yaml': text }).fixed('ingress.yaml', 'service-port-not-found')).toBe(
      text.replace('htpp', 'http'),
    );
  });

  test.each([
    '{"type":"forward"',
    '[]',
    '{"type":"redirect"}',
    '{"type":"forward","forwardConfig":{"targetGroups":[1]}}',
  ])('that cannot be read is left to others: %s', (json) => {
    const codes = project({ 'ingress.yaml': file(service(), action(json)) })
      .marked('ingress.yaml')
      .join();
    expect(codes).not.toMatch('not-found');
  });
});

describe('a Service of another namespace', () => {
  test.each([
    ['shop/web', 'web'],
    ['web.shop', 'web'],
    ['web.shop.svc', 'web'],
    ['web.shop.svc.cluster.local', 'web'],
  ])('%s is no name of a Service', (name, bare) => {
    const found = project({ 'ingress.yaml': ingress({ spec: spec(name) }) });
    expect(found.marked('ingress.yaml')).toEqual([`cross-namespace-backend «${name}»`]);
    expect(found.messages('ingress.yaml')[0]).toMatch(
      'an Ingress in `shop` and give both the same `group.name`',
    );
    expect(found.fixed('ingress.yaml', 'cross-namespace-backend')).toBe(ingress({ spec: spec(bare) }));
  });

  test('cannot be a backend', () => {
    const found = project({
      'a/ingress.yaml': ingress({ namespace: 'shop', spec: spec('cart') }),
      'a/cart.yaml': service({ name: 'cart', namespace: 'cart' }),
    });
    expect(found.messages('a/ingress.yaml')[0]).toMatch(
      /^Service `cart` is in namespace `cart`, the Ingress is in `shop`\./,
    );
    expect(found.related('a/ingress.yaml')).toEqual(['cross-namespace-backend a/cart.yaml «cart»']);
  });

  test('may have a namesake in its own', () => {
    quiet(
      project({
        'a/ingress.yaml': ingress({ namespace: 'shop', spec: spec('cart') }),
        'b/cart.yaml': service({ name: 'cart', namespace: 'cart' }),
      }),
      'a/ingress.yaml',
    );
  });
});

describe('ports', () => {
  const two = service({
    spec: 'type: NodePort\nselector:\n  app: web\nports:\n  - name: http\n    port: 80\n    targetPort: 8080\n  - name: admin\n    port: 81\n    targetPort: metrics',
  });
  test.each([
    ['number: 8080', 'number: 80', '80'],
    ['name: admni', 'name: admin', 'admin'],
    ['name: metrics', 'number: 81', '81'],
  ])('%s: %s is offered', (wrong, right, title) => {
    const text = file(two, ingress({ spec: spec('web', wrong) }));
    const found = project({ 'ingress.yaml': text });
    expect(found.messages('ingress.yaml')[0]).toMatch(/It has the ports `80 \(http\)` and `81 \(admin\)`\.$/);
    expect(title).not.toBe('');
    expect(found.fixed('ingress.yaml', 'service-port-not-found')).toBe(
      file(two, ingress({ spec: spec('web', right) })),
    );
    expect(found.related('ingress.yaml')).toEqual(['service-port-not-found ingress.yaml «ports»']);
  });

  test('the only port is offered whatever was written', () => {
    const text = file(service(), ingress({ spec: spec('web', 'name: grpc') }));
    expect(project({ 'ingress.yaml': text }).fixed('ingress.yaml', 'service-port-not-found')).toBe(
      file(service(), ingress({ spec: spec('web', 'name: http') })),
    );
  });

  test('a patch of Kustomize does not tell all ports', () => {
    const found = project({
      'ingress.yaml': ingress({ spec: spec('web', 'number: 443') }),
      'patch.yaml': service({ spec: 'ports:\n  - port: 80' }),
    });
    expect(found.marked('ingress.yaml')).not.toEqual([]);
    found.note('kustomization.yaml');
    quiet(found);
  });

  test('a Service without ports tells nothing', () => {
    quiet(project({ 'ingress.yaml': file(service({ spec: 'type: NodePort' }), ingress()) }));
  });

  test.each([
    ['target-type: instance', 'metrics', []],
    ['target-type: ip', 'metrics', ['health-check-port «http»']],
    ['target-type: ip', '8080', []],
  ])('a health check by name with %s and target port %s', (type, target, codes) => {
    const one = service({ spec: PORTS.replace('8080', target).replace(/^/, 'type: NodePort\n') });
    const text = file(one, ingress({ annotations: [type, 'healthcheck-port: http'] }));
    expect(project({ 'ingress.yaml': text }).marked('ingress.yaml')).toEqual(codes);
  });

  test('a health check that the Service decides is marked at the backend', () => {
    const one = service({ annotations: ['alb.ingress.kubernetes.io/healthcheck-port: nope'] });
    expect(project({ 'ingress.yaml': file(one, ingress()) }).marked('ingress.yaml')).toEqual([
      'health-check-port «web»',
    ]);
  });
});

describe('target type', () => {
  const clusterIp = (annotations: string[] = []) =>
    service({ annotations: annotations.map((line) => `alb.ingress.kubernetes.io/${line}`), spec: PORTS });

  test('instance needs a node port', () => {
    const found = project({ 'ingress.yaml': file(clusterIp(), ingress()) });
    expect(found.messages('ingress.yaml')).toEqual([
      'Service `web` is of type ClusterIP, but the target type is `instance`, the default. The nodes do not listen for it, and the controller fails to build the load balancer of the whole group. Set `target-type: ip`, or make the Service one of type NodePort.',
    ]);
    expect(found.fixed('ingress.yaml', 'service-not-node-port')).toBe(
      found.text('ingress.yaml').replace('kind: Ingress\nmetadata:\n', `$&${annotation('target-type: ip')}`),
    );
  });

  test('of the Service beats that of the Ingress', () => {
    const text = file(clusterIp(['target-type: instance']), ingress({ annotations: ['target-type: ip'] }));
    const found = project({ 'ingress.yaml': text });
    expect(found.marked('ingress.yaml')).toEqual(['service-not-node-port «web»']);
    expect(() => found.fixed('ingress.yaml', 'service-not-node-port')).toThrow('no quick fix');
    expect(found.related('ingress.yaml')).toContain('service-not-node-port ingress.yaml «instance»');
    quiet(project({ 'ingress.yaml': file(clusterIp(['target-type: ip']), ingress()) }));
  });

  test.each([
    ['type: LoadBalancer\n', []],
    ['type: LoadBalancer\nallocateLoadBalancerNodePorts: false\n', ['service-not-node-port «web»']],
    ['type: ClusterIP\nclusterIP: None\n', ['service-not-node-port «web»']],
    ['type: NodePort\n', []],
    ['type: ExternalName\nexternalName: x.example.com\n', ['service-external-name «web»']],
  ])('instance with %s', (type, codes) => {
    const text = file(service({ spec: `${type}${PORTS}` }), ingress());
    expect(project({ 'ingress.yaml': text }).marked('ingress.yaml')).toEqual(codes);
  });

  test('a Service is named once however many rules name it', () => {
    const twice = spec('web').replace(/( +- path[\s\S]*)/, '$1\n$1');
    expect(
      project({ 'ingress.yaml': file(clusterIp(), ingress({ spec: twice })) }).marked('ingress.yaml'),
    ).toEqual(['service-not-node-port «web»']);
  });

  test('on Fargate', () => {
    const found = project({ 'ingress.yaml': file(clusterIp(), ingress()) }, { fargate: true });
    expect(found.marked('ingress.yaml')).toEqual(['fargate-instance «web»']);
    expect(found.messages('ingress.yaml')[0]).toMatch(/Set `target-type: ip`\.$/);
    expect(found.fixed('ingress.yaml', 'fargate-instance')).toMatch('target-type: ip');
  });
});

describe('IPv6', () => {
  const six = service({ spec: `type: NodePort\nipFamilies: [IPv4, IPv6]\n${PORTS}` });
  test.each([
    [[], ['service-ipv6 «web»']],
    [['ip-address-type: ipv4'], ['service-ipv6 «web»']],
    [['ip-address-type: dualstack-without-public-ipv4'], []],
    [['group.name: shop'], []],
  ])('%s', (annotations, codes) => {
    const text = file(six, ingress({ annotations }));
    expect(project({ 'ingress.yaml': text }).marked('ingress.yaml')).toEqual(codes);
  });

  test('of another member of the group', () => {
    const shop = 'group.name: shop';
    const other = (more: string[]) =>
      ingress({
        name: 'other',
        annotations: [shop, ...more],
        spec: spec('web').replace('path: /', 'path: /other'),
      });
    const text = (...more: string[]) => file(six, ingress({ annotations: [shop] }), other(more));
    quiet(project({ 'ingress.yaml': text('ip-address-type: dualstack') }));
    expect(project({ 'ingress.yaml': text() }).marked('ingress.yaml')).toEqual([
      'service-ipv6 «web»',
      'service-ipv6 «web»',
    ]);
  });

  test('the fix', () => {
    const found = project({ 'ingress.yaml': file(six, ingress()) });
    expect(found.fixed('ingress.yaml', 'service-ipv6')).toMatch(annotation('ip-address-type: dualstack'));
    found.write('ingress.yaml', found.fixed('ingress.yaml', 'service-ipv6'));
    quiet(found);
  });
});
