import type { MutualAuthenticationEntry } from '../../annotations/jsonShapes';
import { rawAnnotation, readAnnotation } from '../../annotations/read';
import { BuildError } from '../errors';
import type { Member } from '../group';
import type { MutualAuthentication } from '../stack';
import { annotationsOf, type Build } from './context';
import { compact } from './exclusive';

const MODES = ['off', 'passthrough', 'verify'];

/** Mutual TLS by port, as one member asks for it. Source: lbc:pkg/ingress/model_build_listener.go computeIngressMutualAuthentication. */
export function mutualAuthenticationOf(build: Build, member: Member): Map<number, MutualAuthentication> {
  const annotations = annotationsOf(member);
  const raw = rawAnnotation('mutual-authentication', annotations);
  if (raw === undefined) return new Map();
  const entries = readAnnotation('mutual-authentication', annotations) ?? [];
  if (entries.length === 0) {
    throw new BuildError(`empty mutualAuthentication configuration from ingress annotation: \`${raw}\``);
  }
  for (const entry of entries) refuse(entry);
  return new Map(entries.map((entry) => [entry.port ?? 0, attributesOf(build, entry)]));
}

function attributesOf(build: Build, entry: MutualAuthenticationEntry): MutualAuthentication {
  const { mode = '', trustStore = '' } = entry;
  const verify = mode === 'verify';
  const named = verify && !trustStore.startsWith('arn:');
  return compact({
    mode,
    trustStoreArn: named ? build.lookups.trustStoreArn(trustStore) : trustStore,
    ignoreClientCertificateExpiry: entry.ignoreClientCertificateExpiry ?? (verify ? false : undefined),
    advertiseTrustStoreCaNames: entry.advertiseTrustStoreCaNames,
  });
}

function refuse(entry: MutualAuthenticationEntry): void {
  const problem = problemOf(entry);
  if (problem !== undefined) throw new BuildError(problem);
}

function problemOf({
  port = 0,
  mode = '',
  trustStore = '',
  ...rest
}: MutualAuthenticationEntry): string | undefined {
  const names = rest.advertiseTrustStoreCaNames;
  if (port < 1 || port > 65535) return `listen port must be within [1, 65535]: ${port}`;
  if (mode === '') return `mutualAuthentication mode cannot be empty for port ${port}`;
  if (!MODES.includes(mode)) {
    return `mutualAuthentication mode value must be among [${MODES.join(', ')}] for port ${port} : ${mode}`;
  }
  if (mode === 'verify') {
    if (trustStore === '')
      return `trustStore is required when mutualAuthentication mode is verify for port ${port}`;
    if (names === undefined || names === 'on' || names === 'off') return undefined;
    return `advertiseTrustStoreCaNames only supports the values "on" and "off" got value ${names} for port ${port}`;
  }
  const unsupported = `Mutual Authentication mode ${mode} does not support`;
  if (trustStore !== '') return `${unsupported} trustStore for port ${port}`;
  if (rest.ignoreClientCertificateExpiry !== undefined) {
    return `${unsupported} ignoring client certificate expiry for port ${port}`;
  }
  return names === undefined ? undefined : `${unsupported} advertiseTrustStoreCaNames for port ${port}`;
}
