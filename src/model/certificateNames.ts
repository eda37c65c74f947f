/** Whether a certificate's domain covers a host: a wildcard stands for exactly one label (lbc:pkg/certs/cert_discovery.go). */
export function serves(domain: string, host: string): boolean {
  if (!domain.startsWith('*.')) return domain === host;
  const labels = host.split('.');
  return labels.slice(1).join('.') === domain.slice(2) && labels.length === domain.split('.').length;
}
