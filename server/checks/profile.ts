/** What the manifests are written for: the controller's release, or EKS Auto Mode. */
import { lt, valid } from 'semver';

export interface Profile {
  /** Release of AWS Load Balancer Controller, e.g. `3.5.0`; undefined: the newest known. */
  readonly controller?: string;
  readonly autoMode?: boolean;
  /** The cluster's Pods run on Fargate, where nothing can be reached through a node. */
  readonly fargate?: boolean;
}

/** Whether the profile's controller is older than a release. */
export function isBefore({ controller }: Profile, release: string): boolean {
  return controller !== undefined && valid(controller) !== null && lt(controller, release);
}
