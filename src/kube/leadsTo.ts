/** Whether a kubeconfig context and the record of a cluster mean the same API server. */
import type { Kube } from './client';

/**
 * Whether a context leads to the API server at `endpoint`: straight, or through a tunnel whose other end it is, which
 * `tls-server-name` says where certificates are checked. Private endpoints of EKS have the name of the public one.
 */
export function leadsTo(
  { server, tlsServerName, insecure }: Pick<Kube, 'server' | 'tlsServerName' | 'insecure'>,
  endpoint: string,
): boolean {
  const wanted = addressOf(endpoint);
  if (wanted === undefined) return false;
  const reached = [
    server,
    ...(tlsServerName === undefined || insecure === true ? [] : [`https://${tlsServerName}`]),
  ];
  return reached.some((one) => addressOf(one) === wanted);
}

/** Protocol, host and port in one spelling; undefined for what is no URL. */
function addressOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, hostname, port } = new URL(url);
  return `${protocol}//${hostname.replace(/\.$/, '')}:${port || (protocol === 'http:' ? '80' : '443')}`;
}
