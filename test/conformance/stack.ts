import { isObject, type JsonObject } from './json';

export const TARGET_GROUP = 'AWS::ElasticLoadBalancingV2::TargetGroup';
export const LOAD_BALANCER = 'AWS::ElasticLoadBalancingV2::LoadBalancer';
export const LISTENER = 'AWS::ElasticLoadBalancingV2::Listener';
export const SECURITY_GROUP = 'AWS::EC2::SecurityGroup';
/** A table beside the resources; it has no specs. */
export const FRONTEND_TABLE = 'FrontendNLBTargetGroup';

export interface Resource {
  spec: JsonObject;
  [field: string]: unknown;
}

/** A model as the controller logs it and `ekslb model` prints it. */
export interface Stack {
  id: string;
  resources: Record<string, Record<string, Resource>>;
}

/** What `ekslb model` printed, or what is wrong with it. */
export function parseModel(printed: string): { stacks: Stack[]; problem: string } {
  try {
    const entries = JSON.parse(printed.trim() === '' ? '[]' : printed) as { stack: Stack }[];
    const stacks = entries.map(({ stack }) => stack);
    for (const stack of stacks) checkSpecs(stack);
    return { stacks, problem: '' };
  } catch (error) {
    return { stacks: [], problem: `stdout is not a list of groups with stacks: ${String(error)}` };
  }
}

function checkSpecs({ id, resources }: Stack): void {
  for (const [kind, items] of Object.entries(resources)) {
    for (const [name, item] of Object.entries(items)) {
      if (kind !== FRONTEND_TABLE && !isObject(item.spec))
        throw new Error(`${id}: ${kind} ${name} has no spec`);
    }
  }
}
