/** What annotations of nginx say of targets, connections and listeners, as attributes. */
import { asDefault, type Convert, type Effect, isOn, none, partly, type Source } from './source';

/** ingress-nginx:internal/ingress/annotations/backendprotocol/main.go */
export const backendProtocol: Convert = (value, { secure }) => {
  const grpc = { 'backend-protocol-version': 'GRPC' };
  const open = secure
    ? {}
    : { verdict: 'partly' as const, text: 'gRPC targets need an HTTPS listener: add a certificate.' };
  switch (value.toUpperCase()) {
    case 'HTTP':
      return asDefault('HTTP is the default.');
    case 'HTTPS':
      return { annotations: { 'backend-protocol': 'HTTPS' } };
    case 'GRPC':
      return { annotations: grpc, ...open };
    case 'GRPCS':
      return { annotations: { 'backend-protocol': 'HTTPS', ...grpc }, ...open };
    case 'AUTO_HTTP':
      return none(
        'The protocol towards the pods is fixed: write `backend-protocol: HTTPS` if they speak it.',
      );
    default:
      return none(`The load balancer does not speak ${value.slice(0, 20)}; put a web server in front of it.`);
  }
};

const WEEK = 604_800;

/** Stickiness is a whole number of seconds up to a week; a cookie of the session lives as long as AWS's default. */
export const affinity: Convert = (value, source) => {
  if (value !== 'cookie') return none(`nginx knows the affinity \`cookie\` only.`);
  const seconds = durationOf(source);
  return {
    targetGroup: {
      'stickiness.enabled': 'true',
      'stickiness.type': 'lb_cookie',
      ...(seconds === undefined ? {} : { 'stickiness.lb_cookie.duration_seconds': String(seconds) }),
    },
  };
};

function durationOf(source: Source): number | undefined {
  const seconds = ['session-cookie-max-age', 'session-cookie-expires']
    .map((name) => secondsOf(source.nginx(name)))
    .find((found) => found !== undefined && found > 0);
  return seconds === undefined ? undefined : Math.min(seconds, WEEK);
}

/** nginx reads whole numbers; people also write a unit. */
function secondsOf(value: string | undefined): number | undefined {
  const [, digits, unit = 's'] = /^(\d{1,9})(s|m|h)?$/.exec(value ?? '') ?? [];
  if (digits === undefined) return undefined;
  return Number(digits) * { s: 1, m: 60, h: 3600 }[unit as 's' | 'm' | 'h'];
}

export const cookieAge: Convert = (value, source) => {
  const seconds = secondsOf(value);
  if (source.nginx('affinity') !== 'cookie') return asDefault('Nothing without `affinity: cookie`.');
  if (seconds === undefined || seconds === 0)
    return none(`\`${value.slice(0, 20)}\` is not a lifetime in seconds.`);
  return seconds > WEEK ? partly('Stickiness lasts a week at most.') : {};
};

/** The hint is in the row; without affinity there is nothing to say. */
export const ofCookie: Convert = (_, source) =>
  source.nginx('affinity') === 'cookie' ? {} : asDefault('Nothing without `affinity: cookie`.');

export const loadBalance: Convert = (value) => {
  if (value === 'round_robin') return asDefault('Round robin is the default.');
  if (value !== 'ewma')
    return none('Only round robin, fewest outstanding requests and weighted random exist.');
  return { targetGroup: { 'load_balancing.algorithm.type': 'least_outstanding_requests' } };
};

const MAX_IDLE = 4000;
const USUAL_IDLE = 60;

/** The longer of both timeouts: the load balancer has one for a silent connection, in whichever direction. */
export const idleTimeout: Convert = (value, source) => {
  if (secondsOf(value) === undefined) return none(`\`${value.slice(0, 20)}\` is not a number of seconds.`);
  const wanted = ['proxy-read-timeout', 'proxy-send-timeout'].map(
    (name) => secondsOf(source.nginx(name)) ?? 0,
  );
  const longest = Math.max(...wanted, 1);
  if (longest === USUAL_IDLE) return asDefault('60 seconds are the default.');
  const loadBalancer = { 'idle_timeout.timeout_seconds': String(Math.min(longest, MAX_IDLE)) };
  return longest > MAX_IDLE ? partly('4,000 seconds are the most.', { loadBalancer }) : { loadBalancer };
};

export const serviceUpstream: Convert = (value, { services, alb }) => {
  if (!isOn(value)) return asDefault('Off: requests go straight to the pods.');
  if (alb('target-type') !== undefined) return partly('`target-type` is there already.');
  const open =
    services.length > 0 &&
    services.every(({ spec }) => ['NodePort', 'LoadBalancer'].includes(spec?.type ?? ''));
  return open
    ? { annotations: { 'target-type': 'instance' } }
    : none(
        '`target-type: instance` goes through the Service, but needs one of type NodePort; `ip` goes to the pods.',
      );
};

