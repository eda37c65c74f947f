import { loadSharedConfigFiles } from '@smithy/core/config';

/** Names of the profiles in the shared config files of AWS. */
export async function profiles(): Promise<string[]> {
  const { configFile, credentialsFile } = await loadSharedConfigFiles();
  return [...new Set([...Object.keys(configFile ?? {}), ...Object.keys(credentialsFile ?? {})])].sort();
}

/** Whether a profile gets its credentials by signing in (IAM Identity Center), as `aws configure sso` writes it. */
export async function signsIn(profile: string): Promise<boolean> {
  // It changes when somebody configures it; the SDK keeps files that it has read.
  const { configFile = {} } = await loadSharedConfigFiles({ ignoreCache: true });
  const found = configFile[profile];
  return found?.['sso_session'] !== undefined || found?.['sso_start_url'] !== undefined;
}

/** Regions that EKS and ELBv2 serve, commercial first (docs.aws.amazon.com/general/latest/gr/eks.html). */
export const REGIONS: readonly string[] = [
  ...[
    'us-east-1',
    'us-east-2',
    'us-west-1',
    'us-west-2',
    'ca-central-1',
    'ca-west-1',
    'mx-central-1',
    'sa-east-1',
  ],
  ...[
    'eu-west-1',
    'eu-west-2',
    'eu-west-3',
    'eu-central-1',
    'eu-central-2',
    'eu-north-1',
    'eu-south-1',
    'eu-south-2',
  ],
  ...[
    'ap-northeast-1',
    'ap-northeast-2',
    'ap-northeast-3',
    'ap-southeast-1',
    'ap-southeast-2',
    'ap-southeast-3',
  ],
  ...[
    'ap-southeast-4',
    'ap-southeast-5',
    'ap-southeast-7',
    'ap-south-1',
    'ap-south-2',
    'ap-east-1',
    'ap-east-2',
  ],
  ...['af-south-1', 'il-central-1', 'me-central-1', 'me-south-1', 'cn-north-1', 'cn-northwest-1'],
  ...['us-gov-east-1', 'us-gov-west-1'],
];
