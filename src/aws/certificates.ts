import { DescribeCertificateCommand, KeyAlgorithm, ListCertificatesCommand } from '@aws-sdk/client-acm';
import { serves } from '../model/certificateNames';
import { BuildError, sorted } from '../model/errors';
import type { Aws } from './clients';
import { allPages, parallel } from './paging';

export interface Certificate {
  readonly arn: string;
  readonly domains: readonly string[];
}

/** Issued certificates of the region with the names they serve. */
export async function listCertificates(aws: Aws): Promise<Certificate[]> {
  const summaries = await allPages(async (NextToken) => {
    const page = await aws.acm.send(
      new ListCertificatesCommand({
        CertificateStatuses: ['ISSUED'],
        // Without this filter ACM leaves out every key type but RSA 1024 and 2048.
        Includes: { keyTypes: Object.values(KeyAlgorithm) },
        NextToken,
      }),
    );
    return { items: page.CertificateSummaryList, next: page.NextToken };
  });
  return parallel(summaries, async ({ CertificateArn: arn = '' }) => {
    const { Certificate } = await aws.acm.send(new DescribeCertificateCommand({ CertificateArn: arn }));
    return { arn, domains: Certificate?.SubjectAlternativeNames ?? [] };
  });
}

/** ARNs of the certificates that serve the hosts, sorted; every host needs one. Source: lbc:pkg/certs/cert_discovery.go. */
export function certificatesFor(hosts: readonly string[], certificates: readonly Certificate[]): string[] {
  return sorted(
    hosts.flatMap((host) => {
      const fit = certificates.filter(({ domains }) => domains.some((domain) => serves(domain, host)));
      if (fit.length === 0) throw new BuildError(`no certificate found for host: ${host}`);
      return fit.map(({ arn }) => arn);
    }),
  );
}
