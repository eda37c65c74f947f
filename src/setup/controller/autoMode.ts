import { isAutoMode, type Setup } from '../setup';

/** Why what belongs to a controller that one installs is not needed. */
export async function skipInAutoMode(setup: Setup): Promise<string | undefined> {
  return (await isAutoMode(setup)) ? 'EKS Auto Mode has a controller of its own.' : undefined;
}
