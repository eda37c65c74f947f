/** Value kinds of a single form that several annotations share. */
import ipaddr from 'ipaddr.js';
import type { Kind, ValueProblem } from './kinds';
import { pattern, problem, splitList, text } from './kinds';

/** Go's net.ParseCIDR. */
export function isCidr(raw: string): boolean {
  const [address = '', bits = '', ...rest] = raw.split('/');
  if (rest.length > 0 || !/^(0|[1-9][0-9]{0,2})$/.test(bits)) return false;
  const isV4 = /^(0|[1-9][0-9]{0,2})(\.(0|[1-9][0-9]{0,2})){3}$/.test(address);
  if (isV4) return address.split('.').every((part) => Number(part) <= 255) && Number(bits) <= 32;
  return (
    !address.includes('%') && ipaddr.IPv6.isValid(address) && address.includes(':') && Number(bits) <= 128
  );
}

/** With `exact` the range must begin at its address, as lbc:webhooks/elbv2/ingressclassparams_validator.go wants it. */
export function cidr(exact = false): Kind<string> {
  return text({
    describe: 'an address range in CIDR notation',
    check: (raw) => (isCidr(raw) ? (exact ? checkBits(raw) : []) : [notACidr(raw)]),
  });
}

function notACidr(raw: string): ValueProblem {
  const host = /^[0-9.]+$/.test(raw) && isCidr(`${raw}/32`) ? `${raw}/32` : undefined;
  const message = `\`${raw}\` is not an address range in CIDR notation.`;
  const found = problem('malformed-value', raw, message, 'Write it like `10.0.0.0/16`.');
  return host === undefined ? found : { ...found, replacement: host };
}

function checkBits(raw: string): ValueProblem[] {
  const [address = '', bits = ''] = raw.split('/');
  const version = raw.includes(':') ? ipaddr.IPv6 : ipaddr.IPv4;
  const first = version.networkAddressFromCIDR(raw).toString();
  if (version.parse(address).toString() === first) return [];
  const range = `${first}/${bits}`;
  const message = `\`${raw}\` has bits behind its prefix.`;
  return [{ ...problem('malformed-value', raw, message, `Write \`${range}\`.`), replacement: range }];
}

/** An ARN of certain services; `tail` is what comes after the account. */
export function arn(
  what: string,
  service: string,
  tail: string,
  example: string,
  optional: readonly string[] = [],
): Kind<string> {
  const regex = new RegExp(`^arn:aws[a-z-]*:(${service}):[a-z0-9-]*:[0-9]{12}:${tail}$`);
  return pattern(`the ARN of ${what}`, regex, example, { optional });
}

/** lbc:pkg/ingress/group_loader.go validateGroupName */
export const GROUP_NAME = /^([a-z0-9][-a-z0-9.]*)?[a-z0-9]$/;
export const GROUP_NAME_MAX = 63;

export function groupName(): Kind<string> {
  return text({
    describe: `a name of up to ${GROUP_NAME_MAX} lower-case letters, digits, \`-\` and \`.\``,
    check: (raw) =>
      GROUP_NAME.test(raw) && raw.length <= GROUP_NAME_MAX
        ? []
        : [
            problem(
              'invalid-group-name',
              raw,
              `\`${raw}\` is not a valid group name.`,
              `Use up to ${GROUP_NAME_MAX} lower-case letters, digits, \`-\` and \`.\`, beginning and ending with a letter or digit.`,
            ),
          ],
  });
}

export const certificateArn =
  'arn:aws:acm:eu-west-1:111122223333:certificate/12345678-1234-1234-1234-123456789012';
export const webAclArn =
  'arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/name/12345678-1234-1234-1234-123456789012';

export const certificate = () =>
  arn('a certificate in ACM or IAM', 'acm|iam', '(certificate|server-certificate)/.+', certificateArn);

export const webAcl = () =>
  arn('a regional WAFv2 web ACL', 'wafv2', 'regional/webacl/.+', webAclArn, ['none']);

export const prefixList = () =>
  pattern('the ID of a prefix list', /^pl-[0-9a-zA-Z]+$/, 'pl-0123456789abcdef0');

export const ipamPool = () =>
  pattern('the ID of an IPAM pool', /^ipam-pool-[a-zA-Z0-9]+$/, 'ipam-pool-0123456789abcdef0');

