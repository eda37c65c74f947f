import type { Aws } from '../aws/clients';
import { parallel } from '../aws/paging';
import { hasShield, type Protection, protectionOf } from '../aws/shield';
import { webAclOf } from '../aws/waf';
import { messageOf } from '../errors';
import { SHIELD, WEB_ACL } from '../model/addOns';
import type { Stack } from '../model/stack';
import { inStep } from './inStep';

/** What stands in front of the load balancers that stay. */
export interface ObservedAddOns {
  /** ARNs of web ACLs by ARN of the load balancer; empty where there is none. */
  readonly webAcls: ReadonlyMap<string, string>;
  /** By ARN of the load balancer. */
  readonly protections: ReadonlyMap<string, Protection>;
  /** Why Shield is left as it is, whatever the manifests say. */
  readonly withoutShield: string | undefined;
}

/** Asks nothing where the manifests say nothing. */
export async function observeAddOns(
  aws: Aws,
  stack: Stack,
  arns: readonly string[],
): Promise<ObservedAddOns> {
  const [webAcls, withoutShield] = await Promise.all([
    stack.resources[WEB_ACL] === undefined ? [] : parallel(arns, (arn) => readWebAcl(aws, arn)),
    stack.resources[SHIELD] === undefined ? undefined : shieldProblem(aws),
  ]);
  const asked = stack.resources[SHIELD] !== undefined && withoutShield === undefined ? arns : [];
  const protections = (await parallel(asked, (arn) => readProtection(aws, arn))).flat();
  return { webAcls: new Map(webAcls), protections: new Map(protections), withoutShield };
}

async function readWebAcl(aws: Aws, arn: string): Promise<[string, string]> {
  const failed = 'failed to get WAFv2 webACL association on LoadBalancer';
  return [arn, await inStep(failed, () => webAclOf(aws, arn))];
}

async function readProtection(aws: Aws, arn: string): Promise<[string, Protection][]> {
  const failed = 'failed to get shield protection on LoadBalancer';
  const found = await inStep(failed, () => protectionOf(aws, arn));
  return found === undefined ? [] : [[arn, found]];
}

/** Without a subscription, or where AWS does not say, Shield is skipped. Source: lbc:pkg/deploy/stack_deployer.go Deploy. */
async function shieldProblem(aws: Aws): Promise<string | undefined> {
  try {
    return (await hasShield(aws)) ? undefined : 'the account has no subscription of AWS Shield Advanced';
  } catch (error) {
    return `unable to determine AWS Shield subscription state: ${messageOf(error)}`;
  }
}
