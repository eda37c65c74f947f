/**
 * Every annotation of ingress-nginx (ingress-nginx:docs/user-guide/nginx-configuration/annotations.md and the parsers in
 * internal/ingress/annotations) and what becomes of it. Hover, the diagnostic, the conversion and
 * `docs/ingress-nginx.md` all read this table.
 */
import type { Verdict } from './conversion';
import { rewriteTarget, upstreamVhost, useRegex } from './paths';
import {
  allowlist,
  appRoot,
  fromToWww,
  permanentRedirect,
  redirectCode,
  serverAlias,
  temporalRedirect,
} from './redirects';
import type { Convert } from './source';
import * as targets from './targets';

export interface NginxRow {
  /** The best that can become of it; a value may get less. */
  readonly verdict: Verdict;
  /** What to use, in a few words, with names as code. */
  readonly instead: string;
  /** What is different, or why there is no equivalent. */
  readonly why: string;
  readonly convert?: Convert;
  /** It keeps somebody out: to lose it is worth a warning. */
  readonly guards?: true;
}

const row = (verdict: Verdict, instead: string, why: string, convert?: Convert): NginxRow =>
  convert === undefined ? { verdict, instead, why } : { verdict, instead, why, convert };

const guard = (row: NginxRow): NginxRow => ({ ...row, guards: true });

const NOTHING = 'nothing';
const WAF = 'an AWS WAF rule (`wafv2-acl-arn`)';
const APPLICATION = 'the application';
const STICKY = '`target-group-attributes` with `stickiness.*`';
const OIDC = '`auth-type: oidc` or `cognito`, or `jwt-validation`';
const MTLS = '`mutual-authentication` with a trust store';
const LISTENER = '`listener-attributes.HTTPS-443`';
const CANARY = 'a weighted forward in `actions.<name>` on the main Ingress';

const rateWhy =
  'The load balancer does not limit rates. A rate-based rule of AWS WAF counts per address over minutes, not per second.';
const bufferWhy = "Buffers are the load balancer's own affair.";
const authRequestWhy =
  'The load balancer asks no service of yours whether a request may pass. With an OIDC provider it logs users in itself; a proxy such as oauth2-proxy can also stand in front of the application, as its backend.';
const ofAuthRequest = row('none', NOTHING, 'A detail of `auth-url`, which has no equivalent.');
const basicWhy =
  'The load balancer knows no passwords. It logs users in with OIDC or Cognito, or checks tokens.';
const trustWhy =
  'The load balancer checks client certificates against a trust store, which you make from the CA bundle in S3; its name cannot be guessed here.';
const backendTlsWhy =
  'The load balancer encrypts to the pods with `backend-protocol: HTTPS`, but checks no certificate and shows none.';
const cookieWhy = 'The load balancer makes its own cookie, `AWSALB`, and its attributes cannot be changed.';
const canaryWhy =
  'There is no canary Ingress: both Services belong into one rule. Merge the canary into the main Ingress and delete it.';
const snippetWhy =
  'There is no nginx to read it. Headers of responses can become attributes of a listener; redirects and fixed answers become actions; blocks by address or agent become AWS WAF rules; the rest belongs into the application.';
const modsecWhy = 'Use AWS WAF with managed rule groups; their core rule set covers what the OWASP rules do.';
const traceWhy =
  'The load balancer sends no spans; it adds the header `X-Amzn-Trace-Id`. Spans begin in the application or its mesh.';
const mirrorWhy = 'The load balancer cannot copy requests. A service mesh or VPC traffic mirroring can.';
const corsWhy =
  'Set on every response of the listener. The load balancer does not answer preflight requests itself: the application must answer OPTIONS.';
const timeoutWhy =
  'The load balancer has one idle timeout, for all Ingresses that share it; the longer of both timeouts is taken.';
const retryWhy = 'The load balancer does not repeat requests to another target.';
const redirectWhy =
  "An action that redirects, on every path. nginx's variables become the load balancer's tokens.";
const accessWhy =
  'Becomes the security group of the load balancer: others cannot connect, where nginx answered 403. Counts for all paths. The address is that of the connection, not `X-Forwarded-For`.';

