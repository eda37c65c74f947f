import type { Tagging } from './subnetTags';

/** The same tags as resources of Terraform, for those who keep subnets there (Terraform AWS provider: aws_ec2_tag). */
export function terraformForSubnets(taggings: readonly Tagging[]): string {
  const blocks = taggings.flatMap(({ subnet, tags }) =>
    Object.entries(tags).map(([key, value]) => blockOf(subnet.id, key, value)),
  );
  return blocks.join('\n');
}

function blockOf(id: string, key: string, value: string): string {
  const name = `${id}_${key}`.replace(/[^A-Za-z0-9]+/g, '_');
  return [
    `resource "aws_ec2_tag" "${name}" {`,
    `  resource_id = "${id}"`,
    `  key         = "${key}"`,
    `  value       = "${value}"`,
    '}',
    '',
  ].join('\n');
}
