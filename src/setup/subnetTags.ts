/** What is wrong with the tags of a VPC's subnets, and which tags mend it. */

import type { Aws } from '../aws/clients';
import { reportSubnets, type SubnetReport } from '../aws/subnetReport';
import { roleTag } from '../aws/subnets';
import { MIN_FREE_ADDRESSES } from '../aws/subnetVerdicts';
import { clusterTag } from '../model/names';

export type Scheme = 'internet-facing' | 'internal';
export const SCHEMES: readonly Scheme[] = ['internet-facing', 'internal'];

/** Which subnets discovery takes for load balancers of one scheme. */
export interface SchemeView {
  readonly scheme: Scheme;
  readonly rows: readonly SubnetReport[];
  /** Zones that have a subnet for it. */
  readonly zones: readonly string[];
  /** No subnet of the VPC is of the kind: nothing can be done about it by tags. */
  readonly impossible: boolean;
  /** Private subnets that are tagged as public ones: load balancers in them are not reached. */
  readonly wrong: readonly SubnetReport[];
}

export interface SubnetQuestion {
  readonly vpcId: string;
  readonly clusterName: string;
  /** Old controllers and EKS Auto Mode find subnets by their role tags only. */
  readonly tagsNeeded: boolean;
}

/** An Application Load Balancer needs two zones (ELB: CreateLoadBalancer, Subnets). */
export const MIN_ZONES = 2;

/** Replays subnet discovery for both schemes. */
export async function viewSubnets(aws: Aws, question: SubnetQuestion): Promise<SchemeView[]> {
  return Promise.all(
    SCHEMES.map(async (scheme) => {
      const query = { by: 'discovery', scheme, ipAddressType: 'ipv4' } as const;
      return viewOf(scheme, await reportSubnets(aws, question, query), question);
    }),
  );
}

function viewOf(scheme: Scheme, found: readonly SubnetReport[], { tagsNeeded }: SubnetQuestion): SchemeView {
  const rows = tagsNeeded ? found.map((row) => needingTag(row, scheme)) : found;
  const wrong =
    scheme === 'internal' ? [] : rows.filter((row) => row.reach === 'private' && hasRole(row, scheme));
  const fitting = rows.filter((row) => row.verdict === 'fits' && !wrong.includes(row));
  const impossible = fitting.length === 0 && wrong.length === 0 && ofReach(rows, scheme).length === 0;
  return { scheme, rows, wrong, impossible, zones: [...new Set(fitting.map(({ zone }) => zone))] };
}

/** What the route table alone makes fit does not fit here. */
function needingTag(row: SubnetReport, scheme: Scheme): SubnetReport {
  if (row.verdict !== 'fits' || hasRole(row, scheme)) return row;
  return { ...row, verdict: 'not-found-by', words: `not used: no tag ${roleTag(scheme)}` };
}

export function hasRole({ roles }: SubnetReport, scheme: Scheme): boolean {
  return roles.includes(roleTag(scheme).replace('kubernetes.io/role/', ''));
}

function ofReach(rows: readonly SubnetReport[], scheme: Scheme): SubnetReport[] {
  return rows.filter(({ reach }) => reach === (scheme === 'internal' ? 'private' : 'public'));
}

export function isEnough(view: SchemeView): boolean {
  return view.wrong.length === 0 && (view.impossible || view.zones.length >= MIN_ZONES);
}

/** Tags to write on a subnet. */
export interface Tagging {
  readonly subnet: SubnetReport;
  readonly tags: Readonly<Record<string, string>>;
  /** A tag that is there already, with a value that does not count. */
  readonly replaces?: string;
}

/** The tags by which discovery would find subnets in as many zones as there are. */
export function missingTags(view: SchemeView, clusterName: string): Tagging[] {
  if (isEnough(view)) return [];
  return ofReach(view.rows, view.scheme)
    .filter((row) => row.free === undefined || row.free >= MIN_FREE_ADDRESSES)
    .flatMap((subnet): Tagging[] => {
      const role = roleTag(view.scheme);
      const foreign = subnet.clusters.length > 0 && !subnet.clusters.includes(clusterName);
      const badValue = subnet.words.includes('must be empty or 1');
      const tags = {
        ...(hasRole(subnet, view.scheme) && !badValue ? {} : { [role]: '1' }),
        ...(foreign ? { [clusterTag(clusterName)]: 'shared' } : {}),
      };
      if (Object.keys(tags).length === 0) return [];
      return [{ subnet, tags, ...(badValue ? { replaces: role } : {}) }];
    });
}

/** `subnet-1 (shop-public-a, eu-west-1a, public, 4091 free)` */
export function subnetText({ id, name, zone, reach, free }: SubnetReport): string {
  const facts = [name, zone, reach, free === undefined ? '' : `${free} free`];
  return `${id} (${facts.filter((one) => one !== '').join(', ')})`;
}
