/**
 * The rules of the static check, one row each. `code` is stable: it is the diagnostic's code, the key of its quick
 * fix, and its heading in `docs/rules.md`. Severity follows the consequence: an error will not work or takes
 * something down, a warning surprises, information is worth knowing.
 */
export type Severity = 'error' | 'warning' | 'information';

export interface Rule {
  readonly severity: Severity;
  readonly title: string;
  /** Why it matters, as one sentence that follows the sentence on what is wrong. */
  readonly why: string;
}

export const rules = {
  'unknown-annotation': {
    severity: 'warning',
    title: 'Annotation that the controller does not know',
    why: 'The controller ignores keys it does not know, without an event or a log line.',
  },
  'annotation-prefix': {
    severity: 'error',
    title: 'Misspelled annotation prefix',
    why: 'The controller reads only `alb.ingress.kubernetes.io/`, so this setting has no effect.',
  },
  'annotation-name': {
    severity: 'error',
    title: 'Key of a family that ends in the wrong form',
    why: 'The controller looks for the exact key and ignores this one.',
  },
  'value-not-string': {
    severity: 'error',
    title: 'Annotation value that YAML does not read as a string',
    why: 'Kubernetes allows only strings here and refuses the whole object.',
  },
  'empty-value': {
    severity: 'warning',
    title: 'Empty annotation value',
    why: 'An empty value is not the same as no annotation: the controller takes it as it is or ignores it, depending on the annotation.',
  },
  'not-a-boolean': {
    severity: 'error',
    title: 'Value is not a boolean',
    why: 'The controller fails to build the load balancer of the whole group.',
  },
  'not-an-integer': {
    severity: 'error',
    title: 'Value is not a whole number',
    why: 'The controller fails to build the load balancer of the whole group.',
  },
  'out-of-range': {
    severity: 'error',
    title: 'Number outside its range',
    why: 'AWS or the controller refuses it, and the group stops being updated.',
  },
  'not-an-option': {
    severity: 'error',
    title: 'Value outside its enumeration',
    why: 'The controller or AWS refuses it, and the group stops being updated.',
  },
  'malformed-value': {
    severity: 'error',
    title: 'Value of the wrong form',
    why: 'The controller or AWS refuses it, and the group stops being updated.',
  },
  'invalid-group-name': {
    severity: 'error',
    title: 'Invalid name of an IngressGroup',
    why: 'With an invalid name the Ingress leaves its group, and its rules are removed from the load balancer.',
  },
  'malformed-map': {
    severity: 'error',
    title: 'Not a list of key=value pairs',
    why: 'The controller fails to build the load balancer of the whole group.',
  },
  'unknown-attribute': {
    severity: 'error',
    title: 'Attribute that does not exist',
    why: 'AWS refuses the whole change, so the other attributes are not applied either.',
  },
  'wrong-load-balancer-attribute': {
    severity: 'error',
    title: 'Attribute of another type of load balancer',
    why: 'AWS refuses the whole change, so the other attributes are not applied either.',
  },
  'duplicate-attribute': {
    severity: 'warning',
    title: 'Attribute given twice',
    why: 'Only the last one counts.',
  },
  'malformed-json': {
    severity: 'error',
    title: 'Malformed JSON',
    why: 'The controller cannot read the value and fails to build the load balancer of the whole group.',
  },
  'json-type': {
    severity: 'error',
    title: 'JSON value of the wrong type',
    why: 'The controller cannot read the value and fails to build the load balancer of the whole group.',
  },
  'json-missing-field': {
    severity: 'error',
    title: 'Missing JSON field',
    why: 'The controller or AWS refuses the value, and the group stops being updated.',
  },
  'json-unknown-field': {
    severity: 'warning',
    title: 'JSON field that the controller does not know',
    why: 'Fields that it does not know are dropped without a word.',
  },
  'duplicate-port': {
    severity: 'error',
    title: 'Listener port with two protocols',
    why: 'The controller keeps one of the two without a word; within one object it is chance which one.',
  },
  'unknown-ssl-policy': {
    severity: 'warning',
    title: 'Unknown SSL policy',
    why: 'AWS refuses a policy name that it does not know, and the listener is not created.',
  },
  'weak-ssl-policy': {
    severity: 'warning',
    title: 'SSL policy that allows TLS 1.0 or 1.1',
    why: 'Both versions are deprecated (RFC 8996) and fail most audits.',
  },
  'deprecated-annotation': {
    severity: 'warning',
    title: 'Deprecated annotation',
    why: 'It may stop working with a later controller.',
  },
  'controller-owned-annotation': {
    severity: 'warning',
    title: 'Annotation that the controller writes itself',
    why: 'The controller overwrites or removes what stands in a manifest.',
  },
} satisfies Record<string, Rule>;

export type RuleCode = keyof typeof rules;
