/** Value kinds that only annotations of Services have (lbc:pkg/service). */
import { isCidr } from './formats';
import type { Kind } from './kinds';
import { oneOf, problem, text } from './kinds';

/** `on` and `off` are booleans to YAML unless they are quoted. */
export function onOff(): Kind<string> {
  return { ...oneOf('on', 'off'), quoted: true };
}

/** One of a few words, in upper, lower or mixed case. */
export function anyCase(...values: readonly string[]): Kind<string> {
  const kind = oneOf(...values);
  return {
    ...kind,
    check: (raw) => (values.includes(raw.toUpperCase()) ? [] : kind.check(raw)),
    schema: { type: 'string', pattern: `^(${values.map(eitherCase).join('|')})$` },
  };
}

/** JSON schema has no flag for it. */
function eitherCase(word: string): string {
  return [...word].map((letter) => `[${letter}${letter.toLowerCase()}]`).join('');
}

/** Go's netip.ParseAddr, Is4 or Is6. */
export function ipAddress(version: 4 | 6): Kind<string> {
  const [bits, example] = version === 4 ? [32, '10.0.1.10'] : [128, '2001:db8:1234:1a00::10'];
  return text({
    describe: `an IPv${version} address`,
    check: (raw) =>
      isCidr(`${raw}/${bits}`) && raw.includes(':') === (version === 6)
        ? []
        : [
            problem(
              'malformed-value',
              raw,
              `\`${raw}\` is not an IPv${version} address.`,
              `Write it like \`${example}\`.`,
            ),
          ],
  });
}

/** lbc:pkg/networking/utils.go ValidateSourceNatPrefixForSubnetPair */
export function sourceNatPrefix(): Kind<string> {
  const isPrefix = (raw: string) => raw.includes(':') && raw.endsWith('/80') && isCidr(raw);
  return text({
    describe: '`auto_assigned` or an IPv6 prefix of length 80',
    values: ['auto_assigned'],
    check: (raw) =>
      raw === 'auto_assigned' || isPrefix(raw)
        ? []
        : [
            problem(
              'malformed-value',
              raw,
              `\`${raw}\` is neither \`auto_assigned\` nor an IPv6 prefix of length 80.`,
              'Write it like `2001:db8:1234:1a00:1::/80`.',
            ),
          ],
  });
}

/** A port of the Service by number or, if `named`, by name. */
export function servicePort(named = true): Kind<string> {
  const describe = `the number${named ? ' or name' : ''} of a port of the Service`;
  const isName = (raw: string) => named && /^(?=.*[a-z])[a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?$/.test(raw);
  const isNumber = (raw: string) => /^[1-9][0-9]{0,4}$/.test(raw) && Number(raw) <= 65535;
  return text({
    describe,
    check(raw) {
      if (isName(raw) || isNumber(raw)) return [];
      const message =
        raw === '*' ? '`*` does not stand for all ports here.' : `\`${raw}\` is not ${describe}.`;
      const advice =
        raw === '*' ? 'Leave the annotation out, or name the ports.' : `Write ${describe}, such as \`443\`.`;
      return [problem('malformed-value', raw, message, advice)];
    },
  });
}

/** lbc:pkg/service/service_utils.go checkAWSLoadBalancerTypeAnnotation */
export function serviceType(): Kind<string> {
  const kind = oneOf('external');
  return {
    ...kind,
    describe: '`external`',
    check(raw) {
      // The cloud provider's own load balancers: right, but not ours.
      if (raw === 'nlb') return [];
      if (raw !== 'nlb-ip') return kind.check(raw);
      const advice = 'Write `external`, and `ip` in `aws-load-balancer-nlb-target-type`.';
      return [problem('deprecated-annotation', raw, '`nlb-ip` is the old name of IP targets.', advice)];
    },
    schema: { type: 'string', enum: ['external', 'nlb', 'nlb-ip'] },
  };
}

/** Only `*` switches it on; anything else is refused. */
export function everyPort(): Kind<string> {
  return { ...oneOf('*'), describe: "`'*'`", quoted: true };
}