export const nginxTable: Readonly<Record<string, NginxRow>> = {
  // Paths and hosts
  'rewrite-target': row(
    'converted',
    '`transforms.<service>` with a `url-rewrite`',
    'A rewrite of the URL before it goes to the Service. It belongs to the Service: paths of one Service with different rewrites get actions of their own. Upper and lower case count.',
    rewriteTarget,
  ),
  'use-regex': row(
    'converted',
    '`use-regex-path-match`',
    'Paths with `pathType: ImplementationSpecific` are expressions behind a `/`.',
    useRegex,
  ),
  'app-root': row(
    'converted',
    'a redirect action on the exact path `/`',
    'An exact path `/` that redirects.',
    appRoot,
  ),
  'server-alias': row(
    'converted',
    'rules with the further hosts',
    'The rules are repeated for each further host; the certificate must know it.',
    serverAlias,
  ),
  'upstream-vhost': row(
    'converted',
    '`transforms.<service>` with a `host-header-rewrite`',
    'The Host header is rewritten before the request goes to the Service.',
    upstreamVhost,
  ),
  'x-forwarded-prefix': row(
    'none',
    APPLICATION,
    'The load balancer adds no headers of your choice to requests.',
  ),
  'preserve-trailing-slash': row('default', NOTHING, 'A redirect keeps the path as it is.'),
  // Redirects and TLS
  'ssl-redirect': row(
    'converted',
    '`listen-ports` and `ssl-redirect`',
    'HTTP answers with a redirect to HTTPS, 301 instead of 308, for every Ingress that shares the load balancer. nginx did this by itself where there was `spec.tls`.',
    (value, { redirects }) =>
      redirects ? {} : { verdict: 'default', text: `\`${value.slice(0, 10)}\`: no redirect to HTTPS.` },
  ),
  'force-ssl-redirect': row(
    'converted',
    '`listen-ports` and `ssl-redirect`',
    'HTTP answers with a redirect to HTTPS. The HTTPS listener needs a certificate, by `certificate-arn` or found in ACM by host.',
    targets.offIsDefault('Off.'),
  ),
  'from-to-www-redirect': row(
    'converted',
    'a rule for the other host with a redirect action',
    'A rule for the other form of the host redirects with 301 instead of 308. The certificate and DNS must know both.',
    fromToWww,
  ),
  'permanent-redirect': row('converted', 'a redirect action', redirectWhy, permanentRedirect),
  'permanent-redirect-code': row(
    'none',
    '`HTTP_301`',
    'The load balancer redirects with 301 or 302 only.',
    redirectCode('301', 'permanent-redirect'),
  ),
  'temporal-redirect': row('converted', 'a redirect action', redirectWhy, temporalRedirect),
  'temporal-redirect-code': row(
    'none',
    '`HTTP_302`',
    'The load balancer redirects with 301 or 302 only.',
    redirectCode('302', 'temporal-redirect'),
  ),
  'relative-redirects': row(
    'none',
    NOTHING,
    'Redirects of the load balancer are absolute.',
    targets.offIsDefault('Off.'),
  ),
  'use-port-in-redirects': row('default', NOTHING, 'Redirects name the port where it is not the usual one.'),
  'ssl-passthrough': row(
    'none',
    'a Network Load Balancer',
    'An Application Load Balancer must decrypt. Use a Service of type LoadBalancer with a TCP listener.',
    targets.offIsDefault('Off: TLS ends at the load balancer.'),
  ),
  'ssl-ciphers': row(
    'partly',
    '`ssl-policy`',
    'Ciphers come in policies of AWS. The policy with TLS 1.2 and 1.3 and forward secrecy is taken, close to what ingress-nginx accepts by itself; check it against your clients.',
    targets.sslCiphers,
  ),
  'ssl-prefer-server-ciphers': row(
    'default',
    NOTHING,
    "The load balancer's order of ciphers always decides.",
  ),
  // Who may come
  'whitelist-source-range': guard(
    row('converted', '`inbound-cidrs`, or a `source-ip` condition', accessWhy, allowlist),
  ),
  'allowlist-source-range': guard(
    row('converted', '`inbound-cidrs`, or a `source-ip` condition', accessWhy, allowlist),
  ),
  'denylist-source-range': guard(
    row('none', 'an AWS WAF IP set that blocks', 'Security groups and conditions can only allow.'),
  ),
  satisfy: row('none', NOTHING, 'Requirements always hold all together.'),
  'auth-type': guard(row('none', OIDC, basicWhy)),
  'auth-secret': row('none', OIDC, basicWhy),
  'auth-secret-type': row('none', NOTHING, 'A detail of `auth-type`, which has no equivalent.'),
  'auth-realm': row('none', NOTHING, 'A detail of `auth-type`, which has no equivalent.'),
  'auth-url': guard(row('none', OIDC, authRequestWhy)),
  'auth-signin': row(
    'none',
    OIDC,
    'With `auth-type: oidc` the load balancer sends users to the provider itself.',
  ),
  'auth-signin-redirect-param': ofAuthRequest,
  'auth-method': ofAuthRequest,
  'auth-response-headers': row(
    'none',
    'the headers `X-Amzn-Oidc-*`',
    'After a login the load balancer passes on its own headers: `X-Amzn-Oidc-Identity`, `-Accesstoken` and `-Data`.',
  ),
  'auth-proxy-set-headers': ofAuthRequest,
  'auth-request-redirect': ofAuthRequest,
  'auth-cache-key': ofAuthRequest,
  'auth-cache-duration': row(
    'none',
    '`auth-session-timeout`',
    'How long a login lasts is `auth-session-timeout`.',
  ),
  'auth-always-set-cookie': ofAuthRequest,
  'auth-keepalive': ofAuthRequest,
  'auth-keepalive-share-vars': ofAuthRequest,
  'auth-keepalive-requests': ofAuthRequest,
  'auth-keepalive-timeout': ofAuthRequest,
  'auth-snippet': ofAuthRequest,
  'enable-global-auth': row(
    'none',
    '`auth-type`',
    'There is no global authentication: each Ingress says it for itself, `auth-type: none` is the default.',
    targets.offIsDefault('`auth-type: none` is the default.'),
  ),
  'auth-tls-secret': guard(row('none', MTLS, trustWhy)),
  'auth-tls-verify-client': guard(row('none', MTLS, trustWhy, targets.verifyClient)),
  'auth-tls-verify-depth': row(
    'none',
    NOTHING,
    'The load balancer checks chains of up to four certificates.',
  ),
  'auth-tls-error-page': row(
    'none',
    NOTHING,
    'A connection with a bad certificate is closed; there is no page to show.',
  ),
  'auth-tls-pass-certificate-to-upstream': row(
    'none',
    'the headers `X-Amzn-Mtls-Clientcert*`',
    'With `mutual-authentication` the certificate is always passed on, in headers of AWS.',
    targets.offIsDefault('Off.'),
  ),
  'auth-tls-match-cn': guard(
    row(
      'none',
      APPLICATION,
      'Check the header `X-Amzn-Mtls-Clientcert-Subject` in the application, or make a trust store of a CA with no other clients.',
    ),
  ),
  // Rates and firewall
  'limit-rps': guard(row('none', WAF, rateWhy)),
  'limit-rpm': guard(row('none', WAF, rateWhy)),
  'limit-connections': guard(
    row('none', APPLICATION, 'Neither the load balancer nor AWS WAF counts connections of a client.'),
  ),
  'limit-burst-multiplier': row('none', WAF, rateWhy),
  'limit-rate': row('none', APPLICATION, 'The load balancer does not slow down responses.'),
  'limit-rate-after': row('none', APPLICATION, 'The load balancer does not slow down responses.'),
  'limit-whitelist': row(
    'none',
    WAF,
    'A rate-based rule can leave out an IP set by its scope-down statement.',
  ),
  'limit-allowlist': row(
    'none',
    WAF,
    'A rate-based rule can leave out an IP set by its scope-down statement.',
  ),
  'global-rate-limit': guard(row('none', WAF, `${rateWhy} ingress-nginx itself dropped this annotation.`)),
  'global-rate-limit-window': row('none', WAF, `${rateWhy} ingress-nginx itself dropped this annotation.`),
  'global-rate-limit-key': row(
    'none',
    WAF,
    'A rate-based rule can count by header, cookie or path as well as by address.',
  ),
  'global-rate-limit-ignored-cidrs': row('none', WAF, 'A rate-based rule can leave out an IP set.'),
  'enable-modsecurity': guard(row('none', '`wafv2-acl-arn`', modsecWhy, targets.offIsDefault('Off.'))),
  'enable-owasp-core-rules': row('none', '`wafv2-acl-arn`', modsecWhy, targets.offIsDefault('Off.')),
  'modsecurity-snippet': row('none', '`wafv2-acl-arn`', 'Write the rules as those of an AWS WAF web ACL.'),
  'modsecurity-transaction-id': row(
    'none',
    'the header `X-Amzn-Trace-Id`',
    'AWS WAF logs the trace ID of a request.',
  ),
  // Targets
  'backend-protocol': row(
    'converted',
    '`backend-protocol` and `backend-protocol-version`',
    'Protocol and version are two annotations. Certificates of pods are not checked; health checks use the same protocol.',
    targets.backendProtocol,
  ),
  'service-upstream': row(
    'partly',
    '`target-type: instance`',
    'Requests go through the node port, whose Service chooses the pod.',
    targets.serviceUpstream,
  ),
  'load-balance': row(
    'partly',
    '`target-group-attributes` with `load_balancing.algorithm.type`',
    'Fewest outstanding requests is the nearest to EWMA.',
    targets.loadBalance,
  ),
  'upstream-hash-by': row(
    'none',
    STICKY,
    'There is no hashing of requests. Stickiness by cookie keeps a client with a pod.',
  ),
  'upstream-hash-by-subset': row('none', NOTHING, 'There is no hashing of requests.'),
  'upstream-hash-by-subset-size': row('none', NOTHING, 'There is no hashing of requests.'),
  affinity: row(
    'converted',
    STICKY,
    `${cookieWhy} Without a lifetime in nginx it lives a day.`,
    targets.affinity,
  ),
  'affinity-mode': row(
    'default',
    NOTHING,
    'A cookie holds until its target goes away, as `persistent` means.',
  ),
  'affinity-canary-behavior': row(
    'none',
    '`targetGroupStickinessConfig` of the weighted forward',
    'In a weighted forward the stickiness between Services is a setting of the action.',
  ),
  'session-cookie-name': row('none', '`AWSALB`', cookieWhy, targets.ofCookie),
  'session-cookie-max-age': row(
    'converted',
    STICKY,
    "The lifetime of the load balancer's cookie.",
    targets.cookieAge,
  ),
  'session-cookie-expires': row(
    'converted',
    STICKY,
    "The lifetime of the load balancer's cookie, unless `session-cookie-max-age` says another.",
    targets.cookieAge,
  ),
  'session-cookie-path': row('none', NOTHING, cookieWhy, targets.ofCookie),
  'session-cookie-domain': row('none', NOTHING, cookieWhy, targets.ofCookie),
  'session-cookie-samesite': row(
    'none',
    '`AWSALBCORS`',
    'A second cookie, `AWSALBCORS`, always has `SameSite=None; Secure`.',
    targets.ofCookie,
  ),
  'session-cookie-secure': row('none', NOTHING, cookieWhy, targets.ofCookie),
  'session-cookie-conditional-samesite-none': row('none', NOTHING, cookieWhy, targets.ofCookie),
  'session-cookie-change-on-failure': row(
    'default',
    NOTHING,
    'An unhealthy target loses its clients, and they get a new cookie.',
  ),
  'proxy-read-timeout': row(
    'converted',
    '`load-balancer-attributes` with `idle_timeout.timeout_seconds`',
    timeoutWhy,
    targets.idleTimeout,
  ),
  'proxy-send-timeout': row(
    'converted',
    '`load-balancer-attributes` with `idle_timeout.timeout_seconds`',
    timeoutWhy,
    targets.idleTimeout,
  ),
  'proxy-connect-timeout': row(
    'none',
    NOTHING,
    'A connection to a target must be there within ten seconds; this is fixed.',
  ),
  'proxy-next-upstream': row('none', APPLICATION, retryWhy),
  'proxy-next-upstream-timeout': row('none', NOTHING, retryWhy),
  'proxy-next-upstream-tries': row('none', NOTHING, retryWhy),
  'proxy-http-version': row(
    'default',
    '`backend-protocol-version`',
    'HTTP/1.1 is the default; `backend-protocol-version` can be `HTTP2` or `GRPC`.',
  ),
  'connection-proxy-header': row(
    'default',
    NOTHING,
    'The load balancer keeps connections by itself and passes on WebSockets.',
  ),
  'proxy-ssl-secret': row('none', APPLICATION, backendTlsWhy),
  'proxy-ssl-verify': row(
    'none',
    NOTHING,
    backendTlsWhy,
    targets.offIsDefault('Certificates of pods are not checked.'),
  ),
  'proxy-ssl-verify-depth': row('none', NOTHING, backendTlsWhy),
  'proxy-ssl-ciphers': row('none', NOTHING, backendTlsWhy),
  'proxy-ssl-protocols': row('none', NOTHING, backendTlsWhy),
  'proxy-ssl-name': row('none', NOTHING, backendTlsWhy),
  'proxy-ssl-server-name': row('none', NOTHING, backendTlsWhy),
  'fastcgi-index': row(
    'none',
    APPLICATION,
    'The load balancer does not speak FastCGI; put a web server in front of it.',
  ),
  'fastcgi-params-configmap': row('none', APPLICATION, 'The load balancer does not speak FastCGI.'),
  'secure-backends': row(
    'partly',
    '`backend-protocol: HTTPS`',
    'The old form of `backend-protocol: HTTPS`.',
    (value) =>
      value === 'true'
        ? { annotations: { 'backend-protocol': 'HTTPS' } }
        : { verdict: 'default', text: 'Off.' },
  ),
  // Bodies and buffers
  'proxy-body-size': row(
    'default',
    NOTHING,
    'The load balancer has no limit of its own for bodies (only Lambda targets have one). If the limit was a protection, use a size rule of AWS WAF.',
  ),
  'client-body-buffer-size': row('default', NOTHING, bufferWhy),
  'proxy-buffering': row('default', NOTHING, bufferWhy),
  'proxy-request-buffering': row('default', NOTHING, 'Requests are passed on as they come.'),
  'proxy-buffers-number': row('default', NOTHING, bufferWhy),
  'proxy-buffer-size': row(
    'default',
    NOTHING,
    'All headers of a response may have 32 KB in the load balancer; this is fixed.',
  ),
  'proxy-busy-buffers-size': row('default', NOTHING, bufferWhy),
  'proxy-max-temp-file-size': row('default', NOTHING, bufferWhy),
  // Headers of responses
  'enable-cors': row('partly', LISTENER, corsWhy, targets.cors),
  'cors-allow-origin': row('partly', LISTENER, corsWhy, targets.ofCors),
  'cors-allow-methods': row('partly', LISTENER, corsWhy, targets.ofCors),
  'cors-allow-headers': row('partly', LISTENER, corsWhy, targets.ofCors),
  'cors-expose-headers': row('partly', LISTENER, corsWhy, targets.ofCors),
  'cors-allow-credentials': row('partly', LISTENER, corsWhy, targets.ofCors),
  'cors-max-age': row('partly', LISTENER, corsWhy, targets.ofCors),
  'custom-headers': row(
    'none',
    LISTENER,
    'The headers stand in a ConfigMap. A listener can set those of security and CORS; others belong into the application.',
  ),
  'proxy-cookie-domain': row('none', APPLICATION, 'The load balancer does not change headers of responses.'),
  'proxy-cookie-path': row('none', APPLICATION, 'The load balancer does not change headers of responses.'),
  'proxy-redirect-from': row(
    'none',
    APPLICATION,
    'The load balancer does not change the header `Location`.',
    (value) => (['off', 'default'].includes(value) ? { verdict: 'default', text: 'Off.' } : {}),
  ),
  'proxy-redirect-to': row('none', APPLICATION, 'The load balancer does not change the header `Location`.'),
  'http2-push-preload': row(
    'default',
    NOTHING,
    'Browsers no longer take pushed responses; the header `Link` still reaches them.',
  ),
  // Errors
  'custom-http-errors': row(
    'none',
    APPLICATION,
    'The load balancer passes errors of targets on as they are. CloudFront can replace them.',
  ),
  'default-backend': row(
    'none',
    '`spec.defaultBackend`',
    'Without healthy targets the load balancer answers 503. `spec.defaultBackend` is for requests that no rule fits, and an action can give a fixed answer.',
  ),
  'disable-proxy-intercept-errors': row('default', NOTHING, 'Errors of targets are passed on as they are.'),
  // Snippets
  'configuration-snippet': row('none', LISTENER, snippetWhy, targets.snippet),
  'server-snippet': row('none', LISTENER, snippetWhy, targets.snippet),
  'stream-snippet': row(
    'none',
    'a Network Load Balancer',
    'TCP and UDP are for a Service of type LoadBalancer.',
  ),
  // Canaries
  canary: row('none', CANARY, canaryWhy, targets.offIsDefault('Off.')),
  'canary-by-header': row('none', 'an `http-header` condition on the main Ingress', canaryWhy),
  'canary-by-header-value': row('none', 'an `http-header` condition on the main Ingress', canaryWhy),
  'canary-by-header-pattern': row(
    'none',
    'an `http-header` condition with `regexValues` on the main Ingress',
    canaryWhy,
  ),
  'canary-by-cookie': row('none', 'an `http-header` condition on `Cookie` on the main Ingress', canaryWhy),
  'canary-weight': row('none', CANARY, canaryWhy),
  'canary-weight-total': row('none', CANARY, canaryWhy),
  // Mirrors, logs and traces
  'mirror-target': row('none', NOTHING, mirrorWhy),
  'mirror-request-body': row('none', NOTHING, mirrorWhy),
  'mirror-host': row('none', NOTHING, mirrorWhy),
  'enable-access-log': row(
    'none',
    '`load-balancer-attributes` with `access_logs.s3.*`',
    'Access logs go to a bucket that you name, for all Ingresses that share the load balancer.',
    targets.offIsDefault('Access logs are off by default.'),
  ),
  'enable-rewrite-log': row(
    'none',
    NOTHING,
    'Access logs show the URL that the client asked for; rewrites are not logged.',
    targets.offIsDefault('Off.'),
  ),
  'enable-opentelemetry': row('none', APPLICATION, traceWhy, targets.offIsDefault('Off.')),
  'opentelemetry-trust-incoming-span': row('none', NOTHING, traceWhy),
  'opentelemetry-operation-name': row('none', NOTHING, traceWhy),
  'enable-opentracing': row('none', APPLICATION, traceWhy, targets.offIsDefault('Off.')),
  'opentracing-trust-incoming-span': row('none', NOTHING, traceWhy),
};

