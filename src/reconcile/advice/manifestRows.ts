/** Refusals of the build that the manifests alone decide: what the controller's words mean. */
import { type Explanation, keysOf, placesNamed, placeText, type Row, type Trouble } from './trouble';

const ALL_STOP =
  'A load balancer is built from all its members at once: while one of them cannot be built, none of them is changed.';

interface Words {
  readonly what: string;
  readonly advice: string;
  /** Annotations that are looked for, to name who says it. */
  readonly annotations?: readonly string[];
}

/** `$1` and `$2` stand for what the pattern finds, `$who` for the members that contradict each other. */
export const MANIFEST_ROWS: readonly Row[] = [
  row('target-port-missing', /TargetGroup port is empty/, {
    what: 'Targets are instances (target-type instance is the default), and the Service is of type ClusterIP: it has no port on the nodes.',
    advice: 'Set target-type: ip, or make the Service one of type NodePort.',
  }),
  row('service-not-found', /Service "([^"]+)" not found/, {
    what: 'The Service $1, to which an action forwards, does not exist.',
    advice:
      'Correct the name in the annotation actions.*, or apply the Service first; it must be in the namespace of the Ingress.',
  }),
  row('port-not-found', /unable to find port (\S+) on service (\S+)/, {
    what: 'The Service $2 has no port $1.',
    advice: 'Name a port of the Service, by its number or its name.',
  }),
  row('secret-not-usable', /secrets "([^"]+)"|missing (client\w+), secret/, {
    what: 'The login of an Ingress needs a Secret that is missing, may not be read, or lacks the keys clientID and clientSecret.',
    advice:
      'Make the Secret in the namespace of the Ingress with the keys clientID and clientSecret, and let this identity read it.',
    annotations: ['auth-idp-oidc'],
  }),
  row('login-not-complete', /missing IDPConfig(\w+)|unknown authType|authentication and jwt validation/, {
    what: 'The login of an Ingress is not complete: auth-type and the annotation of its provider (auth-idp-cognito, auth-idp-oidc) do not fit together.',
    advice: 'Set both, for the same provider; a login and jwt-validation exclude each other.',
    annotations: ['auth-type'],
  }),
  row('conflicting-settings', /conflicting (\w[\w ]*)/, {
    what: '$who say different things where the load balancer can have only one: $1.',
    advice: 'Say it in one member, or the same in all, or give one of them another group.name.',
  }),
  row('two-default-backends', /multiple ingress defined default backend: (\[[^[\]]*\])/, {
    what: 'Several members of the group have a spec.defaultBackend: $1. A port can have only one.',
    advice: 'Leave it in one of them.',
  }),
  row('path-wildcards', /\b(\w+) path shouldn't contain wildcards: (\S+)/, {
    what: 'The path $2 has a wildcard, which a path of type $1 may not have.',
    advice: 'Write / for everything, or make the pathType ImplementationSpecific.',
  }),
  row('ssl-redirect-wrong', /SSLRedirect port: (\d+)/, {
    what: 'ssl-redirect leads to port $1, on which the group has no HTTPS listener.',
    advice: 'Add { "HTTPS": $1 } to listen-ports, or correct ssl-redirect.',
    annotations: ['ssl-redirect'],
  }),
  row(
    'conditions-wrong',
    /condition must specify exactly one|HeaderConfig|MethodConfig|sourceIPConfig|queryStringConfig/i,
    {
      what: 'A condition of a rule is not complete, or mixes wildcards with regular expressions.',
      advice:
        'Mend the annotation conditions.*; for regular expressions in paths, use-regex-path-match makes all of them such.',
    },
  ),
  row('ipv6-not-possible', /lb not dual-stack|v6 cidr|Dualstack IP address type|dualstack load balancers/i, {
    what: 'Something asks for IPv6, and the load balancer has only IPv4.',
    advice: 'Set ip-address-type: dualstack, or take out what needs IPv6.',
    annotations: ['ip-address-type'],
  }),
  row('name-too-long', /load balancer name cannot be longer than 32/, {
    what: 'The name of the load balancer has more than 32 characters.',
    advice: 'Shorten load-balancer-name (of a Service: name), or leave it out and a name is made.',
    annotations: ['load-balancer-name', 'name'],
  }),
  row('group-order-wrong', /group order/i, {
    what: 'The place of a member in its group is no whole number from -1000 to 1000.',
    advice: 'Correct the annotation group.order.',
    annotations: ['group.order'],
  }),
  row(
    'value-not-readable',
    /failed to (?:parse|load|merge|compute)|cannot unmarshal|invalid syntax|strconv|unknown \w+|must be within|must be valid|invalid /,
    {
      what: 'The value of an annotation or field cannot be read, or is none of those allowed.',
      advice: 'Correct the value; `ekslb lint` shows the line and what may stand there.',
    },
  ),
];

function row(code: string, matches: RegExp, words: Words): Row {
  return {
    code,
    matches,
    stage: 'build',
    why: ALL_STOP,
    explain: (trouble, match) => explain(trouble, match, words),
  };
}

function explain(
  trouble: Trouble,
  match: RegExpExecArray,
  { what, advice, annotations = [] }: Words,
): Explanation {
  const filled = (text: string) => text.replace(/\$(\d)/g, (_, at: string) => match[Number(at)] ?? '');
  const places = annotations.flatMap((suffix) => placesNamed(trouble, suffix));
  const { member, conflict } = trouble.refusal ?? {};
  const parties = conflict === undefined || member === undefined ? [] : [conflict.first, member];
  const contradicting = parties.length === 0 ? 'Members of the group' : parties.join(' and ');
  const where = what.includes('$who') ? '' : placeText(places);
  return {
    what: `${filled(what).replace('$who', contradicting).replace(/\.$/, '')}${where}.`,
    blame: parties.length > 0 ? parties : member === undefined ? keysOf(places) : [member],
    advice: filled(advice),
  };
}
