import { lt } from 'semver';
import { roleTag } from '../../aws/subnets';
import { type Action, awsAction } from '../action';
import { eksCluster, isAutoMode, type Setup } from '../setup';
import { type Check, cannotTell, isFalse, isTrue, type Step } from '../step';
import { terraformForSubnets } from '../subnetsTerraform';
import {
  hasRole,
  isEnough,
  MIN_ZONES,
  missingTags,
  type SchemeView,
  subnetText,
  type Tagging,
  viewSubnets,
} from '../subnetTags';

/** From here on the controller tells public from private subnets by their route tables (needs ec2:DescribeRouteTables). */
const BY_ROUTE_SINCE = '2.13.0';

/** Both schemes; undefined while there is no cluster, and so no VPC. */
function viewsOf(setup: Setup): Promise<SchemeView[] | undefined> {
  return setup.once('subnets', async () => {
    const vpcId = (await eksCluster(setup))?.resourcesVpcConfig?.vpcId;
    if (vpcId === undefined) return undefined;
    const tagsNeeded = (await isAutoMode(setup)) || lt(setup.choices.controllerVersion, BY_ROUTE_SINCE);
    return viewSubnets(setup.aws, { vpcId, clusterName: setup.clusterName, tagsNeeded });
  });
}

async function taggingsOf(setup: Setup): Promise<Tagging[]> {
  const views = (await viewsOf(setup)) ?? [];
  return views.flatMap((view) => missingTags(view, setup.clusterName));
}

/** The missing tags for Terraform; empty when none is missing. */
export async function terraformOf(setup: Setup): Promise<string> {
  return terraformForSubnets(await taggingsOf(setup));
}

export const subnetsStep: Step = {
  id: 'subnets',
  title: 'Subnets for load balancers',
  why: 'The controller finds subnets by their tags and route tables; without two zones no Application Load Balancer is made.',
  phase: 'cluster',
  requires: ['cluster'],
  async check(setup) {
    const views = await viewsOf(setup);
    if (views === undefined) return cannotTell('There is no cluster, and so no VPC yet.');
    return judge(views, setup);
  },
  plan: planTags,
  // Nobody can tell afterwards who wrote a tag, and other clusters of the VPC may live by it: tags stay.
};

function judge(views: readonly SchemeView[], setup: Setup): Check {
  const usable = views.some((view) => !view.impossible);
  if (views.every(isEnough) && usable) return isTrue(...views.flatMap(fineLines));
  const told = views.flatMap((view) => (isEnough(view) ? fineLines(view) : faultLines(view, setup)));
  return isFalse(...told, ...(usable ? [] : ['The VPC has no subnet for load balancers of either scheme.']));
}

function fineLines({ scheme, impossible, zones, rows }: SchemeView): string[] {
  if (impossible) {
    const kind = scheme === 'internal' ? 'private' : 'public';
    return [`${scheme}: not possible, the VPC has no ${kind} subnets.`];
  }
  const fitting = rows.filter(({ verdict }) => verdict === 'fits');
  const byRoute = fitting.every((row) => !hasRole(row, scheme));
  return [
    `${scheme}: ${zones.length} zones, ${fitting.map(subnetText).join('; ')}`,
    ...(byRoute ? [`  found by their route tables; no subnet has the tag ${roleTag(scheme)}`] : []),
    ...rows
      .filter(({ verdict }) => verdict === 'no-room' || verdict === 'other-cluster')
      .map((row) => `  ${subnetText(row)}: ${row.words}`),
  ];
}

function faultLines(view: SchemeView, { choices, clusterName }: Setup): string[] {
  const { scheme, zones, rows, wrong } = view;
  const taggings = missingTags(view, clusterName);
  const few =
    zones.length < MIN_ZONES
      ? [
          `${scheme}: subnets in ${MIN_ZONES} zones are needed, usable are those of ${zones.join(', ') || 'none'}.`,
        ]
      : [];
  const misled = wrong.map(
    (row) =>
      `${subnetText(row)} is private and has the tag ${roleTag(scheme)}: an internet-facing load balancer in it is not reached.`,
  );
  const verdicts = rows
    .filter(({ reach }) => reach === (scheme === 'internal' ? 'private' : 'public'))
    .map((row) => `  ${subnetText(row)}: ${row.words}`);
  return [
    ...few,
    ...misled,
    ...(few.length === 0 ? [] : verdicts),
    ...whatToDo(taggings, choices.tagSubnets),
  ];
}

function whatToDo(taggings: readonly Tagging[], tagSubnets: boolean): string[] {
  if (taggings.length === 0 || tagSubnets) return [];
  return [
    'Tagging was declined; where the subnets are kept in Terraform, add:',
    ...terraformForSubnets(taggings).trimEnd().split('\n'),
  ];
}

async function planTags(setup: Setup): Promise<Action[]> {
  if (!setup.choices.tagSubnets) return [];
  const views = (await viewsOf(setup)) ?? [];
  const removed = views.flatMap((view) => view.wrong.map((row) => removeRole(row.id, roleTag(view.scheme))));
  return [...removed, ...writeTags(await taggingsOf(setup))];
}

function removeRole(id: string, key: string): Action {
  const input = { Resources: [id], Tags: [{ Key: key }] };
  const text = `Remove the tag ${key} from the private subnet ${id}`;
  return awsAction(text, 'ec2', 'DeleteTags', input, { loses: `the tag ${key} of ${id}` });
}

/** Subnets that need the same tags get them by one call. */
function writeTags(taggings: readonly Tagging[]): Action[] {
  const byTags = new Map<string, Tagging[]>();
  for (const one of taggings) {
    const key = JSON.stringify([one.tags, one.replaces]);
    byTags.set(key, [...(byTags.get(key) ?? []), one]);
  }
  return [...byTags.values()].map(writeSame);
}

function writeSame(taggings: readonly Tagging[]): Action {
  const [{ tags, replaces } = { tags: {}, replaces: undefined }] = taggings;
  const ids = taggings.map(({ subnet }) => subnet.id);
  const named = taggings.map(({ subnet }) => subnet.name || subnet.id).join(', ');
  const input = { Resources: ids, Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
  const text = `Tag ${named} with ${Object.keys(tags).join(' and ')}`;
  const more =
    replaces === undefined ? {} : { loses: `the present value of the tag ${replaces} of ${ids.join(', ')}` };
  return awsAction(text, 'ec2', 'CreateTags', input, more);
}
