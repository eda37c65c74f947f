import { describe, expect, test } from 'vitest';
import { file, ingress, service } from '../../../src/rules/examples';
import { resourceRules } from '../../../src/rules/resourceRules';
import { project } from '../../helpers/project';

const A = 'alb.ingress.kubernetes.io/';
const marks = (text: string) => project({ 'a.yaml': text }).marked('a.yaml');

describe('Services', () => {
  test('annotations of target groups are checked as on an Ingress', () => {
    const text = service({
      annotations: [
        `${A}target-type: pods`,
        `${A}healthcheck-path: /healthz`,
        `${A}target-control-port.web.80: '9000'`,
        `${A}healtcheck-port: traffic-port`,
        `${A}listen-ports: '[{"HTTP": 80}]'`,
        'service.beta.kubernetes.io/aws-load-balancer-type: external',
      ],
    });
    expect(marks(text)).toEqual([
      'not-an-option «pods»',
      'unknown-annotation «healtcheck-port»',
      `annotation-on-service «${A}listen-ports»`,
      // A Service of type NodePort without a target type is none of the controller's.
      'service-annotation-ignored «service.beta.kubernetes.io/aws-load-balancer-type»',
    ]);
  });
});

describe('IngressClasses', () => {
  const { bad, good } = resourceRules['class-parameters'];

  test.each([
    ['apiGroup: eks.amazonaws.com', 'apiGroup: elbv2.k8s.aws'],
    ['kind: IngressClassParams\n  ', 'kind: ConfigMap\n  '],
  ])('parameters: %s', (a, b) => {
    const text = bad.includes(a) && a.startsWith('apiGroup') ? bad : good.replace(`  ${a}`, `  ${b}`);
    const found = project({ 'a.yaml': text });
    expect(found.marked('a.yaml')).toHaveLength(1);
    expect(found.fixed('a.yaml', 'class-parameters')).toBe(good);
  });

  test('parameters without a group', () => {
    expect(marks(good.replace(/ +apiGroup:.*\n/, ''))).toEqual(['class-parameters «parameters»']);
  });

  test('parameters of another controller', () => {
    const text = good.replace('elbv2.k8s.aws/v1beta1', 'eks.amazonaws.com/v1');
    const found = project({ 'a.yaml': text });
    expect(found.marked('a.yaml')).toEqual(['class-parameters-not-found «public»']);
    expect(found.messages('a.yaml')[0]).toMatch(/write `apiVersion: elbv2\.k8s\.aws\/v1beta1` there\.$/);
  });

  test('parameters that stand elsewhere', () => {
    const [params = '', ofClass = ''] = good.split('---\n');
    expect(marks(ofClass)).toEqual([]);
    const found = project({ 'a.yaml': ofClass, 'b/p.yaml': params.replace('name: public', 'name: inner') });
    expect(found.marked('a.yaml')).toEqual([]);
    found.write('p.yaml', params.replace('name: public', 'name: pulbic'));
    expect(found.isStale('a.yaml')).toBe(true);
    expect(found.fixed('a.yaml', 'class-parameters-not-found')).toBe(
      ofClass.replace(/public\n$/, 'pulbic\n'),
    );
    found.write('p.yaml', params);
    expect(found.marked('a.yaml')).toEqual([]);
  });

  test('several defaults of one cluster, not of two', () => {
    const [one = '', two = ''] = resourceRules['several-default-classes'].bad.split('---\n');
    const found = project({ 'a.yaml': one, 'b.yaml': two });
    expect(found.related('a.yaml')).toEqual(['several-default-classes b.yaml «internal»']);
    expect(found.marked('b.yaml')).toEqual(['several-default-classes «internal»']);
    expect(project({ 'dev/a.yaml': one, 'prod/a.yaml': two }).marked('dev/a.yaml')).toEqual([]);
  });

  test('of other controllers are none of ours', () => {
    const text = bad.replace('ingress.k8s.aws/alb', 'k8s.io/ingress-nginx');
    expect(project({ 'a.yaml': text }, { autoMode: true }).marked('a.yaml')).toEqual([
      // The parameters beside it.
      'auto-mode-unsupported «elbv2.k8s.aws/v1beta1»',
    ]);
  });

  test('the controller of Auto Mode', () => {
    const { bad: text, good: right } = resourceRules['auto-mode-controller'];
    const found = project({ 'a.yaml': text }, { autoMode: true });
    expect(found.fixed('a.yaml', 'auto-mode-controller')).toBe(right);
    expect(marks(text)).toEqual([]);
  });
});

describe('TargetGroupBindings', () => {
  test.each([
    ['binding-service-not-found', 'wbe'],
    ['binding-port-not-found', '8080'],
    ['binding-not-node-port', 'instance'],
  ] as const)('%s', (code, text) => {
    expect(marks(resourceRules[code].bad)).toEqual([`${code} «${text}»`]);
  });

  test.each(['binding-service-not-found', 'binding-port-not-found'] as const)('%s: the fix', (code) => {
    const { bad, good } = resourceRules[code];
    expect(project({ 'a.yaml': bad }).fixed('a.yaml', code)).toBe(good);
  });

  test('a Service elsewhere may exist', () => {
    const [one = '', binding = ''] = resourceRules['binding-service-not-found'].bad.split('---\n');
    expect(marks(binding)).toEqual([]);
    expect(
      project({ 'a.yaml': binding, 'b/s.yaml': one.replaceAll('web', 'cart') }).marked('a.yaml'),
    ).toEqual([]);
    const found = project({ 'a.yaml': binding, 's.yaml': one });
    expect(found.related('a.yaml')).toEqual(['binding-service-not-found s.yaml «web»']);
    found.write('s.yaml', one.replaceAll('web', 'cart'));
    expect(found.marked('a.yaml')).toHaveLength(1);
    found.note('kustomization.yaml');
    expect(found.marked('a.yaml')).toEqual([]);
  });
});

test('an object that is all wrong is no trouble', () => {
  const strange = [
    'spec: 1',
    'spec: []',
    'spec:\n  serviceRef: 1\n  parameters: 2\n  ports: 3',
    'spec:\n  rules: x',
  ];
  const kinds = [
    'Service',
    'IngressClass',
    'TargetGroupBinding',
    'Deployment',
    'Namespace',
    'Secret',
    'Ingress',
  ];
  for (const kind of kinds) {
    for (const spec of strange) {
      const text = file(`kind: ${kind}\nmetadata:\n  name: web\n${spec}\n`, service(), ingress());
      expect(() => marks(text)).not.toThrow();
    }
  }
});
