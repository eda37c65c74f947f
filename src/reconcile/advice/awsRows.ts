/** Settings that AWS does not take, and things that the manifests name and AWS does not have. */

import { closest } from '../../annotations/closest';
import { listTargetGroups } from '../../aws/elbv2';
import { listWebAcls } from '../../aws/waf';
import { accountOf, parseArn, strangeness } from './arns';
import {
  type Explanation,
  keysOf,
  placesNamed,
  placesOf,
  placeText,
  type Row,
  type Trouble,
} from './trouble';

const STOPS = 'AWS refuses the whole call, so this resource and what comes after it stay as they were.';

export const AWS_ROWS: readonly Row[] = [
  {
    code: 'log-bucket-refused',
    matches: BUCKET(),
    why: 'AWS writes a test object when a bucket is set, also while logging is off, and takes no load balancer whose logs it could not write.',
    explain: explainBucket,
  },
  {
    code: 'web-acl-not-found',
    matches:
      /couldn't find WAFv2 WebACL with name: (\S+)|WAFNonexistentItem|WAFUnavailableEntity|AssociateWebACLInput/,
    why: 'Without its web ACL the load balancer would be open to what the ACL keeps away.',
    explain: explainWebAcl,
  },
  {
    code: 'target-group-not-found',
    matches:
      /searching TargetGroup with name (\S+):|TargetGroupNotFound|the target group (\S+) does not exist/,
    why: 'A rule that forwards to a target group cannot be made before the target group is there.',
    explain: explainTargetGroup,
  },
  {
    code: 'trust-store-not-found',
    matches: /couldn't find TrustStore with names \[([^[\]]*)\]|TrustStoreNot(?:Found|Ready)/,
    why: 'Without its trust store a listener cannot check client certificates, and is not made.',
    explain: (trouble, [, name = '']) =>
      named(
        trouble,
        'The trust store',
        name,
        'mutual-authentication',
        'Name a trust store of this region and account that is ready: aws elbv2 describe-trust-stores.',
      ),
  },
  {
    code: 'ssl-policy-unknown',
    matches: /SSLPolicyNotFound|ALPNPolicyNotSupported/,
    why: STOPS,
    explain: (trouble) =>
      named(
        trouble,
        'AWS does not know the security or ALPN policy',
        '',
        'ssl-policy',
        'Take one of `aws elbv2 describe-ssl-policies`.',
      ),
  },
  {
    code: 'unsupported-setting',
    matches:
      /UnsupportedProtocol|IncompatibleProtocols|InvalidScheme|InvalidLoadBalancerAction|InvalidConfigurationRequest|ValidationError|InvalidTarget|AllocationIdNotFound|InvalidParameterValue/,
    why: STOPS,
    explain: explainSetting,
  },
];

