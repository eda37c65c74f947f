/** What can be wrong with one annotation by itself. */
import { ingress } from './examples';
import type { Rule } from './rule';

const CERTIFICATE =
  'certificate-arn: arn:aws:acm:eu-west-1:111122223333:certificate/12345678-1234-1234-1234-123456789012';

export const annotationRules = {
  'unknown-annotation': {
    severity: 'warning',
    title: 'Annotation that the controller does not know',
    why: 'The controller ignores keys it does not know, without an event or a log line.',
    bad: ingress({ annotations: ['schema: internal'] }),
    good: ingress({ annotations: ['scheme: internal'] }),
  },
  'annotation-prefix': {
    severity: 'error',
    title: 'Misspelled annotation prefix',
    why: 'The controller reads only `alb.ingress.kubernetes.io/` on Ingresses and `service.beta.kubernetes.io/aws-load-balancer-` on Services, so this setting has no effect.',
    bad: ingress({ annotations: ['alb.ingress.k8s.io/scheme: internal'] }),
    good: ingress({ annotations: ['scheme: internal'] }),
  },
  'annotation-name': {
    severity: 'error',
    title: 'Key of a family that ends in the wrong form',
    why: 'The controller looks for the exact key and ignores this one.',
    bad: ingress({ annotations: ['listener-attributes.https: routing.http.response.server.enabled=false'] }),
    good: ingress({
      annotations: ['listener-attributes.HTTP-80: routing.http.response.server.enabled=false'],
    }),
  },
  'value-not-string': {
    severity: 'error',
    title: 'Annotation value that YAML does not read as a string',
    why: 'Kubernetes allows only strings here and refuses the whole object.',
    bad: ingress({ annotations: ['healthcheck-interval-seconds: 30'] }),
    good: ingress({ annotations: ["healthcheck-interval-seconds: '30'"] }),
  },
  'empty-value': {
    severity: 'warning',
    title: 'Empty annotation value',
    why: 'An empty value is not the same as no annotation: the controller takes it as it is or ignores it, depending on the annotation.',
    bad: ingress({ annotations: ["subnets: ''"] }),
    good: ingress({ annotations: ['subnets: subnet-0a1b2c3d4e5f60718, subnet-1a1b2c3d4e5f60718'] }),
  },
  'not-a-boolean': {
    severity: 'error',
    title: 'Value is not a boolean',
    why: 'The controller fails to build the load balancer of the whole group.',
    bad: ingress({ annotations: ["shield-advanced-protection: 'yes'"] }),
    good: ingress({ annotations: ["shield-advanced-protection: 'true'"] }),
  },
  'not-an-integer': {
    severity: 'error',
    title: 'Value is not a whole number',
    why: 'The controller fails to build the load balancer of the whole group.',
    bad: ingress({ annotations: ['healthcheck-interval-seconds: 30s'] }),
    good: ingress({ annotations: ["healthcheck-interval-seconds: '30'"] }),
  },
  'out-of-range': {
    severity: 'error',
    title: 'Number outside its range',
    why: 'AWS or the controller refuses it, and the group stops being updated.',
    bad: ingress({ annotations: ["healthcheck-interval-seconds: '500'"] }),
    good: ingress({ annotations: ["healthcheck-interval-seconds: '30'"] }),
  },
  'not-an-option': {
    severity: 'error',
    title: 'Value outside its enumeration',
    why: 'The controller or AWS refuses it, and the group stops being updated.',
    bad: ingress({ annotations: ['scheme: public'] }),
    good: ingress({ annotations: ['scheme: internet-facing'] }),
  },
  'malformed-value': {
    severity: 'error',
    title: 'Value of the wrong form',
    why: 'The controller or AWS refuses it, and the group stops being updated.',
    bad: ingress({ annotations: ['inbound-cidrs: 10.0.0.1'] }),
    good: ingress({ annotations: ['inbound-cidrs: 10.0.0.1/32'] }),
  },
  'invalid-group-name': {
    severity: 'error',
    title: 'Invalid name of an IngressGroup',
    why: 'With an invalid name the Ingress leaves its group, and its rules are removed from the load balancer.',
    bad: ingress({ annotations: ['group.name: Shop_Public'] }),
    good: ingress({ annotations: ['group.name: shop-public'] }),
  },
  'malformed-map': {
    severity: 'error',
    title: 'Not a list of key=value pairs',
    why: 'The controller fails to build the load balancer of the whole group.',
    bad: ingress({ annotations: ['tags: team'] }),
    good: ingress({ annotations: ['tags: team=shop'] }),
  },
  'unknown-attribute': {
    severity: 'error',
    title: 'Attribute that does not exist',
    why: 'AWS refuses the whole change, so the other attributes are not applied either.',
    bad: ingress({ annotations: ['load-balancer-attributes: idle_timeout=60'] }),
    good: ingress({ annotations: ['load-balancer-attributes: idle_timeout.timeout_seconds=60'] }),
  },
  'wrong-load-balancer-attribute': {
    severity: 'error',
    title: 'Attribute of another type of load balancer',
    why: 'AWS refuses the whole change, so the other attributes are not applied either.',
    bad: ingress({ annotations: ['target-group-attributes: proxy_protocol_v2.enabled=true'] }),
    good: ingress({ annotations: ['target-group-attributes: deregistration_delay.timeout_seconds=30'] }),
  },
  'duplicate-attribute': {
    severity: 'warning',
    title: 'Attribute given twice',
    why: 'Only the last one counts.',
    bad: ingress({ annotations: ['tags: team=shop,team=search'] }),
    good: ingress({ annotations: ['tags: team=shop'] }),
  },
  'malformed-json': {
    severity: 'error',
    title: 'Malformed JSON',
    why: 'The controller cannot read the value and fails to build the load balancer of the whole group.',
    bad: ingress({ annotations: [`listen-ports: '[{"HTTP": 80]'`] }),
    good: ingress({ annotations: [`listen-ports: '[{"HTTP": 80}]'`] }),
  },
  'json-type': {
    severity: 'error',
    title: 'JSON value of the wrong type',
    why: 'The controller cannot read the value and fails to build the load balancer of the whole group.',
    bad: ingress({ annotations: [`listen-ports: '[{"HTTP": "80"}]'`] }),
    good: ingress({ annotations: [`listen-ports: '[{"HTTP": 80}]'`] }),
  },
  'json-missing-field': {
    severity: 'error',
    title: 'Missing JSON field',
    why: 'The controller or AWS refuses the value, and the group stops being updated.',
    bad: ingress({ annotations: [`mutual-authentication: '[{"mode": "off"}]'`] }),
    good: ingress({ annotations: [`mutual-authentication: '[{"port": 443, "mode": "off"}]'`] }),
  },
  'json-unknown-field': {
    severity: 'warning',
    title: 'JSON field that the controller does not know',
    why: 'Fields that it does not know are dropped without a word.',
    bad: ingress({ annotations: [`mutual-authentication: '[{"port": 443, "mode": "off", "trust": "x"}]'`] }),
    good: ingress({ annotations: [`mutual-authentication: '[{"port": 443, "mode": "off"}]'`] }),
  },
  'duplicate-port': {
    severity: 'error',
    title: 'Listener port with two protocols',
    why: 'The controller keeps one of the two without a word; within one object it is chance which one.',
    bad: ingress({
      annotations: [
        `listen-ports: '[{"HTTP": 80}, {"HTTPS": 80}]'`,
        CERTIFICATE,
        'ssl-policy: ELBSecurityPolicy-TLS13-1-2-2021-06',
      ],
    }),
    good: ingress({
      annotations: [
        `listen-ports: '[{"HTTP": 80}, {"HTTPS": 443}]'`,
        CERTIFICATE,
        'ssl-policy: ELBSecurityPolicy-TLS13-1-2-2021-06',
      ],
    }),
  },
  'unknown-ssl-policy': {
    severity: 'warning',
    title: 'Unknown SSL policy',
    why: 'AWS refuses a policy name that it does not know, and the listener is not created.',
    bad: ingress({ annotations: [CERTIFICATE, 'ssl-policy: ELBSecurityPolicy-TLS13'] }),
    good: ingress({ annotations: [CERTIFICATE, 'ssl-policy: ELBSecurityPolicy-TLS13-1-2-2021-06'] }),
  },
  'weak-ssl-policy': {
    severity: 'warning',
    title: 'SSL policy that allows TLS 1.0 or 1.1',
    why: 'Both versions are deprecated (RFC 8996) and fail most audits.',
    bad: ingress({ annotations: [CERTIFICATE, 'ssl-policy: ELBSecurityPolicy-2016-08'] }),
    good: ingress({ annotations: [CERTIFICATE, 'ssl-policy: ELBSecurityPolicy-TLS13-1-2-2021-06'] }),
  },
  'deprecated-annotation': {
    severity: 'warning',
    title: 'Deprecated annotation',
    why: 'It may stop working with a later controller.',
    bad: ingress({ annotations: ['waf-acl-id: 12345678-1234-1234-1234-123456789012'] }),
    good: ingress({
      annotations: [
        'wafv2-acl-arn: arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/shop/12345678-1234-1234-1234-123456789012',
      ],
    }),
  },
  'controller-owned-annotation': {
    severity: 'warning',
    title: 'Annotation that the controller writes itself',
    why: 'The controller overwrites or removes what stands in a manifest.',
    bad: ingress({ annotations: ["dry-run-plan: '{}'"] }),
    good: ingress({ annotations: ['scheme: internal'] }),
  },
} satisfies Record<string, Rule>;
