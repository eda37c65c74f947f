/** ARNs that name something of another region, account or partition than the load balancer's. */
import type { Aws } from '../../aws/clients';
import { callerIdentity } from '../../aws/clients';
import type { Owner } from '../owner';
import { placesOf, placeText } from './trouble';

export interface Arn {
  readonly text: string;
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly resource: string;
}

/** Where a load balancer is made. The account is asked for only when an ARN names one. */
export interface Home {
  readonly region: string;
  readonly account: string | undefined;
}

const ARN = /arn:(aws[\w-]*):([\w-]+):([\w-]*):(\d*):([^\s"',;\\}\]]+)/;

export function parseArn(text: string): Arn | undefined {
  const [whole, partition, service, region, account, resource] = ARN.exec(text) ?? [];
  if (whole === undefined) return undefined;
  return {
    ...{ text: whole, partition: partition ?? '', service: service ?? '' },
    ...{ region: region ?? '', account: account ?? '', resource: resource ?? '' },
  };
}

/** Partitions by the beginning of a region's name (AWS General Reference, "Amazon Resource Names"). */
export function partitionOf(region: string): string {
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  return region.startsWith('cn-') ? 'aws-cn' : 'aws';
}

/** What a load balancer uses only of its own region and account; IAM's server certificates have no region. */
const SERVICES: Readonly<Record<string, string>> = {
  acm: 'certificate',
  iam: 'certificate',
  elasticloadbalancing: 'target group or trust store',
  wafv2: 'web ACL',
  'waf-regional': 'web ACL',
};

/** Why an ARN cannot be used by a load balancer made there; undefined where nothing speaks against it. */
export function strangeness(arn: Arn, { region, account }: Home): string | undefined {
  const what = SERVICES[arn.service];
  if (what === undefined) return undefined;
  const partition = partitionOf(region);
  if (arn.partition !== partition)
    return `is of the partition ${arn.partition}, the load balancer of ${partition}`;
  if (arn.service === 'wafv2' && arn.resource.startsWith('global/'))
    return 'is a web ACL for CloudFront (global), a load balancer takes regional ones';
  if (arn.region !== '' && arn.region !== region)
    return `is of the region ${arn.region}, the load balancer of ${region}`;
  const foreign = account !== undefined && arn.account !== '' && arn.account !== account;
  return foreign ? `is of the account ${arn.account}, the load balancer of ${account}` : undefined;
}

/** What to take in its place. */
export function nearerOne({ service }: Arn): string {
  return service === 'acm'
    ? 'Request or import the certificate in the region and account of the load balancer, and name that one.'
    : `Name a ${SERVICES[service] ?? 'resource'} of the region and account of the load balancer.`;
}

const accounts = new WeakMap<Aws, Promise<string>>();

/** The account of the credentials, asked for once per connection. */
export async function accountOf(aws: Aws): Promise<string> {
  const known = accounts.get(aws) ?? callerIdentity(aws).then(({ account }) => account);
  accounts.set(aws, known);
  known.catch(() => accounts.delete(aws));
  return known;
}

/** Warnings about the ARNs that the members of a group name. What the controller would try is tried all the same. */
export async function arnNotes(aws: Aws, owner: Owner): Promise<string[]> {
  const arns = arnsOf(owner);
  if (arns.length === 0) return [];
  const account = await accountOf(aws).catch(() => undefined);
  return arns.flatMap((arn) => {
    const strange = strangeness(arn, { region: aws.region, account });
    if (strange === undefined) return [];
    const where = placeText(placesOf({ owner }, arn.text));
    return [`${arn.text} ${strange}${where}: AWS will refuse it. ${nearerOne(arn)}`];
  });
}

/** ARNs in annotations of load balancers and in parameters of classes, each once. */
function arnsOf(owner: Owner): Arn[] {
  if (owner.kind === 'binding') return [];
  const ofMembers = owner.members.map(({ object }) => Object.values(object.metadata.annotations ?? {}));
  const ofClasses =
    owner.kind === 'ingress'
      ? owner.ingresses.members.map(({ params }) => [JSON.stringify(params ?? {})])
      : [];
  const texts = [...ofMembers, ...ofClasses].flat().filter((text) => text.includes('arn:'));
  const found = texts.flatMap((text) => text.match(new RegExp(ARN, 'g')) ?? []);
  return [...new Set(found)]
    .filter((text) => placesOf({ owner }, text).length > 0)
    .flatMap((text) => parseArn(text) ?? []);
}
