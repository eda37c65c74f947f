import type { Step } from './step';
import { STEP_IDS } from './stepIds';
import { applicationSteps } from './steps/applications';
import { controllerSteps } from './steps/controller';
import { dnsSteps } from './steps/dns';
import { imageStep } from './steps/image';
import { networkSteps } from './steps/network';
import { permissionSteps } from './steps/permissions';
import { proofSteps } from './steps/proof';
import { startSteps } from './steps/start';

const ROWS: readonly Step[] = [
  ...startSteps,
  ...networkSteps,
  ...permissionSteps,
  ...controllerSteps,
  ...proofSteps,
  imageStep,
  ...applicationSteps,
  ...dnsSteps,
];

/** The flow from an empty account to a working controller, in the order in which it is done. */
export const STEPS: readonly Step[] = STEP_IDS.flatMap((id) => ROWS.filter((step) => step.id === id));
