import { goBool } from '../../annotations/parse';
import { readService, readServiceFamily } from '../../annotations/readService';
import type { TargetType } from '../build/servicePort';
import { BuildError } from '../errors';

type Annotations = Readonly<Record<string, string>>;
type Attributes = Readonly<Record<string, string>>;

const PROXY_PROTOCOL = 'proxy_protocol_v2.enabled';
const PRESERVE_CLIENT_IP = 'preserve_client_ip.enabled';

/** Attributes of the target group of one port. Source: lbc:pkg/service/model_build_target_group.go buildTargetGroupAttributes. */
export function targetGroupAttributes(annotations: Annotations, port: number): Record<string, string> {
  const general = checked(readService('target-group-attributes', annotations) ?? {});
  const ofPort = checked(readServiceFamily('target-group-attributes', String(port), annotations) ?? {});
  const attributes = { [PROXY_PROTOCOL]: 'false', ...general, ...withValue(ofPort) };
  const proxy = proxyProtocol(annotations, port)?.toString() ?? attributes[PROXY_PROTOCOL] ?? '';
  const { [PROXY_PROTOCOL]: _, ...others } = attributes;
  return proxy === '' ? others : { ...others, [PROXY_PROTOCOL]: proxy };
}

/** An empty value for a port does not undo the general one. */
function withValue(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== ''));
}

function checked(attributes: Attributes): Attributes {
  const value = attributes[PRESERVE_CLIENT_IP];
  if (value === undefined || goBool(value) !== undefined) return attributes;
  const reason = `strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`;
  throw new BuildError(`failed to parse attribute ${PRESERVE_CLIENT_IP}=${value}: ${reason}`);
}

/** What the two annotations about proxy protocol say; the one for all ports wins. */
function proxyProtocol(annotations: Annotations, port: number): boolean | undefined {
  const ports = readService('proxy-protocol-per-target-group', annotations);
  const bad = ports?.find((one) => !/^[+-]?\d+$/.test(one));
  if (bad !== undefined) {
    throw new BuildError(`invalid port number in proxy-protocol-per-target-group: ${bad}`);
  }
  const all = readService('proxy-protocol', annotations);
  if (all === undefined) return ports?.includes(String(port));
  if (all === '*') return true;
  const message = `invalid value ${all} for Load Balancer proxy protocol v2 annotation, only value currently supported is *`;
  throw new BuildError(message);
}

/** Whether targets see the addresses of clients: AWS's default depends on their type. */
export function preservesClientIp(attributes: Attributes, targetType: TargetType): boolean {
  return goBool(attributes[PRESERVE_CLIENT_IP] ?? '') ?? targetType === 'instance';
}
