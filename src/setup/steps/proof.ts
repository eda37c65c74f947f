import type { Step } from '../step';
import { admissionProof } from './admissionProof';
import { controllerReady } from './controllerReady';
import { clusterDns } from './dnsProof';
import { identityProof } from './identityProof';
import { leaderProof } from './leaderProof';
import { logsProof } from './logsProof';
import { webhookProof } from './webhookProof';

export const proofSteps: readonly Step[] = [
  controllerReady,
  webhookProof,
  identityProof,
  leaderProof,
  admissionProof,
  logsProof,
  clusterDns,
];
