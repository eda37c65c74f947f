/** Messages between the language server and its client beyond the Language Server Protocol. Types and names only. */
import type { AwsSource, ClusterSource, LiveSource } from './annotations/live';

export type { AwsSource, ClusterSource, LiveSource };

/** Server to client: what exists in the account, region and cluster that the editor is connected to. */
export const LIVE_VALUES_REQUEST = 'eksLoadBalancers/liveValues';

export interface LiveValuesParams {
  readonly source: LiveSource;
  /** Services and Secrets of this namespace only; without it those of all. Means nothing to other sources. */
  readonly namespace?: string;
}

export interface LiveValue {
  /** What is written into the manifest. */
  readonly value: string;
  /** What tells a person which one it is: a name, a zone, a domain. */
  readonly label: string;
  /** It exists, but a load balancer cannot use it, and this is why: it is not offered. */
  readonly unusable?: string;
  /**
   * For checks. Certificates: `domains`, separated by commas; Services: `ports` as `name:number`, so separated;
   * IngressClasses: the name of their `parameters`.
   */
  readonly facts?: Readonly<Record<string, string>>;
}

/** Whose values they are. */
export interface LivePlace {
  readonly account: string;
  readonly region: string;
  readonly vpcId: string;
}

/** All that there is of a source. */
export interface LiveAnswer {
  readonly values: readonly LiveValue[];
  /** Where AWS was asked; the cluster's own objects have none. */
  readonly place?: LivePlace;
}

/** "Could not ask" is `unknown` and never means that there are none. */
export type LiveValuesResult = ({ readonly status: 'ok' } & LiveAnswer) | { readonly status: 'unknown' };

/** Client to server: forget live values, because profile, region, cluster or trust changed. */
export const LIVE_VALUES_CHANGED = 'eksLoadBalancers/liveValuesChanged';

/** What a client may pass as `initializationOptions`. */
export interface ServerOptions {
  /** The client answers {@link LIVE_VALUES_REQUEST}. */
  readonly liveValues?: boolean;
  /** The client's command that opens the completion list again; in VS Code `editor.action.triggerSuggest`. */
  readonly suggestCommand?: string;
  /** The client's command that shows places; its arguments are an address, a position and locations of the protocol. */
  readonly referencesCommand?: string;
  /** Address of the folder of the rules' pages; `/<code>.md` is added. */
  readonly rulesPage?: string;
  readonly settings?: ServerSettings;
  /** Another extension checks manifests with the schema of Kubernetes: what it says is not said again. */
  readonly kubernetesChecked?: boolean;
}

/** Client to server: {@link ServerSettings} changed. */
export const SETTINGS_CHANGED = 'eksLoadBalancers/settingsChanged';

/** What the editor's settings, or the connected cluster, say of the checks; `.ekslb.yaml` beats it. */
export interface ServerSettings {
  /** Release of the controller, e.g. `2.13.0`. */
  readonly controller?: string;
  /** The cluster is in EKS Auto Mode. */
  readonly autoMode?: boolean;
  readonly fargate?: boolean;
  /** Severity by rule. */
  readonly severity?: Readonly<Record<string, 'error' | 'warning' | 'information' | 'hint' | 'off'>>;
}
