// biome-ignore-all lint/suspicious/noTemplateCurlyInString: tab stops of TextMate snippets
/** Annotations whose key holds a name: `actions.<name>` and the like. */
import type { Annotation } from './annotation';
import { listenerAttributes } from './attributes';
import type { JsonNode } from './goJson';
import { json } from './jsonKind';
import type { Action, RuleCondition, Transform } from './jsonShapes';
import * as shapes from './jsonShapes';
import { integer, type ValueProblem } from './kinds';
import { map } from './mapKind';

type ObjectNode = Extract<JsonNode, { type: 'object' }>;

/** Go finds fields whatever their case. */
function fieldOf(node: ObjectNode, name: string): JsonNode | undefined {
  const member = node.members.find((one) => one.name.toLowerCase() === name.toLowerCase());
  return member === undefined || member.value.type === 'null' ? undefined : member.value;
}

function missing(node: JsonNode, end: number, message: string, advice: string): ValueProblem {
  return { code: 'json-missing-field', message, advice, start: node.start, end };
}

/** lbc:pkg/ingress/config_types.go Action.validate */
function refineAction(node: JsonNode): ValueProblem[] {
  if (node.type !== 'object') return [];
  const type = fieldOf(node, 'type');
  if (type?.type !== 'string' || type.value !== 'forward') return [];
  const single = fieldOf(node, 'targetGroupARN') ?? fieldOf(node, 'targetGroupName');
  const config = fieldOf(node, 'forwardConfig');
  if ((single === undefined) !== (config === undefined)) return refineTuples(config);
  const message =
    single === undefined
      ? '`forward` needs to know where to.'
      : '`forward` has both a single target group and a `forwardConfig`.';
  const advice = 'Give either `forwardConfig` or one of `targetGroupARN` and `targetGroupName`.';
  return [missing(type, type.end, message, advice)];
}

/** lbc:pkg/ingress/config_types.go ForwardActionConfig.validate, TargetGroupTuple.validate */
function refineTuples(config: JsonNode | undefined): ValueProblem[] {
  const list = config?.type === 'object' ? fieldOf(config, 'targetGroups') : undefined;
  const tuples = list?.type === 'array' ? list.items : [];
  return tuples.flatMap((tuple) => (tuple.type === 'object' ? refineTuple(tuple, tuples.length) : []));
}

function refineTuple(tuple: ObjectNode, count: number): ValueProblem[] {
  const [service, port] = [fieldOf(tuple, 'serviceName'), fieldOf(tuple, 'servicePort')];
  const direct = fieldOf(tuple, 'targetGroupARN') ?? fieldOf(tuple, 'targetGroupName');
  const say = (message: string, advice: string) => [missing(tuple, tuple.start + 1, message, advice)];
  if ((service === undefined) === (direct === undefined)) {
    return say(
      `The target group names ${service === undefined ? 'neither a Service nor' : 'both a Service and'} an existing target group.`,
      'Give either `serviceName` and `servicePort`, or one of `targetGroupARN` and `targetGroupName`.',
    );
  }
  if (service !== undefined && port === undefined)
    return say('`servicePort` is missing.', 'Add `"servicePort": …`.');
  return count > 1 && fieldOf(tuple, 'weight') === undefined
    ? say('With several target groups each needs a `weight`.', 'Add `"weight": …`.')
    : [];
}

const fixed =
  '{"type":"fixed-response","fixedResponseConfig":{"statusCode":"${1:503}","contentType":"${2:text/plain}","messageBody":"${3:Back soon}"}}';
const redirect =
  '{"type":"redirect","redirectConfig":{"protocol":"${1:HTTPS}","port":"${2:443}","host":"${3:#{host\\}}","path":"${4:/#{path\\}}","statusCode":"${5:HTTP_301}"}}';
const weighted =
  '{"type":"forward","forwardConfig":{"targetGroups":[{"serviceName":"${1:blue}","servicePort":${2:80},"weight":${3:90}},{"serviceName":"${4:green}","servicePort":${5:80},"weight":${6:10}}]}}';

