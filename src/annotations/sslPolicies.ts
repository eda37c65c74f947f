import { closest } from './closest';
import type { Kind } from './kinds';
import { problem, text } from './kinds';

/**
 * The predefined security policies that an HTTPS listener accepts, each after `ELBSecurityPolicy-`, the recommended
 * ones first (AWS user guide for Application Load Balancers, "Security policies"; as of 2026-09).
 */
const NAMES = [
  ...[
    'TLS13-1-2-Res-PQ-2025-09',
    'TLS13-1-2-2021-06',
    'TLS13-1-2-Res-2021-06',
    'TLS13-1-3-2021-06',
    'TLS13-1-3-PQ-2025-09',
  ],
  ...[
    'TLS13-1-2-PQ-2025-09',
    'TLS13-1-2-Ext1-PQ-2025-09',
    'TLS13-1-2-Ext2-PQ-2025-09',
    'TLS13-1-0-PQ-2025-09',
  ],
  ...['TLS13-1-2-Ext1-2021-06', 'TLS13-1-2-Ext2-2021-06', 'TLS13-1-1-2021-06', 'TLS13-1-0-2021-06'],
  ...[
    'TLS13-1-3-FIPS-2023-04',
    'TLS13-1-2-Res-FIPS-2023-04',
    'TLS13-1-2-FIPS-2023-04',
    'TLS13-1-2-Ext0-FIPS-2023-04',
  ],
  ...[
    'TLS13-1-2-Ext1-FIPS-2023-04',
    'TLS13-1-2-Ext2-FIPS-2023-04',
    'TLS13-1-1-FIPS-2023-04',
    'TLS13-1-0-FIPS-2023-04',
  ],
  ...['TLS13-1-3-FIPS-PQ-2025-09', 'TLS13-1-2-Res-FIPS-PQ-2025-09', 'TLS13-1-2-FIPS-PQ-2025-09'],
  ...['TLS13-1-2-Ext0-FIPS-PQ-2025-09', 'TLS13-1-2-Ext1-FIPS-PQ-2025-09', 'TLS13-1-2-Ext2-FIPS-PQ-2025-09'],
  ...['TLS13-1-0-FIPS-PQ-2025-09', 'TLS13-1-3-RFC9151-FIPS-2023-07', 'TLS13-1-2-RFC9151-FIPS-2023-07'],
  ...['TLS13-1-2-Ext0-RFC9151-FIPS-2023-07', 'TLS13-1-2-RFC9151-INTEROP1-FIPS-2023-07'],
  ...['TLS13-1-2-RFC9151-INTEROP2-FIPS-2023-07', 'TLS13-1-2-RFC9151-INTEROP3-FIPS-2023-07'],
  ...[
    'TLS13-1-2-RFC9151-INTEROP4-FIPS-2023-07',
    'FS-1-2-Res-2020-10',
    'FS-1-2-Res-2019-08',
    'FS-1-2-2019-08',
  ],
  ...[
    'FS-1-1-2019-08',
    'FS-2018-06',
    'TLS-1-2-Ext-2018-06',
    'TLS-1-2-2017-01',
    'TLS-1-1-2017-01',
    'TLS-1-0-2015-04',
    '2016-08',
  ],
];

export const sslPolicies: readonly string[] = NAMES.map((name) => `ELBSecurityPolicy-${name}`);

/** Those of TLS listeners of a Network Load Balancer: one more. */
export const networkSslPolicies: readonly string[] = [...sslPolicies, 'ELBSecurityPolicy-2015-05'];

/** The oldest TLS version that a policy allows, from its name; undefined when the name does not say. */
export function minimumTls(policy: string): '1.0' | '1.1' | '1.2' | '1.3' | undefined {
  if (/-(2015-05|2016-08|FS-2018-06)$/.test(policy)) return '1.0';
  const version = /^ELBSecurityPolicy-(?:TLS13|TLS|FS)-1-([0-3])-/.exec(policy)?.[1];
  return version === undefined ? undefined : (`1.${version}` as '1.0' | '1.1' | '1.2' | '1.3');
}

/** The name of a security policy. Names we do not know are only warned of: AWS adds some every year. */
export function sslPolicy(policies = sslPolicies): Kind<string> {
  const describe = 'the name of a security policy, such as `ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09`';
  return text({ describe, check: (raw) => check(raw, policies), values: policies });
}

function check(raw: string, policies: readonly string[]) {
  if (!policies.includes(raw)) {
    // Of those that begin so the recommended one; by its letters alone a short name is near to the shortest.
    const begun =
      raw.length > 'ELBSecurityPolicy-'.length ? policies.find((one) => one.startsWith(raw)) : undefined;
    const near = begun ?? closest(raw, policies);
    const advice =
      near === undefined ? 'Choose a policy from the completion list.' : `Did you mean \`${near}\`?`;
    const found = problem(
      'unknown-ssl-policy',
      raw,
      `\`${raw}\` is not a security policy that is known here.`,
      advice,
    );
    return [near === undefined ? found : { ...found, replacement: near }];
  }
  const minimum = minimumTls(raw);
  if (minimum !== '1.0' && minimum !== '1.1') return [];
  const advice =
    'Use a policy such as `ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09` unless old clients need it.';
  return [problem('weak-ssl-policy', raw, `\`${raw}\` allows TLS ${minimum}.`, advice)];
}
