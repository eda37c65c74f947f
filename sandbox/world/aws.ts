import { localAwsRoute } from '../services/aws';

/** Fixed by sandbox/aws/world.py, which makes the world. */
export const REGION = 'eu-west-1';
export const CLUSTER = 'shop';

/** An EC2 instance with addresses for pods. */
export interface WorldNode {
  readonly name: string;
  readonly instance: string;
  readonly zone: string;
  readonly private_ip: string;
  readonly pod_ips: readonly string[];
}

export interface AwsWorld {
  readonly vpcId: string;
  /** `${vpc}`, `${subnet:shop-public-a}`, ... -> the real id. */
  readonly placeholders: Readonly<Record<string, string>>;
  readonly nodes: readonly WorldNode[];
}

/** What a test may ask of the world (arguments of `seed` in sandbox/aws/world.py). */
export interface WorldOptions {
  /** Ids are the same for the same number. */
  readonly seed?: number;
  /** With the record of the EKS cluster `shop`; the recordings of the controller were made without. */
  readonly eks?: boolean;
  readonly legacy_target_group?: boolean;
  readonly ipv6?: boolean;
  readonly nodes?: number;
  readonly subnets?: number;
}

/** Forgets everything in the local AWS and makes the world anew. */
export async function seedAws(endpoint: string, options: WorldOptions = {}): Promise<AwsWorld> {
  const made = await localAwsRoute<Omit<AwsWorld, 'vpcId'>>(endpoint, '/_test/world', {
    eks: true,
    ...options,
  });
  // biome-ignore lint/suspicious/noTemplateCurlyInString: that is how the map spells it
  return { ...made, vpcId: made.placeholders['${vpc}'] ?? '' };
}