/** Settings of the controller's ConfigMap that people look for, for the page only: no Ingress has them. */
export const nginxConfigMap: Readonly<Record<string, string>> = {
  hsts: '`listener-attributes.HTTPS-443: routing.http.response.strict_transport_security.header_value=max-age=31536000`. ingress-nginx sent it by itself.',
  'server-tokens': '`listener-attributes.HTTPS-443: routing.http.response.server.enabled=false`.',
  'keep-alive':
    "`load-balancer-attributes: client_keep_alive.seconds=3600`, the longest life of a client's connection.",
  'ssl-protocols': '`ssl-policy`.',
  'ssl-ciphers': '`ssl-policy`.',
  'use-forwarded-headers': '`load-balancer-attributes: routing.http.xff_header_processing.mode`.',
  'use-proxy-protocol': 'Not on an Application Load Balancer; a Network Load Balancer has it.',
  'use-http2': '`load-balancer-attributes: routing.http2.enabled`, on by default.',
  'proxy-read-timeout': '`load-balancer-attributes: idle_timeout.timeout_seconds`.',
  'enable-modsecurity': '`wafv2-acl-arn`.',
  'access-log-path': '`load-balancer-attributes: access_logs.s3.enabled=true,access_logs.s3.bucket=<name>`.',
};