export const elasticIp = () =>
  pattern(
    'the allocation ID of an Elastic IP address',
    /^eipalloc-[0-9a-zA-Z]+$/,
    'eipalloc-0123456789abcdef0',
  );

/** botocore: elbv2 CreateLoadBalancerInput.Name */
export function loadBalancerName(): Kind<string> {
  return text({
    describe: 'a name of up to 32 letters, digits and hyphens',
    check(raw) {
      const valid = /^[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$/.test(raw) && !raw.startsWith('internal-');
      const advice =
        'Use up to 32 letters, digits and hyphens, no hyphen at an end, and not the beginning `internal-`.';
      return valid
        ? []
        : [problem('malformed-value', raw, `\`${raw}\` is not a valid name of a load balancer.`, advice)];
    },
  });
}

export function path(): Kind<string> {
  return text({
    describe: 'a path that begins with `/`',
    values: ['/', '/healthz', '/health', '/ping', '/AWS.ALB/healthcheck'],
    check(raw) {
      if (raw.startsWith('/') && raw.length <= 1024) return [];
      const found = problem(
        'malformed-value',
        raw,
        `\`${raw}\` is not a path that begins with \`/\`.`,
        'Write it like `/healthz`.',
      );
      return [/^[\w.-]/.test(raw) && !raw.includes('://') ? { ...found, replacement: `/${raw}` } : found];
    },
  });
}

/** A port number, `traffic-port`, or (if `named`) the name of a port of the Service. */
export function healthCheckPort(named: boolean): Kind<string> {
  const describe = `\`traffic-port\`${named ? ', the name of a port of the Service' : ''} or a port number`;
  return text({
    describe,
    values: ['traffic-port'],
    quoted: true,
    check(raw) {
      const isNumber = /^[+-]?[0-9]+$/.test(raw);
      const isName = /^[a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?$/.test(raw) && named;
      if (raw === 'traffic-port' || (isNumber ? Number(raw) >= 1 && Number(raw) <= 65535 : isName)) return [];
      return [
        problem(
          isNumber ? 'out-of-range' : 'malformed-value',
          raw,
          `\`${raw}\` is not a port.`,
          `Write ${describe}.`,
        ),
      ];
    },
  });
}

/** Single codes, lists and ranges of health check answers (botocore: elbv2 Matcher). */
export function successCodes(
  ranges: readonly (readonly [number, number, string])[],
  values: readonly string[],
): Kind<string> {
  const describe = ranges.map(([from, to, what]) => `${what} codes from ${from} to ${to}`).join(' or ');
  return text({
    describe: `${describe}, single, as a list (\`200,201\`) or a range (\`200-299\`)`,
    values,
    quoted: true,
    check(raw) {
      const items = splitList(raw);
      const bad = items.filter(
        ({ text: item }) => !ranges.some(([from, to]) => isCodeWithin(item, from, to)),
      );
      return bad.map((item): ValueProblem => {
        const message = `\`${item.text}\` is not a code or a range of codes.`;
        return {
          code: 'malformed-value',
          message,
          advice: `Use ${describe}.`,
          start: item.start,
          end: Math.max(item.end, item.from),
        };
      });
    },
  });
}

function isCodeWithin(item: string, from: number, to: number): boolean {
  const match = /^([0-9]{1,3})(?:-([0-9]{1,3}))?$/.exec(item);
  if (match === null) return false;
  const [low, high] = [Number(match[1]), Number(match[2] ?? match[1])];
  return low >= from && high <= to && low <= high;
}

/** docs.aws.amazon.com/tag-editor: limits of tag keys and values. */
export function checkTag(
  key: string,
  value: string,
): { code: 'malformed-value'; message: string; advice?: string }[] {
  const code = 'malformed-value';
  if (/^aws:/i.test(key)) {
    const message = `AWS keeps tag keys that begin with \`aws:\` for itself: \`${key}\`.`;
    return [{ code, message, advice: 'Use another key.' }];
  }
  if (key.length > 128) return [{ code, message: 'The tag key is longer than 128 characters.' }];
  return value.length > 256 ? [{ code, message: 'The tag value is longer than 256 characters.' }] : [];
}
