/** What the manifests are written for: the controller's release, or EKS Auto Mode. */
import { coerce, lt } from 'semver';

export interface Profile {
  /** Release of AWS Load Balancer Controller, e.g. `3.5.0`; undefined: the newest known. */
  readonly controller?: string;
  readonly autoMode?: boolean;
  /** The cluster's Pods run on Fargate, where nothing can be reached through a node. */
  readonly fargate?: boolean;
}

/** Whether the profile's controller is older than a release. */
export function isBefore({ controller }: Profile, release: string): boolean {
  const known = coerce(controller);
  return known !== null && lt(known, release);
}
