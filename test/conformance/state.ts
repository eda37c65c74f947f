import type { JsonObject } from './json';

/** AWS as a step left it, with placeholders for what differs from run to run. */
export interface State {
  loadBalancers: Record<string, LoadBalancerState>;
  targetGroups: Record<string, TargetGroupState>;
  securityGroups: Record<string, SecurityGroupState>;
  shieldProtections?: JsonObject[];
}

export interface LoadBalancerState {
  zones: Zone[];
  attributes: Record<string, string>;
  tags: Record<string, string>;
  /** By port. */
  listeners: Record<string, ListenerState>;
  [field: string]: unknown;
}

export interface Zone {
  LoadBalancerAddresses?: JsonObject[];
  [field: string]: unknown;
}

export interface ListenerState {
  rules: JsonObject[];
  defaultCertificate?: string;
  extraCertificates?: string[];
  [field: string]: unknown;
}

export interface TargetGroupState {
  targets: JsonObject[];
  [field: string]: unknown;
}

export interface SecurityGroupState {
  description: string;
  tags: Record<string, string>;
  ingress: JsonObject[];
  egress: JsonObject[];
}
