import type { Step } from '../step';
import { iamPolicyStep } from './iamPolicy';
import { iamRoleStep } from './iamRole';
import { oidcProviderStep } from './oidcProvider';
import { podIdentityAgentStep, podIdentityAssociationStep } from './podIdentity';

/** What the controller may do, and how it comes to it. */
export const permissionSteps: readonly Step[] = [
  oidcProviderStep,
  podIdentityAgentStep,
  iamPolicyStep,
  iamRoleStep,
  podIdentityAssociationStep,
];
