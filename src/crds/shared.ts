/** Parts that several resources have. */
import { loadBalancerAttributes } from '../annotations/attributes';
import { catalogue } from '../annotations/catalogue';
import { cidr, loadBalancerName, prefixList } from '../annotations/formats';
import { pattern } from '../annotations/kinds';
import type { AttributeTable } from '../annotations/mapKind';
import type { Field, Fields } from './field';
import { array, map, object, string } from './field';

type More = Partial<Field>;

/** k8s.io/apimachinery metav1.LabelSelector */
export function labelSelector(doc: string, more: More = {}): Field {
  const requirement = object('One condition; all of them must hold.', {
    key: string('The label.', { required: true }),
    operator: string('How the label is compared.', {
      required: true,
      options: ['In', 'NotIn', 'Exists', 'DoesNotExist'],
    }),
    values: array(
      'The values for `In` and `NotIn`; none for the other two.',
      string('A value of the label.'),
    ),
  });
  const fields = {
    matchLabels: map('Labels with the value that each must have.', string('The value.')),
    matchExpressions: array('Conditions on labels.', requirement),
  };
  return object(doc, fields, more);
}

/** A list of `key` and `value`. */
export function pairs(doc: string, what: string, more: More = {}): Field {
  const pair = object(`One ${what}.`, {
    key: string(`Name of the ${what}.`, { required: true }),
    value: string(`Value of the ${what}, always a string.`, { required: true }),
  });
  return array(doc, pair, more);
}

export const attributePairs = (doc: string, attributes: AttributeTable, more: More = {}): Field =>
  pairs(doc, 'attribute', { attributes, ...more });

export const subnetId = string('ID of a subnet.', {
  kind: pattern('the ID of a subnet', /^subnet-[0-9a-f]+$/, 'subnet-0a1b2c3d4e5f60718'),
  live: 'subnets',
});

export const intOrString = (doc: string, more: More = {}): Field => ({ type: 'intOrString', doc, ...more });

/** The fields that IngressClassParams of both kinds have alike. */
export const commonParams = {
  group: object(
    'The IngressGroup to which all Ingresses of the class belong.',
    {
      name: string('Name of the group: its members, in any namespace, share one load balancer.', {
        required: true,
        kind: catalogue['group.name'].kind,
        annotation: 'group.name',
        example: 'shop',
      }),
    },
    { since: '2.2.0' },
  ),
  inboundCIDRs: array(
    'Who may connect to the listeners of all Ingresses of the class.',
    string('An address range without bits behind its prefix.', { kind: cidr(true) }),
    { since: '2.5.0', annotation: 'inbound-cidrs' },
  ),
  ipAddressType: string(
    'Whether clients reach the load balancers by IPv4 only, by IPv4 and IPv6, or by IPv6 in public and IPv4 in private.',
    {
      since: '2.2.0',
      options: ['ipv4', 'dualstack', 'dualstack-without-public-ipv4'],
      annotation: 'ip-address-type',
    },
  ),
  loadBalancerAttributes: attributePairs(
    'Settings of the load balancers such as logs, idle timeout and deletion protection. An attribute that you remove again keeps its last value in AWS.',
    loadBalancerAttributes,
    { since: '2.3.0', annotation: 'load-balancer-attributes' },
  ),
  namespaceSelector: labelSelector('The namespaces whose Ingresses may use the class. Without it all may.', {
    since: '2.2.0',
  }),
  scheme: string('Whether the load balancers have public addresses.', {
    since: '2.2.0',
    options: ['internal', 'internet-facing'],
    annotation: 'scheme',
  }),
  sslPolicy: string('The TLS versions and ciphers that the HTTPS listeners accept.', {
    since: '2.5.0',
    kind: catalogue['ssl-policy'].kind,
    annotation: 'ssl-policy',
    live: 'sslPolicies',
  }),
  tags: pairs(
    'Tags for everything the controller makes in AWS for Ingresses of the class. They beat those of the annotation, tag by tag.',
    'tag',
    { since: '2.2.0', annotation: 'tags' },
  ),
} as const satisfies Readonly<Record<string, Field>>;

/** Protocol and port of a listener, whose attributes go under the given name. */
export function listeners(
  attributesName: string,
  attributes: Field,
  required: { required?: true } = {},
): Field {
  const listener = object('One listener.', {
    protocol: string('Protocol of the listener.', { options: ['HTTP', 'HTTPS'], ...required }),
    port: { type: 'integer', doc: 'Port of the listener.', minimum: 1, maximum: 65535, ...required },
    [attributesName]: attributes,
  });
  return array(
    'Attributes of the listeners of all Ingresses of the class. They make no listeners: where there is none with that protocol and port, they do nothing.',
    listener,
    { since: '2.9.0', annotation: 'listener-attributes' },
  );
}

/** The name may be that of a load balancer or of a target group: both have one form. */
export const elbName = (doc: string, more: More = {}): Field =>
  string(doc, { kind: loadBalancerName(), ...more });

export const prefixListIds = (doc: string, more: More): Field =>
  array(doc, string('ID of a prefix list.', { kind: prefixList(), live: 'prefixLists' }), more);

/** Releases of the controller say nothing about EKS Auto Mode. */
export function withoutRelease(field: Field): Field {
  const { since: _, ...rest } = field;
  return rest;
}

export function withoutReleases(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, withoutRelease(field)]));
}
