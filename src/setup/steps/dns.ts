import type { Step } from '../step';
import { aliasRecordStep } from './aliasRecord';
import { externalDnsRoleStep, externalDnsStep } from './externalDns';
import { hostedZoneStep } from './hostedZone';

/** Names for load balancers. */
export const dnsSteps: readonly Step[] = [
  hostedZoneStep,
  externalDnsRoleStep,
  externalDnsStep,
  aliasRecordStep,
];
