import { isAutoMode, type Setup } from '../setup';

export const OWN_CONTROLLER = 'EKS Auto Mode has a controller of its own.';

/** Why what belongs to a controller that one installs is not needed. */
export async function skipInAutoMode(setup: Setup): Promise<string | undefined> {
  return (await isAutoMode(setup)) ? OWN_CONTROLLER : undefined;
}
