import type { Aws } from './clients';
import { awsCode } from './errors';

/** A protection of Shield Advanced. */
export interface Protection {
  readonly id: string;
  readonly name: string;
}

/** Whether the account has Shield Advanced (Shield GetSubscriptionState). */
export async function hasShield(aws: Aws): Promise<boolean> {
  const { ShieldClient, GetSubscriptionStateCommand } = await import('@aws-sdk/client-shield');
  const { SubscriptionState } = await aws.client(ShieldClient).send(new GetSubscriptionStateCommand({}));
  return SubscriptionState === 'ACTIVE';
}

/** The protection of a resource, if it has one. */
export async function protectionOf(aws: Aws, ResourceArn: string): Promise<Protection | undefined> {
  const { ShieldClient, DescribeProtectionCommand } = await import('@aws-sdk/client-shield');
  try {
    const answer = await aws.client(ShieldClient).send(new DescribeProtectionCommand({ ResourceArn }));
    const { Id: id = '', Name: name = '' } = answer.Protection ?? {};
    return answer.Protection === undefined ? undefined : { id, name };
  } catch (error) {
    if (awsCode(error) === 'ResourceNotFound') return undefined;
    throw error;
  }
}

/** Protects a resource; one that is protected already counts as protected. */
export async function protect(aws: Aws, ResourceArn: string, Name: string): Promise<void> {
  const { ShieldClient, CreateProtectionCommand } = await import('@aws-sdk/client-shield');
  try {
    await aws.client(ShieldClient).send(new CreateProtectionCommand({ ResourceArn, Name }));
  } catch (error) {
    if (awsCode(error) !== 'ResourceAlreadyExists') throw error;
  }
}

/** Takes a protection away; one that is gone already counts as taken away. */
export async function unprotect(aws: Aws, ProtectionId: string): Promise<void> {
  const { ShieldClient, DeleteProtectionCommand } = await import('@aws-sdk/client-shield');
  try {
    await aws.client(ShieldClient).send(new DeleteProtectionCommand({ ProtectionId }));
  } catch (error) {
    if (awsCode(error) !== 'ResourceNotFound') throw error;
  }
}
