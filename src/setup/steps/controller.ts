import type { Step } from '../step';
import { controllerRelease } from './controllerRelease';
import { crds } from './crds';
import { ingressClass } from './ingressClass';
import { legacyController } from './legacyController';
import { serviceAccount } from './serviceAccount';
import { webhookCertificate } from './webhookCertificate';

export const controllerSteps: readonly Step[] = [
  serviceAccount,
  crds,
  legacyController,
  webhookCertificate,
  controllerRelease,
  ingressClass,
];