export const families = {
  actions: {
    kind: json<Action>({
      describe: 'one action as JSON',
      shape: shapes.action,
      refine: refineAction,
      skeletons: [
        { label: 'Fixed response', doc: 'The load balancer answers by itself.', snippet: fixed },
        { label: 'Redirect', doc: 'Sends the client elsewhere.', snippet: redirect },
        { label: 'Weighted forward', doc: 'Splits the requests over several Services.', snippet: weighted },
        {
          label: 'Forward to an existing target group',
          doc: 'A target group that Kubernetes does not manage.',
          snippet:
            '{"type":"forward","targetGroupARN":"${1:arn:aws:elasticloadbalancing:REGION:ACCOUNT:targetgroup/NAME/ID}"}',
        },
      ],
    }),
    on: ['Ingress'],
    merge: 'own',
    since: '1.0.0',
    anchor: 'actions',
    aws: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html',
    doc: "An action that a backend of this Ingress refers to: the name after `actions.` is the backend's Service name, and the backend's port has the name `use-annotation`. No Service of that name is needed. If no backend refers to it, it does nothing.",
    example: '{"type":"redirect","redirectConfig":{"protocol":"HTTPS","port":"443","statusCode":"HTTP_301"}}',
    placeholder: { label: 'name', snippet: '${1:name}' },
  },
  conditions: {
    kind: json<readonly RuleCondition[]>({
      describe: 'a list of conditions as JSON',
      shape: shapes.conditions,
      skeletons: [
        {
          label: 'Header',
          doc: 'A request header has one of these values.',
          snippet:
            '[{"field":"http-header","httpHeaderConfig":{"httpHeaderName":"${1:X-Version}","values":["${2:v2}"]}}]',
        },
        {
          label: 'Query parameter',
          doc: 'The query has this parameter.',
          snippet:
            '[{"field":"query-string","queryStringConfig":{"values":[{"key":"${1:version}","value":"${2:v2}"}]}}]',
        },
        {
          label: 'Method',
          doc: 'The request has one of these methods.',
          snippet: '[{"field":"http-request-method","httpRequestMethodConfig":{"values":["${1:GET}"]}}]',
        },
        {
          label: 'Source address',
          doc: 'The client is in one of these ranges.',
          snippet: '[{"field":"source-ip","sourceIPConfig":{"values":["${1:10.0.0.0/8}"]}}]',
        },
        {
          label: 'Host',
          doc: 'Further host names.',
          snippet: '[{"field":"host-header","hostHeaderConfig":{"values":["${1:www.example.com}"]}}]',
        },
        {
          label: 'Path',
          doc: 'Further paths.',
          snippet: '[{"field":"path-pattern","pathPatternConfig":{"values":["${1:/api/*}"]}}]',
        },
      ],
    }),
    on: ['Ingress'],
    merge: 'own',
    since: '1.1.5',
    anchor: 'conditions',
    aws: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html',
    doc: 'Conditions that the rules of a backend get in addition to their host and path. The name after `conditions.` is the Service name of the backend, a real Service or the name of an action. If no backend has the name, they do nothing.',
    example: '[{"field":"http-header","httpHeaderConfig":{"httpHeaderName":"X-Version","values":["v2"]}}]',
    placeholder: { label: 'name', snippet: '${1:name}' },
  },
  transforms: {
    kind: json<readonly Transform[]>({
      describe: 'a list of transforms as JSON',
      shape: shapes.transforms,
      skeletons: [
        {
          label: 'Strip a path prefix',
          doc: 'Removes the beginning of the path before the request goes to the target.',
          snippet:
            '[{"type":"url-rewrite","urlRewriteConfig":{"rewrites":[{"regex":"^/${1:api}/(.*)\\$","replace":"/\\$1"}]}}]',
        },
        {
          label: 'Rewrite the Host header',
          doc: 'Changes the host that the target sees.',
          snippet:
            '[{"type":"host-header-rewrite","hostHeaderRewriteConfig":{"rewrites":[{"regex":"^(.+)${1:[.]example[.]com}\\$","replace":"\\$1${2:.example.org}"}]}}]',
        },
      ],
    }),
    on: ['Ingress'],
    merge: 'own',
    since: '2.14.1',
    anchor: 'transforms',
    aws: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-transforms.html',
    doc: 'Rewrites of path or Host header for the requests that go to a backend. The name after `transforms.` is the Service name of the backend.',
    example:
      '[{"type":"url-rewrite","urlRewriteConfig":{"rewrites":[{"regex":"^/api/(.*)$","replace":"/$1"}]}}]',
    placeholder: { label: 'name', snippet: '${1:name}' },
  },
  'listener-attributes': {
    kind: map({ describe: 'listener attributes as `key=value` pairs', table: listenerAttributes }),
    on: ['Ingress'],
    merge: 'perListener',
    mergeNote:
      'Attributes are merged by name; two values of one attribute of a listener are a conflict unless IngressClassParams settle it.',
    since: '2.9.0',
    anchor: 'listener-attributes',
    aws: listenerAttributes.href,
    classParams: 'listeners',
    doc: 'Attributes of one listener. The key ends in protocol and port, for example `listener-attributes.HTTPS-443`. If there is no such listener, they do nothing.',
    example: 'routing.http.response.server.enabled=false',
    placeholder: { label: 'protocol-port', snippet: '${1|HTTPS,HTTP|}-${2:443}' },
    name: { regex: /^(HTTP|HTTPS)-[1-9][0-9]{0,4}$/, describe: 'protocol and port, such as `HTTPS-443`' },
  },
  'target-control-port': {
    kind: integer({ min: 1, max: 65535, suggest: [3000] }),
    on: ['Ingress', 'Service'],
    merge: 'own',
    since: '2.16.0',
    anchor: 'target-control-port',
    aws: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-optimizer.html',
    doc: 'The port on which the target control agent of a Service talks to the load balancer (target optimizer). The key ends in Service name and port, for example `target-control-port.web.80`. A change makes a new target group.',
    example: '3000',
    placeholder: { label: 'service.port', snippet: '${1:service}.${2:80}' },
    name: { regex: /^[a-z0-9-]+\.[a-z0-9-]+$/, describe: 'Service name and port, such as `web.80`' },
  },
} satisfies Record<string, Annotation & Family>;

export interface Family {
  /** What stands in place of the name in lists, and the tab stops that ask for it. */
  readonly placeholder: { readonly label: string; readonly snippet: string };
  /** The form of the name, where it matters. */
  readonly name?: { readonly regex: RegExp; readonly describe: string };
}