/** Response headers that a listener can set, by their name in lower case (botocore elbv2 ListenerAttribute). */
const HEADERS: Readonly<Record<string, string>> = Object.fromEntries(
  [
    'strict-transport-security',
    'access-control-allow-origin',
    'access-control-allow-methods',
    'access-control-allow-headers',
    'access-control-allow-credentials',
    'access-control-expose-headers',
    'access-control-max-age',
    'content-security-policy',
    'x-content-type-options',
    'x-frame-options',
  ].map((name) => [name, `routing.http.response.${name.replaceAll('-', '_')}.header_value`]),
);

function headers(values: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => {
      const attribute = HEADERS[name];
      return attribute === undefined || !value ? [] : [[attribute, value]];
    }),
  );
}

/** ingress-nginx:internal/ingress/annotations/cors/main.go for the defaults. */
export const cors: Convert = (value, { nginx }) => {
  if (!isOn(value)) return asDefault('Off.');
  const origin = nginx('cors-allow-origin') || '*';
  if (origin.includes(',') || /\*./.test(origin)) {
    return none(
      'A listener sends one origin or `*`; nginx answers with whichever origin of the list asks. Let the application send the headers.',
    );
  }
  const listener = headers({
    'access-control-allow-origin': origin,
    'access-control-allow-methods': nginx('cors-allow-methods') || 'GET, PUT, POST, DELETE, PATCH, OPTIONS',
    'access-control-allow-headers':
      nginx('cors-allow-headers') ||
      'DNT,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,Content-Type,Range,Authorization',
    'access-control-expose-headers': nginx('cors-expose-headers'),
    'access-control-allow-credentials': isOn(nginx('cors-allow-credentials') ?? 'true') ? 'true' : undefined,
    'access-control-max-age': digitsOf(nginx('cors-max-age') ?? '1728000'),
  });
  return { listener };
};

function digitsOf(value: string): string | undefined {
  return /^\d{1,9}$/.test(value) ? value : undefined;
}

export const ofCors: Convert = (_, { nginx }) => {
  if (!isOn(nginx('enable-cors'))) return asDefault('Nothing without `enable-cors`.');
  return /,|\*./.test(nginx('cors-allow-origin') ?? '') ? none('See `enable-cors`.') : {};
};

/** `more_set_headers "Name: value"` and `add_header Name value` in a snippet, unless the value has variables. */
export const snippet: Convert = (value) => {
  const found = [
    ...value.matchAll(/more_set_headers\s+(?:"([\w-]+):([^"\n]*)"|'([\w-]+):([^'\n]*)')\s*;/g),
    ...value.matchAll(/add_header\s+([\w-]+)\s+(?:"([^"\n]*)"|'([^'\n]*)'|([^\s;"']+))(?:\s+always)?\s*;/g),
  ].map(([, ...groups]) => {
    const [name = '', text = ''] = groups.filter((group) => group !== undefined);
    return [name.toLowerCase(), text.trim()];
  });
  const plain = found.filter(([, text = '']) => text !== '' && !text.includes('$'));
  const listener = headers(Object.fromEntries(plain));
  if (Object.keys(listener).length === 0) return {};
  const names = plain.flatMap(([name = '']) => (name in HEADERS ? [`\`${name}\``] : []));
  const text = `${[...new Set(names)].join(', ')} became attributes of the listener, where they are on every response. Nothing else of the snippet is kept.`;
  return partly(text, { listener } satisfies Effect);
};

/** The policy nearest to what ingress-nginx accepts by itself: TLS 1.2 and 1.3, forward secrecy, AEAD ciphers. */
export const sslCiphers: Convert = (_, { secure, alb }) => {
  if (!secure) return asDefault('There is no TLS here.');
  if (alb('ssl-policy') !== undefined) return asDefault('`ssl-policy` is there already.');
  return { annotations: { 'ssl-policy': 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09' } };
};

export const verifyClient: Convert = (value, { nginx, secure, alb }) => {
  if (value === 'off') return asDefault('Client certificates are not asked for.');
  if (value !== 'optional_no_ca' || !nginx('auth-tls-secret')) return {};
  if (!secure || alb('mutual-authentication') !== undefined) return {};
  const mode = JSON.stringify([{ port: 443, mode: 'passthrough' }]);
  return partly(
    'The certificate is passed on unchecked, in `X-Amzn-Mtls-Clientcert` and not in `ssl-client-cert`; there is no header with the result of a check.',
    { annotations: { 'mutual-authentication': mode } },
  );
};

export const offIsDefault =
  (text: string): Convert =>
  (value) =>
    ['false', 'off', '0'].includes(value.toLowerCase()) ? asDefault(text) : {};
