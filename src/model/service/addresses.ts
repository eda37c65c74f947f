import ipaddr from 'ipaddr.js';
import { isCidr } from '../../annotations/formats';

/** Addresses as Go's netip reads and prints them; zones (`fe80::1%eth0`) are not read. */
export interface Address {
  readonly version: 4 | 6;
  readonly text: string;
}

export function parseAddress(raw: string): Address | undefined {
  if (isCidr(`${raw}/32`) && !raw.includes(':')) return { version: 4, text: raw };
  return isCidr(`${raw}/128`) ? { version: 6, text: ipaddr.IPv6.parse(raw).toString() } : undefined;
}

/** Whether an address is in any of the ranges. */
export function isWithin({ version, text }: Address, ranges: readonly string[]): boolean {
  return ranges.some((range) => {
    if (!isCidr(range) || range.includes(':') !== (version === 6)) return false;
    return version === 4
      ? ipaddr.IPv4.parse(text).match(ipaddr.IPv4.parseCIDR(range))
      : ipaddr.IPv6.parse(text).match(ipaddr.IPv6.parseCIDR(range));
  });
}
