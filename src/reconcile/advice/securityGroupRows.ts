/** Security groups that do not exist, are of another VPC, or are meant by another kind of name. */
import type { SecurityGroup } from '@aws-sdk/client-ec2';
import { closest } from '../../annotations/closest';
import type { Aws } from '../../aws/clients';
import { describeSecurityGroups } from '../../aws/ec2';
import { ec2Tags } from '../../aws/inventory';
import { LOAD_BALANCER } from '../../model/stack';
import { listOf } from './members';
import { columns, type Explanation, keysOf, placesOf, placeText, type Row, type Trouble } from './trouble';

const CLOSED = 'Without its security groups the load balancer is neither made nor changed.';
const ADVICE = 'Name groups of the VPC of the cluster, by id or by the value of their Name tag.';

export const SECURITY_GROUP_ROWS: readonly Row[] = [
  {
    code: 'security-group-not-found',
    matches: /couldn't find all security groups: (.*)/s,
    why: CLOSED,
    explain: notFound,
  },
  {
    code: 'foreign-security-group',
    matches:
      /InvalidSecurityGroup|InvalidGroup\.NotFound|security groups? (are|is) invalid|belong to different networks/i,
    why: CLOSED,
    explain: foreign,
  },
];

async function notFound(trouble: Trouble, [, said = '']: RegExpExecArray): Promise<Explanation> {
  const names = /requested names \[([^[\]]*)\] but found \[([^[\]]*)\]/.exec(said);
  const ids = [...new Set(said.match(/sg-\w+/g) ?? [])];
  const missing = names === null ? [] : split(names[1]).filter((one) => !split(names[2]).includes(one));
  const { aws, settings } = trouble;
  const rows = await Promise.all([
    ...missing.map((name) => whyNoName(aws, settings.vpcId, name)),
    ...(ids.length === 0 ? [] : [idRows(aws, settings.vpcId, ids)]),
  ]);
  const unknown = [...missing, ...ids];
  const places = unknown.flatMap((one) => placesOf(trouble, one));
  return {
    what: `The security ${unknown.length === 1 ? 'group' : 'groups'} ${listOf(unknown)}${placeText(places)} cannot be found.`,
    details: columns(rows.flat()),
    blame: keysOf(places),
    advice: ADVICE,
  };
}

function split(list = ''): string[] {
  return list.split(/,\s*/).filter((one) => one !== '');
}

type Cells = readonly string[];

/** Names are Name tags: a group of that name, a group of another VPC, and a near miss are the usual cases. */
async function whyNoName(aws: Aws, vpcId: string, name: string): Promise<Cells[]> {
  const [tagged, called, ofVpc] = await Promise.all([
    describeSecurityGroups(aws, { filters: [{ Name: 'tag:Name', Values: [name] }] }),
    describeSecurityGroups(aws, { filters: [{ Name: 'group-name', Values: [name] }] }),
    describeSecurityGroups(aws, { filters: [{ Name: 'vpc-id', Values: [vpcId] }] }),
  ]);
  const elsewhere = tagged
    .filter((one) => one.VpcId !== vpcId)
    .map((one) => [name, `${idOf(one)} of this Name tag is in ${one.VpcId}`]);
  const byName = called
    .filter((one) => one.VpcId === vpcId)
    .map((one) => [
      name,
      `${idOf(one)} has this name, but no such Name tag, which is what counts: use its id`,
    ]);
  const rows = [...elsewhere, ...byName];
  if (rows.length > 0) return rows;
  const near = closest(
    name,
    ofVpc.flatMap((one) => ec2Tags(one)['Name'] ?? []),
  );
  return [[name, near === undefined ? 'no group of the VPC is called like it' : `did you mean ${near}?`]];
}

function idOf({ GroupId = '' }: SecurityGroup): string {
  return GroupId;
}

/** A filter passes over what does not exist; the ids themselves would be refused. */
async function idRows(aws: Aws, vpcId: string, ids: readonly string[]): Promise<Cells[]> {
  const found = await describeSecurityGroups(aws, { filters: [{ Name: 'group-id', Values: [...ids] }] });
  return ids.map((id) => {
    const group = found.find(({ GroupId }) => GroupId === id);
    if (group === undefined) return [id, 'does not exist in this account and region'];
    const name = group.GroupName ?? '';
    return [
      id,
      group.VpcId === vpcId
        ? `${name}, in ${vpcId}`
        : `${name}, in ${group.VpcId}: another VPC than ${vpcId}`,
    ];
  });
}

/** AWS says only that a group is invalid: those of the load balancer are looked at one by one. */
async function foreign(trouble: Trouble): Promise<Explanation> {
  const { aws, settings, message } = trouble;
  const named = message.match(/sg-\w+/g) ?? [];
  const ids = [...new Set([...named, ...groupsOf(trouble)])];
  const rows = ids.length === 0 ? [] : await idRows(aws, settings.vpcId, ids);
  const bad = rows
    .filter(([, words = '']) => !words.endsWith(`, in ${settings.vpcId}`))
    .map(([id = '']) => id);
  const places = bad.flatMap((id) => placesOf(trouble, id));
  const what =
    bad.length === 0
      ? 'AWS takes a security group of the load balancer not.'
      : `The security ${bad.length === 1 ? 'group' : 'groups'} ${listOf(bad)}${placeText(places)} cannot be used by a load balancer in ${settings.vpcId}.`;
  return { what, details: columns(rows), blame: keysOf(places), advice: ADVICE };
}

/** Ids that the manifests name; what we make ourselves has none yet. */
function groupsOf({ stack }: Trouble): string[] {
  const specs = Object.values(stack?.resources[LOAD_BALANCER] ?? {}).map(({ spec }) => spec);
  return specs.flatMap(({ securityGroups = [] }) =>
    securityGroups.flatMap((one) => (typeof one === 'string' && one.startsWith('sg-') ? [one] : [])),
  );
}
