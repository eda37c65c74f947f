/** Messages between the language server and its client beyond the Language Server Protocol. Types and names only. */
import type { LiveSource } from './annotations/annotation';

export type { LiveSource };

/** Server to client: what exists in the account and region that the editor is connected to. */
export const LIVE_VALUES_REQUEST = 'eksLoadBalancers/liveValues';

export interface LiveValuesParams {
  readonly source: LiveSource;
}

export interface LiveValue {
  /** What is written into the manifest. */
  readonly value: string;
  /** What tells a person which one it is: a name, a zone, a domain. */
  readonly label: string;
}

/** "Could not ask" is `unknown` and never means that there are none. */
export type LiveValuesResult =
  | { readonly status: 'ok'; readonly values: readonly LiveValue[] }
  | { readonly status: 'unknown' };

/** Client to server: forget live values, because profile, region or cluster changed. */
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