function BUCKET(): RegExp {
  return /Access Denied for bucket: ([\w.-]+?)\.?(?:\s|$)|[Bb]ucket ['"]?([\w.-]+)['"]? (?:is not located|does not exist|was not found)|S3 ?[Bb]ucket/;
}

async function explainBucket(trouble: Trouble, match: RegExpExecArray): Promise<Explanation> {
  const { aws } = trouble;
  const bucket = match[1] ?? match[2] ?? '';
  const places = bucket === '' ? placesNamed(trouble, 'load-balancer-attributes') : placesOf(trouble, bucket);
  const account = await accountOf(aws).catch(() => 'ACCOUNT');
  return {
    what: `The load balancer may not write its logs into the bucket ${bucket}${placeText(places)}.`,
    details: [
      `  The bucket must be in ${aws.region}, and encrypted with keys of S3 (SSE-S3) if it is for access logs.`,
      `  Its policy must let logdelivery.elasticloadbalancing.amazonaws.com (in older regions the account of Elastic Load Balancing)`,
      `  call s3:PutObject on arn:aws:s3:::${bucket === '' ? 'BUCKET' : bucket}/PREFIX/AWSLogs/${account}/*.`,
    ],
    blame: keysOf(places),
    advice:
      'Mend the policy or the region of the bucket, or take access_logs.s3.bucket out of load-balancer-attributes while logging is off.',
  };
}

async function explainWebAcl(trouble: Trouble, [, name = '']: RegExpExecArray): Promise<Explanation> {
  const suffix = name === '' ? 'wafv2-acl-arn' : 'wafv2-acl-name';
  const places = name === '' ? placesNamed(trouble, suffix) : placesOf(trouble, name);
  const names = (await listWebAcls(trouble.aws)).flatMap(({ Name }) => Name ?? []);
  const near = name === '' ? undefined : closest(name, names);
  return {
    what: `The web ACL${name === '' ? '' : ` ${name}`}${placeText(places)} cannot be found among the regional ones of ${trouble.aws.region}.`,
    details: [`  There ${names.length === 0 ? 'are none' : `are: ${names.slice(0, 10).join(', ')}`}.`],
    blame: keysOf(places),
    advice: `${near === undefined ? '' : `Did you mean ${near}? `}Name a regional web ACL of this account; those for CloudFront cannot be used. \`none\` takes the web ACL away.`,
  };
}

async function explainTargetGroup(trouble: Trouble, match: RegExpExecArray): Promise<Explanation> {
  const name = match[1] ?? match[2] ?? parseArn(trouble.message)?.text ?? '';
  const places = placesOf(trouble, name);
  const arn = parseArn(name);
  const account = arn === undefined ? undefined : await accountOf(trouble.aws).catch(() => undefined);
  const strange = arn === undefined ? undefined : strangeness(arn, { region: trouble.aws.region, account });
  const names = (await listTargetGroups(trouble.aws)).flatMap(({ TargetGroupName }) => TargetGroupName ?? []);
  const near = name === '' || arn !== undefined ? undefined : closest(name, names);
  return {
    what: `The target group ${name}${placeText(places)} ${strange ?? 'does not exist in this account and region'}.`,
    blame: keysOf(places),
    advice: `${near === undefined ? '' : `Did you mean ${near}? `}Make the target group first, or name one that exists: aws elbv2 describe-target-groups.`,
  };
}

function named(trouble: Trouble, what: string, name: string, suffix: string, advice: string): Explanation {
  const places = name === '' ? placesNamed(trouble, suffix) : placesOf(trouble, name);
  const end = name === '' ? '' : ' cannot be used';
  return {
    what: `${what}${name === '' ? '' : ` ${name}`}${placeText(places)}${end}.`,
    blame: keysOf(places),
    advice,
  };
}

/** Words by which AWS's message tells what it is about, and the annotation that sets it. */
const ABOUT: readonly (readonly [RegExp, string, string])[] = [
  [
    /Health check interval must be greater/i,
    'healthcheck-interval-seconds',
    'Set healthcheck-interval-seconds above healthcheck-timeout-seconds.',
  ],
  [
    /matcher/i,
    'success-codes',
    'With backend-protocol-version GRPC, success-codes are codes of gRPC: 0 to 99.',
  ],
  [/health ?check/i, 'healthcheck-path', 'Mend the annotations healthcheck-*.'],
  [
    /certificate must be specified/i,
    'certificate-arn',
    'Name a certificate for the HTTPS port, or make it an HTTP port in listen-ports.',
  ],
  [
    /GRPC|protocol/i,
    'backend-protocol-version',
    'Mend backend-protocol, backend-protocol-version or listen-ports: GRPC needs an HTTPS listener.',
  ],
  [
    /attribute/i,
    'load-balancer-attributes',
    'Mend the attribute in load-balancer-attributes, target-group-attributes or listener-attributes.*.',
  ],
  [
    /load balancer name|name .{0,200} is not valid|cannot begin or end with a hyphen|internal-/i,
    'load-balancer-name',
    'A name has letters, digits and hyphens, none at its ends, and does not begin with internal-.',
  ],
  [/internet gateway/i, 'scheme', 'Set scheme to internal, or give the VPC an internet gateway.'],
];

function explainSetting(trouble: Trouble): Explanation {
  const [, suffix, advice] = ABOUT.find(([pattern]) => pattern.test(trouble.message)) ?? [];
  const places = suffix === undefined ? [] : placesNamed(trouble, suffix);
  return {
    what: `AWS does not take a setting of the load balancer${placeText(places)}: ${trouble.message.replace(/\.$/, '')}.`,
    blame: keysOf(places),
    advice:
      advice ??
      'Mend the annotation that sets it; `ekslb plan` shows every value that AWS would be given, with the annotation that asks for it.',
  };
}
