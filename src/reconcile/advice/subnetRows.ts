/** Subnets: none fits, too few zones, named ones that do not exist or cannot be used. */
import { reportSubnets, type SubnetReport } from '../../aws/subnetReport';
import { roleTag } from '../../aws/subnets';
import type { SubnetQuery } from '../../model/lookups';
import { LOAD_BALANCER } from '../../model/stack';
import { listOf } from './members';
import { columns, type Explanation, keysOf, placesNamed, placeText, type Row, type Trouble } from './trouble';

const NO_LOAD_BALANCER = 'Without subnets AWS makes no load balancer, so nothing of it is made or changed.';

/** Refused while the model is built. */
export const SUBNET_ROWS: readonly Row[] = [
  row(
    'subnets-not-resolved',
    /unable to resolve at least one subnet/,
    'No subnet can carry the load balancer',
  ),
  row(
    'subnets-too-few',
    /subnets count less than minimal required count: (\d+) < (\d+)/,
    'The subnets cover too few zones ($1 of $2)',
  ),
  row(
    'subnets-same-zone',
    /multiple subnets in same Availability Zone ([\w-]+)/,
    'Two subnets of the zone $1 are named',
  ),
  row(
    'subnets-mixed-zones',
    /subnets in multiple locales: (\[[^[\]]*\])/,
    'The subnets are of several kinds of zones $1',
  ),
  row(
    'subnets-without-ipv6',
    /subnets (\[[^[\]]*\]) do not have an associated IPv6 CIDR block/,
    'Some of the named subnets have no IPv6 range: $1',
  ),
  row(
    'subnets-not-found',
    /couldn't find all subnets|subnet ID not found|InvalidSubnetID|SubnetNotFound|subnet with Name tag ("[^"]*") requested/,
    'Some of the named subnets do not exist in this account and region',
  ),
  row(
    'subnet-refused',
    /InvalidSubnet|AvailabilityZoneNotSupported|InsufficientFreeAddresses/,
    'AWS takes a subnet not: $0',
  ),
];

function row(code: string, matches: RegExp, what: string): Row {
  const explain = (trouble: Trouble, match: RegExpExecArray) =>
    explainSubnets(
      trouble,
      what.replace(/\$(\d)/g, (_, at: string) => (at === '0' ? trouble.message : (match[Number(at)] ?? ''))),
    );
  return { code, matches, why: NO_LOAD_BALANCER, explain };
}

async function explainSubnets(trouble: Trouble, what: string): Promise<Explanation> {
  const { aws, settings, refusal } = trouble;
  const query = refusal?.subnets ?? queryOfStack(trouble);
  const places = placesNamed(trouble, 'subnets');
  const head = `${what}${placeText(places)}`;
  if (query === undefined) return { what: `${head}.`, advice: GENERAL, blame: keysOf(places) };
  const reports = await reportSubnets(aws, settings, query);
  return {
    what: `${head}: the ${query.scheme} load balancer looks ${LOOKS[query.by]} in ${settings.vpcId}.`,
    details: subnetTable(reports),
    advice: adviceOn(reports, query, settings.clusterName),
    blame: keysOf(places),
  };
}

const LOOKS: Readonly<Record<SubnetQuery['by'], string>> = {
  discovery: 'for subnets by their tags',
  tags: 'for subnets by the tags of its IngressClassParams',
  ids: 'for the subnets of its IngressClassParams',
  names: 'for the subnets that the annotation names',
};

const GENERAL = 'Name subnets of two zones with 8 free addresses each.';

/** The subnets that AWS was given, as if somebody had named them. */
function queryOfStack({ stack }: Trouble): SubnetQuery | undefined {
  const [spec] = Object.values(stack?.resources[LOAD_BALANCER] ?? {}).map((one) => one.spec);
  if (spec === undefined) return undefined;
  const ids = (spec.subnetMapping ?? []).map(({ subnetID }) => subnetID);
  return { by: 'ids', ids, scheme: spec.scheme ?? 'internal', ipAddressType: spec.ipAddressType ?? 'ipv4' };
}

/** One line per subnet, with a heading. */
export function subnetTable(reports: readonly SubnetReport[]): string[] {
  const head = ['SUBNET', 'NAME', 'ZONE', 'FREE', 'ROLE', 'CLUSTERS', 'REACH', 'VERDICT'];
  const rows = reports.map(({ id, name, zone, free, roles, clusters, reach, words }) => [
    ...[id, name || '-', zone || '-', free?.toString() ?? '-'],
    ...[roles.join(',') || '-', clusters.join(',') || '-', reach || '-', words],
  ]);
  return rows.length === 0 ? ['  The VPC has no subnet.'] : columns([head, ...rows]);
}

/** What to do, by the verdicts that stand in the way. */
function adviceOn(reports: readonly SubnetReport[], query: SubnetQuery, clusterName: string): string {
  const of = (verdict: SubnetReport['verdict']) => reports.filter((one) => one.verdict === verdict);
  const ids = (some: readonly SubnetReport[]) => listOf(some.map(({ id, name }) => (id === '?' ? name : id)));
  const advices = [
    ...(of('missing').length > 0 ? [`Correct ${ids(of('missing'))}: names are Name tags, in this VPC.`] : []),
    ...(of('other-vpc').length > 0
      ? [`Name subnets of the VPC of the cluster instead of ${ids(of('other-vpc'))}.`]
      : []),
    ...(of('zone-twice').length > 0 ? ['Name one subnet per zone.'] : []),
    ...tagging(of('not-found-by'), query, clusterName),
    ...(of('no-room').length > 0 ? [`Free addresses in ${ids(of('no-room'))}, or add larger subnets.`] : []),
    ...(of('no-ipv6').length > 0
      ? [`Give ${ids(of('no-ipv6'))} an IPv6 range, or set ip-address-type to ipv4.`]
      : []),
    ...(of('other-cluster').length > 0
      ? [
          `Tag ${ids(of('other-cluster'))} for this cluster as well, if both may use ${of('other-cluster').length === 1 ? 'it' : 'them'}.`,
        ]
      : []),
  ];
  const last = query.by === 'names' ? GENERAL : 'Or name subnets of two zones in the annotation subnets.';
  return [...advices, last].join(' ');
}

/** Subnets that could be tagged: those whose way to the internet is the load balancer's. */
function tagging(reports: readonly SubnetReport[], query: SubnetQuery, clusterName: string): string[] {
  if (query.by !== 'discovery') return [];
  const reach = query.scheme === 'internet-facing' ? 'public' : 'private';
  const mayUse = ({ clusters }: SubnetReport) => clusters.length === 0 || clusters.includes(clusterName);
  const fit = reports.filter((one) => one.reach === reach && mayUse(one));
  if (fit.length === 0) return [];
  const ids = fit.map(({ id }) => id).join(' ');
  return [
    `Tag the ${reach} subnets of at least two zones: aws ec2 create-tags --resources ${ids} --tags Key=${roleTag(query.scheme)},Value=1.`,
  ];
}
