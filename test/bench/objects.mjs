/** Objects of invented shops as lines of YAML: the same on every run. */
export const KEY = 'alb.ingress.kubernetes.io/';
const FRUIT = ['apple', 'quince', 'medlar', 'plum', 'pear', 'fig', 'cherry', 'damson', 'lemon', 'olive'];
export const TEAMS = ['checkout', 'search', 'basket', 'stock', 'ledger', 'profile', 'courier', 'review'];

/** A small seeded generator of numbers below 1 (mulberry32). */
function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export function createMaker(seed) {
  const next = random(seed);
  const number = (least, most) => least + Math.floor(next() * (most - least + 1));
  const fruit = () => FRUIT[number(0, FRUIT.length - 1)];
  const parts = { number, fruit };
  return {
    number,
    ingress: (name, namespace, options) => ingress(name, namespace, options, parts),
    service,
    deployment: (name, namespace) => deployment(name, namespace, parts),
    configMap: (name, namespace, lines) => configMap(name, namespace, lines, parts),
  };
}

/** The first annotations are the same everywhere, so that the measurement finds its places in every file. */
function annotations(name, count, { number, fruit }) {
  const arn = `arn:aws:acm:eu-west-1:123456789012:certificate/0c0ffee0-0000-4000-8000-${String(number(0, 999999)).padStart(12, '0')}`;
  const redirect = {
    type: 'redirect',
    redirectConfig: { protocol: 'HTTPS', port: '443', path: `/${name}/#{path}`, statusCode: 'HTTP_301' },
  };
  const header = [
    { field: 'http-header', httpHeaderConfig: { httpHeaderName: 'X-Fruit', values: [fruit(), fruit()] } },
  ];
  return [
    'scheme: internal',
    'target-type: ip',
    `healthcheck-path: /health/${name}`,
    `healthcheck-interval-seconds: '${number(10, 60)}'`,
    `listen-ports: '[{"HTTP": 80}, {"HTTPS": 443}]'`,
    `ssl-redirect: '443'`,
    `certificate-arn: ${arn}`,
    `tags: team=${fruit()},fruit=${fruit()}`,
    `actions.${name}-old: '${JSON.stringify(redirect)}'`,
    `conditions.${name}-old: '${JSON.stringify(header)}'`,
    `load-balancer-attributes: idle_timeout.timeout_seconds=${number(30, 300)}`,
    'success-codes: 200-399',
  ].slice(0, count);
}

function rule(path, service, port) {
  return [
    `          - path: ${path}`,
    '            pathType: Prefix',
    '            backend:',
    '              service:',
    `                name: ${service}`,
    '                port:',
    `                  ${port}`,
  ];
}

function ingress(name, namespace, { count, paths = 0, service: backend = name }, parts) {
  const old = count > 8 ? rule('/old', `${name}-old`, 'name: use-annotation') : [];
  const more = Array.from({ length: paths }, (_, i) => rule(`/${parts.fruit()}-${i}`, backend, 'number: 80'));
  return [
    'apiVersion: networking.k8s.io/v1',
    'kind: Ingress',
    ...metadata(name, namespace),
    '  annotations:',
    ...annotations(name, count, parts).map((line) => `    ${KEY}${line}`),
    'spec:',
    '  ingressClassName: alb',
    '  rules:',
    `    - host: ${name}.orchard.example`,
    '      http:',
    '        paths:',
    ...old,
    ...rule('/', backend, 'number: 80'),
    ...more.flat(),
  ];
}

function metadata(name, namespace) {
  return [
    'metadata:',
    `  name: ${name}`,
    `  namespace: ${namespace}`,
    '  labels:',
    `    app.kubernetes.io/name: ${name}`,
  ];
}

function service(name, namespace) {
  return [
    'apiVersion: v1',
    'kind: Service',
    ...metadata(name, namespace),
    'spec:',
    '  selector:',
    `    app.kubernetes.io/name: ${name}`,
    '  ports:',
    '    - name: http',
    '      port: 80',
    '      targetPort: 8080',
  ];
}

function deployment(name, namespace, { number, fruit }) {
  return [
    'apiVersion: apps/v1',
    'kind: Deployment',
    ...metadata(name, namespace),
    'spec:',
    `  replicas: ${number(2, 6)}`,
    '  selector:',
    '    matchLabels:',
    `      app.kubernetes.io/name: ${name}`,
    '  template:',
    '    metadata:',
    '      labels:',
    `        app.kubernetes.io/name: ${name}`,
    '    spec:',
    '      containers:',
    `        - name: ${name}`,
    `          image: orchard.example/${name}:1.${number(0, 40)}.${number(0, 9)}`,
    '          ports:',
    '            - name: http',
    '              containerPort: 8080',
    '          env:',
    '            - name: FRUIT',
    `              value: ${fruit()}`,
    '          resources:',
    '            requests:',
    `              cpu: ${number(50, 500)}m`,
    `              memory: ${number(64, 512)}Mi`,
    '          readinessProbe:',
    '            httpGet:',
    '              path: /ready',
    '              port: 8080',
  ];
}

function configMap(name, namespace, lines, { number, fruit }) {
  const data = Array.from({ length: lines }, (_, i) => `  key-${i}: ${fruit()}-${number(1, 999)}`);
  return ['apiVersion: v1', 'kind: ConfigMap', ...metadata(name, namespace), 'data:', ...data];
}

export const textOf = (documents) => documents.map((lines) => `${lines.join('\n')}\n`).join('---\n');
