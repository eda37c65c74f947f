// biome-ignore-all lint/suspicious/noTemplateCurlyInString: tab stops of TextMate snippets
/** Annotations of Services whose key ends in a port. */
import type { Annotation } from './annotation';
import { networkListenerAttributes, networkTargetGroupAttributes } from './attributes';
import type { Family } from './families';
import type { JsonNode } from './goJson';
import { json } from './jsonKind';
import type { ValueProblem } from './kinds';
import { map } from './mapKind';
import type { ObjectShape } from './shapes';

const ELB = 'https://docs.aws.amazon.com/elasticloadbalancing/latest/network';
const service = { on: ['Service'], merge: 'own' } as const;
const protocols = ['TCP', 'UDP', 'TCP_UDP', 'TLS', 'QUIC', 'TCP_QUIC'];
const listener = {
  placeholder: { label: 'protocol-port', snippet: `\${1|${protocols.join(',')}|}-\${2:80}` },
  name: {
    regex: new RegExp(`^(${protocols.join('|')})-[1-9][0-9]{0,4}$`),
    describe: 'protocol and port, such as `TCP-80`',
  },
} as const;

/** By what follows `service.beta.kubernetes.io/aws-load-balancer-`. */
export const serviceFamilies = {
  'target-group-attributes': {
    ...service,
    kind: map({
      describe: 'target group attributes as `key=value` pairs',
      table: networkTargetGroupAttributes,
    }),
    since: '2.14.0',
    anchor: 'target-group-attributes',
    aws: networkTargetGroupAttributes.href,
    doc: 'Attributes of the target group of one port, on top of `aws-load-balancer-target-group-attributes`. The key ends in the port of the Service, for example `aws-load-balancer-target-group-attributes.443`. An empty value does not undo the general one.',
    example: 'proxy_protocol_v2.enabled=true',
    placeholder: { label: 'port', snippet: '${1:443}' },
    name: { regex: /^[1-9][0-9]{0,4}$/, describe: 'the number of a port, such as `443`' },
  },
  'listener-attributes': {
    ...service,
    kind: map({ describe: 'listener attributes as `key=value` pairs', table: networkListenerAttributes }),
    since: '2.9.0',
    anchor: 'listener-attributes',
    aws: networkListenerAttributes.href,
    doc: 'Attributes of one listener. The key ends in the protocol of the listener and its port, for example `aws-load-balancer-listener-attributes.TCP-80`; with a certificate the protocol is `TLS`. If there is no such listener, they do nothing.',
    example: 'tcp.idle_timeout.seconds=600',
    ...listener,
  },
} satisfies Record<string, Annotation & Family>;

/** lbc:pkg/service/config_types.go */
export interface ServiceAction {
  readonly type?: string;
  readonly forwardConfig?: {
    readonly baseServiceWeight?: number;
    readonly targetGroups?: readonly {
      readonly targetGroupARN?: string;
      readonly serviceName?: string;
      readonly servicePort?: number | string;
      readonly decrypt?: boolean;
      readonly weight?: number;
    }[];
    readonly targetGroupStickinessConfig?: { readonly enabled?: boolean };
  };
}

const weight = (doc: string) => ({ type: 'int32', min: 0, max: 999, doc }) as const;

