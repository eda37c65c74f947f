import { BuildError } from '../model/errors';
import type { Aws } from './clients';
import { describeSecurityGroups } from './ec2';
import { awsCode } from './errors';
import { ec2Tags } from './inventory';

/** Ids of security groups by id or Name tag: ids first. Source: lbc:pkg/networking/security_group_resolver.go. */
export async function resolveSecurityGroups(
  aws: Aws,
  vpcId: string,
  namesOrIds: readonly string[],
): Promise<string[]> {
  const ids = namesOrIds.filter((one) => one.startsWith('sg-'));
  const names = [...new Set(namesOrIds.filter((one) => !one.startsWith('sg-')))];
  const answers = await Promise.all([
    ids.length === 0 ? [] : orMessage(byIds(aws, ids)),
    names.length === 0 ? [] : orMessage(byNames(aws, vpcId, names)),
  ]);
  const problems = answers.filter((answer) => typeof answer === 'string');
  if (problems.length > 0) throw new BuildError(`couldn't find all security groups: ${problems.join(', ')}`);
  return answers.flatMap((answer) => (typeof answer === 'string' ? [] : answer));
}

async function orMessage(answer: Promise<string[]>): Promise<string[] | string> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof BuildError) return error.message;
    if (error instanceof Error && awsCode(error).startsWith('InvalidGroup')) return error.message;
    throw error;
  }
}

async function byIds(aws: Aws, ids: string[]): Promise<string[]> {
  const found = (await describeSecurityGroups(aws, { ids })).map(({ GroupId = '' }) => GroupId);
  if (found.length === ids.length) return found;
  throw new BuildError(`requested ids [${ids.join(', ')}] but found [${found.join(', ')}]`);
}

async function byNames(aws: Aws, vpcId: string, names: string[]): Promise<string[]> {
  const filters = [
    { Name: 'tag:Name', Values: names },
    { Name: 'vpc-id', Values: [vpcId] },
  ];
  const groups = await describeSecurityGroups(aws, { filters });
  const found = [...new Set(groups.flatMap((group) => ec2Tags(group)['Name'] ?? []))];
  if (found.length === names.length) return groups.map(({ GroupId = '' }) => GroupId);
  throw new BuildError(`requested names [${names.join(', ')}] but found [${found.join(', ')}]`);
}
