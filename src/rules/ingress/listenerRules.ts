/** Rules on ports, certificates, redirects and logins. */
import { ingress, specOf } from '../examples';
import type { Rule } from '../rule';

const CERTIFICATE =
  'certificate-arn: arn:aws:acm:eu-west-1:111122223333:certificate/12345678-1234-1234-1234-123456789012';
const POLICY = 'ssl-policy: ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09';
const BOTH = `listen-ports: '[{"HTTP": 80}, {"HTTPS": 443}]'`;
const SECURE = `listen-ports: '[{"HTTPS": 443}]'`;
const COGNITO = (domain: string) =>
  `auth-idp-cognito: '{"userPoolARN": "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_abc", "userPoolClientID": "1example23456789", "userPoolDomain": "${domain}"}'`;
const JWT = `jwt-validation: '{"jwksEndpoint": "https://idp.example.com/keys", "issuer": "https://idp.example.com"}'`;
const anyHost = specOf([{}], { hosts: [] });

export const listenerRules = {
  'certificate-region': {
    severity: 'error',
    title: 'ARNs of different regions or accounts',
    why: 'A load balancer takes certificates, web ACLs and trust stores of its own region only, and AWS refuses the others.',
    bad: ingress({
      annotations: [
        `${CERTIFICATE},arn:aws:acm:us-east-1:111122223333:certificate/87654321-1234-1234-1234-123456789012`,
        POLICY,
      ],
    }),
    good: ingress({
      annotations: [
        `${CERTIFICATE},arn:aws:acm:eu-west-1:111122223333:certificate/87654321-1234-1234-1234-123456789012`,
        POLICY,
      ],
    }),
  },
  'https-without-certificate': {
    severity: 'error',
    title: 'HTTPS listener without a certificate',
    why: 'AWS does not create an HTTPS listener without a certificate, and the group stops being updated.',
    bad: ingress({ annotations: [SECURE, POLICY], spec: anyHost }),
    good: ingress({ annotations: [SECURE, CERTIFICATE, POLICY], spec: anyHost }),
  },
  'ssl-redirect-port': {
    severity: 'error',
    title: 'Redirect to a port without HTTPS',
    why: 'The controller refuses it and fails to build the load balancer of the whole group.',
    bad: ingress({ annotations: [BOTH, CERTIFICATE, POLICY, "ssl-redirect: '8443'"] }),
    good: ingress({ annotations: [BOTH, CERTIFICATE, POLICY, "ssl-redirect: '443'"] }),
  },
  'ssl-redirect-without-http': {
    severity: 'information',
    title: 'Redirect without an HTTP listener',
    why: 'Nothing listens on port 80, so whoever types the address without `https://` gets no answer.',
    bad: ingress({ annotations: [CERTIFICATE, POLICY, "ssl-redirect: '443'"] }),
    good: ingress({ annotations: [BOTH, CERTIFICATE, POLICY, "ssl-redirect: '443'"] }),
  },
  'ssl-redirect-as-action': {
    severity: 'error',
    title: '`ssl-redirect` written as an action',
    why: 'The redirect is not installed, and a rule that uses the action fails the whole group.',
    bad: ingress({ annotations: [BOTH, CERTIFICATE, POLICY, "actions.ssl-redirect: '443'"] }),
    good: ingress({ annotations: [BOTH, CERTIFICATE, POLICY, "ssl-redirect: '443'"] }),
  },
  'http-on-443': {
    severity: 'error',
    title: 'Plain HTTP on port 443',
    why: 'Browsers that open `https://` get an error, and requests are not encrypted.',
    bad: ingress({ annotations: [`listen-ports: '[{"HTTP": 80}, {"HTTP": 443}]'`, CERTIFICATE, POLICY] }),
    good: ingress({ annotations: [BOTH, CERTIFICATE, POLICY] }),
  },
  'https-on-80': {
    severity: 'warning',
    title: 'HTTPS on port 80',
    why: 'Browsers that open `http://` speak plain HTTP to it and get an error.',
    bad: ingress({ annotations: [`listen-ports: '[{"HTTPS": 80}, {"HTTPS": 443}]'`, CERTIFICATE, POLICY] }),
    good: ingress({ annotations: [BOTH, CERTIFICATE, POLICY] }),
  },
  'tls-without-https': {
    severity: 'warning',
    title: 'TLS settings without an HTTPS listener',
    why: 'Requests are not encrypted: certificates, policies and `spec.tls` do not open an HTTPS listener beside `listen-ports`.',
    bad: ingress({ annotations: [`listen-ports: '[{"HTTP": 80}]'`, CERTIFICATE, POLICY] }),
    good: ingress({ annotations: [BOTH, CERTIFICATE, POLICY] }),
  },
  'listener-attributes-port': {
    severity: 'warning',
    title: 'Attributes of a listener that does not exist',
    why: 'The controller looks for the attributes of its own listeners and ignores all others.',
    bad: ingress({
      annotations: ['listener-attributes.HTTPS-443: routing.http.response.server.enabled=false'],
    }),
    good: ingress({
      annotations: ['listener-attributes.HTTP-80: routing.http.response.server.enabled=false'],
    }),
  },
  'mutual-authentication-port': {
    severity: 'error',
    title: 'Client certificates for a port without HTTPS',
    why: 'The setting is left out without a word, and clients get in without a certificate.',
    bad: ingress({
      annotations: [
        SECURE,
        CERTIFICATE,
        POLICY,
        `mutual-authentication: '[{"port": 8443, "mode": "verify", "trustStore": "shop-clients"}]'`,
      ],
    }),
    good: ingress({
      annotations: [
        SECURE,
        CERTIFICATE,
        POLICY,
        `mutual-authentication: '[{"port": 443, "mode": "verify", "trustStore": "shop-clients"}]'`,
      ],
    }),
  },
  'default-ssl-policy': {
    severity: 'hint',
    title: 'Default SSL policy',
    why: 'This policy still allows TLS 1.0, which fails most audits.',
    bad: ingress({ annotations: [SECURE, CERTIFICATE] }),
    good: ingress({ annotations: [SECURE, CERTIFICATE, POLICY] }),
  },
  'auth-over-http': {
    severity: 'error',
    title: 'Login that HTTP gets around',
    why: 'The controller asks for logins and tokens on HTTPS listeners only; its HTTP rules forward without them.',
    bad: ingress({ annotations: [BOTH, CERTIFICATE, POLICY, 'auth-type: cognito', COGNITO('shop')] }),
    good: ingress({
      annotations: [BOTH, CERTIFICATE, POLICY, 'auth-type: cognito', COGNITO('shop'), "ssl-redirect: '443'"],
    }),
  },
  'auth-provider-missing': {
    severity: 'error',
    title: 'Login without an identity provider',
    why: 'The controller fails to build the load balancer of the whole group.',
    bad: ingress({ annotations: [SECURE, CERTIFICATE, POLICY, 'auth-type: cognito'] }),
    good: ingress({ annotations: [SECURE, CERTIFICATE, POLICY, 'auth-type: cognito', COGNITO('shop')] }),
  },
  'auth-provider-unused': {
    severity: 'warning',
    title: 'Identity provider that nothing asks for',
    why: 'Only `auth-type` decides whether, and with which provider, users log in.',
    bad: ingress({ annotations: [SECURE, CERTIFICATE, POLICY, COGNITO('shop')] }),
    good: ingress({ annotations: [SECURE, CERTIFICATE, POLICY, 'auth-type: cognito', COGNITO('shop')] }),
  },
  'auth-as-action': {
    severity: 'error',
    title: 'Login written as an action',
    why: 'The controller does not know such an action and fails to build the load balancer of the whole group.',
    bad: ingress({
      annotations: [SECURE, CERTIFICATE, POLICY, `actions.web: '{"type": "authenticate-cognito"}'`],
      spec: specOf([{ port: 'name: use-annotation' }]),
    }),
    good: ingress({ annotations: [SECURE, CERTIFICATE, POLICY, 'auth-type: cognito', COGNITO('shop')] }),
  },
  'cognito-domain': {
    severity: 'error',
    title: 'Host name in place of the Cognito domain prefix',
    why: 'AWS takes the prefix of a Cognito domain, or the bare host name of a custom domain, and sends logins to the wrong place or refuses the rule.',
    bad: ingress({
      annotations: [
        SECURE,
        CERTIFICATE,
        POLICY,
        'auth-type: cognito',
        COGNITO('shop.auth.eu-west-1.amazoncognito.com'),
      ],
    }),
    good: ingress({ annotations: [SECURE, CERTIFICATE, POLICY, 'auth-type: cognito', COGNITO('shop')] }),
  },
  'jwt-with-login': {
    severity: 'error',
    title: 'Token check together with a login',
    why: 'The controller refuses both on one rule and fails to build the load balancer of the whole group.',
    bad: ingress({ annotations: [SECURE, CERTIFICATE, POLICY, 'auth-type: cognito', COGNITO('shop'), JWT] }),
    good: ingress({ annotations: [SECURE, CERTIFICATE, POLICY, JWT] }),
  },
} satisfies Record<string, Rule>;
