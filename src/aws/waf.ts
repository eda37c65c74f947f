import type { WebACLSummary } from '@aws-sdk/client-wafv2';
import type { Aws } from './clients';
import { allPages } from './paging';

/** Regional web ACLs (WAFv2 ListWebACLs): those of CloudFront cannot be given to a load balancer. */
export async function listWebAcls(aws: Aws): Promise<WebACLSummary[]> {
  const { WAFV2Client, ListWebACLsCommand } = await import('@aws-sdk/client-wafv2');
  const waf = aws.client(WAFV2Client);
  return allPages(async (NextMarker) => {
    const page = await waf.send(new ListWebACLsCommand({ Scope: 'REGIONAL', Limit: 100, NextMarker }));
    const items = page.WebACLs ?? [];
    // WAF gives a marker with the last page, too, which leads to an empty one.
    return { items, next: items.length === 0 ? undefined : page.NextMarker };
  });
}

/** The ARN of a regional web ACL. */
export async function webAclByName(aws: Aws, name: string): Promise<string | undefined> {
  return (await listWebAcls(aws)).find(({ Name }) => Name === name)?.ARN;
}

/** The ARN of the web ACL in front of a resource; empty where there is none. */
export async function webAclOf(aws: Aws, ResourceArn: string): Promise<string> {
  const { WAFV2Client, GetWebACLForResourceCommand } = await import('@aws-sdk/client-wafv2');
  const { WebACL } = await aws.client(WAFV2Client).send(new GetWebACLForResourceCommand({ ResourceArn }));
  return WebACL?.ARN ?? '';
}

/** Puts a web ACL in front of a resource, in place of the one it had. */
export async function associateWebAcl(aws: Aws, ResourceArn: string, WebACLArn: string): Promise<void> {
  const { WAFV2Client, AssociateWebACLCommand } = await import('@aws-sdk/client-wafv2');
  await aws.client(WAFV2Client).send(new AssociateWebACLCommand({ ResourceArn, WebACLArn }));
}

export async function disassociateWebAcl(aws: Aws, ResourceArn: string): Promise<void> {
  const { WAFV2Client, DisassociateWebACLCommand } = await import('@aws-sdk/client-wafv2');
  await aws.client(WAFV2Client).send(new DisassociateWebACLCommand({ ResourceArn }));
}
