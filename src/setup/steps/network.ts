import type { Step } from '../step';
import { instanceMetadataStep } from './instanceMetadata';
import { subnetsStep } from './subnets';

export { terraformOf } from './subnets';

/** Where load balancers go, and what the controller must know of it. */
export const networkSteps: readonly Step[] = [subnetsStep, instanceMetadataStep];
