import {
  type CertificateDetail,
  type CertificateSummary,
  DescribeCertificateCommand,
  KeyAlgorithm,
  ListCertificatesCommand,
} from '@aws-sdk/client-acm';
import type { LiveValue } from '../../protocol';
import type { Aws } from '../clients';
import { allPages, parallel } from '../paging';
import { label } from './label';

/** ARNs with domains, status and expiry (ACM ListCertificates), those that cannot be used included. */
export async function certificates(aws: Aws): Promise<LiveValue[]> {
  const all = await parallel(await summaries(aws), (summary) => complete(aws, summary));
  return all.map((one) => certificateValue(one, aws.region));
}

/**
 * Authorities whose certificates are in the region (ACM DescribeCertificate). ACM PCA itself is not asked: its client
 * is in no SDK of today's generation.
 */
export async function certificateAuthorities(aws: Aws): Promise<LiveValue[]> {
  const ours = (await summaries(aws)).filter(({ Type = 'PRIVATE' }) => Type === 'PRIVATE');
  const details = await parallel(ours, ({ CertificateArn = '' }) => detail(aws, CertificateArn));
  const issued = new Map<string, string>();
  for (const { CertificateAuthorityArn: arn, DomainName = '' } of details)
    if (arn !== undefined && !issued.has(arn)) issued.set(arn, DomainName);
  return [...issued].map(([value, domain]) => ({ value, label: `issued ${domain}` }));
}

function summaries(aws: Aws): Promise<CertificateSummary[]> {
  return allPages(async (NextToken) => {
    const page = await aws.acm.send(
      new ListCertificatesCommand({
        // Without this filter ACM leaves out every key type but RSA 1024 and 2048.
        Includes: { keyTypes: Object.values(KeyAlgorithm) },
        NextToken,
        MaxItems: 1000,
      }),
    );
    return { items: page.CertificateSummaryList, next: page.NextToken };
  });
}

interface Certificate {
  readonly arn: string;
  readonly domains: readonly string[];
  readonly status: string;
  readonly expires: Date | undefined;
}

/** A summary holds a hundred names at most; of a certificate with more, and where the status is missing, ask anew. */
async function complete(aws: Aws, summary: CertificateSummary): Promise<Certificate> {
  const { CertificateArn: arn = '', Status, SubjectAlternativeNameSummaries: names, NotAfter } = summary;
  const enough = Status !== undefined && names !== undefined && names.length > 0;
  if (enough && summary.HasAdditionalSubjectAlternativeNames !== true)
    return { arn, domains: names, status: Status, expires: NotAfter };
  const { SubjectAlternativeNames = [], Status: status = '', ...more } = await detail(aws, arn);
  return { arn, domains: SubjectAlternativeNames, status, expires: more.NotAfter };
}

async function detail(aws: Aws, CertificateArn: string): Promise<CertificateDetail> {
  return (await aws.acm.send(new DescribeCertificateCommand({ CertificateArn }))).Certificate ?? {};
}

function certificateValue({ arn, domains, status, expires }: Certificate, region: string): LiveValue {
  const [first = '', ...others] = [...new Set(domains)];
  const day = expires?.toISOString().slice(0, 10);
  const unusable = whyUnusable(status, expires, day);
  return {
    value: arn,
    label: label(
      others.length === 0 ? first : `${first} and ${others.length} more`,
      status.toLowerCase().replaceAll('_', ' '),
      day !== undefined && `until ${day}`,
      region,
    ),
    ...(unusable === undefined ? {} : { unusable }),
    facts: { domains: domains.join(',') },
  };
}

function whyUnusable(status: string, expires: Date | undefined, day = ''): string | undefined {
  if (status === 'EXPIRED' || (expires !== undefined && expires.getTime() < Date.now()))
    return `it has expired${day === '' ? '' : ` on ${day}`}`;
  return status === 'ISSUED' ? undefined : `its status is ${status}`;
}
