import { readService } from '../../annotations/readService';
import { asAttributes, compact } from '../build/exclusive';
import { BuildError } from '../errors';
import type { Attribute } from '../stack';
import type { ServiceBuild } from './context';

type Annotations = ServiceBuild['annotations'];

const ROUTING_POLICY = 'dns_record.client_routing_policy';
const ROUTING_POLICIES = [
  'any_availability_zone',
  'partial_availability_zone_affinity',
  'availability_zone_affinity',
];

/** The list of attributes, and the older single settings, which win. Source: lbc:pkg/service/model_build_load_balancer.go buildLoadBalancerAttributes. */
export function loadBalancerAttributes(annotations: Annotations): Attribute[] | undefined {
  const listed = readService('attributes', annotations) ?? {};
  const policy = listed[ROUTING_POLICY];
  if (policy !== undefined && !ROUTING_POLICIES.includes(policy)) {
    const expected = ROUTING_POLICIES.map((one) => `'${one}'`).join(', ');
    const message = `invalid ${ROUTING_POLICY} set in annotation aws-load-balancer-attributes: got '${policy}' expected one of [${expected}]`;
    throw new BuildError(message);
  }
  const accessLog = accessLogAttributes(annotations);
  const crossZone = readService('cross-zone-load-balancing-enabled', annotations);
  const single = compact({ 'load_balancing.cross_zone.enabled': crossZone?.toString() });
  return asAttributes({ ...listed, ...accessLog, ...single });
}

/** `false` is the same as no annotation. */
function accessLogAttributes(annotations: Annotations): Record<string, string> {
  if (readService('access-log-enabled', annotations) !== true) return {};
  return compact({
    'access_logs.s3.enabled': 'true',
    'access_logs.s3.bucket': readService('access-log-s3-bucket-name', annotations),
    'access_logs.s3.prefix': readService('access-log-s3-bucket-prefix', annotations),
  });
}

/** lbc:pkg/service/model_build_load_balancer.go buildSecurityGroupsInboundRulesOnPrivateLink */
export function privateLinkRules(annotations: Annotations): string | undefined {
  const value = readService('inbound-sg-rules-on-private-link-traffic', annotations);
  if (value === undefined || value === 'on' || value === 'off') return value;
  const message = `Invalid value for securityGroupsInboundRulesOnPrivateLink status: ${value}, value must be one of [on, off]`;
  throw new BuildError(message);
}