const action: ObjectShape = {
  type: 'object',
  go: 'service.Action',
  required: ['type', 'forwardConfig'],
  fields: {
    type: {
      type: 'string',
      go: 'service.ActionType',
      options: ['forward'],
      doc: 'A Network Load Balancer can only forward.',
    },
    forwardConfig: {
      type: 'object',
      go: 'service.ForwardActionConfig',
      doc: 'Target groups with their weights.',
      required: ['baseServiceWeight', 'targetGroups'],
      fields: {
        baseServiceWeight: weight('Share of this Service itself, relative to the other weights.'),
        targetGroups: {
          type: 'array',
          go: '[]service.TargetGroupTuple',
          doc: 'The other target groups, up to four.',
          of: {
            type: 'object',
            go: 'service.TargetGroupTuple',
            fields: {
              serviceName: { type: 'string', doc: "A Service in this Service's namespace." },
              servicePort: { type: 'intOrString', doc: 'Name or number of the port of that Service.' },
              weight: weight('Share of the connections. Needed with more than one target group.'),
              decrypt: {
                type: 'bool',
                doc: 'Behind a TLS listener: sends to this target group without TLS.',
              },
              targetGroupARN: {
                type: 'string',
                doc: 'ARN of a target group that Kubernetes does not manage, instead of a Service.',
              },
            },
          },
        },
        targetGroupStickinessConfig: {
          type: 'object',
          go: 'service.TargetGroupStickinessConfig',
          doc: 'Keeps the connections of a source address with one target group. Not for TLS listeners.',
          fields: { enabled: { type: 'bool', doc: 'Switches it on.' } },
        },
      },
    },
  },
};

function member(node: JsonNode | undefined, name: string): JsonNode | undefined {
  if (node?.type !== 'object') return undefined;
  return node.members.find((one) => one.name.toLowerCase() === name.toLowerCase())?.value;
}

const isThere = (node: JsonNode, name: string) => (member(node, name)?.type ?? 'null') !== 'null';

/** lbc:pkg/service/config_types.go ForwardActionConfig.validate */
function refine(node: JsonNode): ValueProblem[] {
  const groups = member(member(node, 'forwardConfig'), 'targetGroups');
  if (groups?.type !== 'array') return [];
  const objects = groups.items.filter((item) => item.type === 'object');
  return objects.flatMap((item) => refineGroup(item, groups.items.length > 1));
}

/** lbc:pkg/service/config_types.go TargetGroupTuple.validate */
function refineGroup(group: JsonNode, oneOfMany: boolean): ValueProblem[] {
  const place = { code: 'json-missing-field', start: group.start, end: group.end } as const;
  const isService = isThere(group, 'serviceName');
  const problems: ValueProblem[] = [];
  if (isService === isThere(group, 'targetGroupARN')) {
    const message = 'A target group is either that of a Service or has an ARN.';
    problems.push({ ...place, message, advice: 'Give one of `serviceName` and `targetGroupARN`.' });
  }
  if (isService && !isThere(group, 'servicePort'))
    problems.push({ ...place, message: 'The port of the Service is missing.', advice: 'Add `servicePort`.' });
  if (oneOfMany && !isThere(group, 'weight'))
    problems.push({
      ...place,
      message: 'One of several target groups has no weight.',
      advice: 'Add `weight`.',
    });
  return problems;
}

/** By what follows `service.beta.kubernetes.io/`. */
export const serviceActions = {
  actions: {
    ...service,
    kind: json<ServiceAction>({
      describe: 'one action as JSON',
      shape: action,
      refine,
      skeletons: [
        {
          label: 'Weighted forward',
          doc: 'Splits the connections between this Service and another.',
          snippet:
            '{"type":"forward","forwardConfig":{"baseServiceWeight":${1:90},"targetGroups":[{"serviceName":"${2:green}","servicePort":${3:80},"weight":${4:10}}]}}',
        },
      ],
    }),
    since: '2.16.0',
    anchor: 'nlb-default-action',
    aws: `${ELB}/load-balancer-listeners.html`,
    doc: 'Splits the connections of one listener over several Services. The key ends in the protocol of the listener and its port, for example `service.beta.kubernetes.io/actions.TCP-80`. The annotations of this Service hold for the target groups of the others too.',
    example:
      '{"type":"forward","forwardConfig":{"baseServiceWeight":90,"targetGroups":[{"serviceName":"green","servicePort":80,"weight":10}]}}',
    ...listener,
  },
} satisfies Record<string, Annotation & Family>;
