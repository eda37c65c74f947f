import type { KubeObject } from '../kube/types';
import type { InputOf, Operation, Service } from './awsCall';

interface Common {
  /** What it does, in a line: `Create the IAM policy shop-policy`. */
  readonly text: string;
  /** What is deleted or replaced by it (an ARN, a name): it is asked for first. */
  readonly loses?: string;
}

/** One call of AWS. */
export interface AwsAction extends Common {
  readonly kind: 'aws';
  readonly service: Service;
  /** As the API spells it: `CreatePolicy`. */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Objects that are to be in the cluster: server-side apply. */
export interface ApplyAction extends Common {
  readonly kind: 'apply';
  readonly objects: readonly KubeObject[];
}

/** An object that is to leave the cluster. */
export interface DeleteAction extends Common {
  readonly kind: 'delete';
  readonly object: KubeObject;
}

/** A Secret whose content is made when it is applied: no plan, file or script ever holds it. */
export interface SecretAction extends Common {
  readonly kind: 'secret';
  /** The Secret as it may be shown, its values `[REDACTED]`. */
  readonly shown: KubeObject;
  make(): Promise<KubeObject>;
  /** The same for a shell: commands whose `{file}`s are made as they run, and the pairs of key and file that become the Secret. */
  readonly commands: readonly (readonly [string, ...Word[]])[];
  readonly keys: Readonly<Record<string, { readonly file: string }>>;
}

/** Words of a command line; a `{file}` stands for the path of one of `files`. */
export type Word = string | { readonly file: string };

/** A program of somebody else's: eksctl, helm, docker. */
export interface ToolAction extends Common {
  readonly kind: 'tool';
  readonly argv: readonly [string, ...Word[]];
  /** Written for the command to read, by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** Whose standard output is this one's standard input (`aws ecr get-login-password | docker login`). */
  readonly from?: readonly [string, ...string[]];
  /** Something that takes minutes and that people want to see: it gets a terminal. */
  readonly long?: boolean;
}

/** A file of this machine that is written whole: a kubeconfig. */
export interface FileAction extends Common {
  readonly kind: 'file';
  readonly path: string;
  readonly content: string;
  /** The same by a command, for the script. */
  readonly argv: readonly [string, ...string[]];
}

/** Until something is true. The flow waits by checking the step again; the script runs the command. */
export interface WaitAction extends Common {
  readonly kind: 'wait';
  readonly argv: readonly [string, ...string[]];
}

/** What makes a step true, or takes it away: shown, copied, written into a script, or run. */
export type Action =
  | AwsAction
  | ApplyAction
  | DeleteAction
  | SecretAction
  | ToolAction
  | FileAction
  | WaitAction;

type More = Pick<Common, 'loses'>;

/** A call of AWS, its input checked against the API. */
export function awsAction<S extends Service, O extends Operation<S>>(
  text: string,
  service: S,
  operation: O,
  input: InputOf<S, O>,
  more: More = {},
): AwsAction {
  return { kind: 'aws', text, service, operation, input: input as Record<string, unknown>, ...more };
}

export function applyAction(text: string, objects: readonly KubeObject[], more: More = {}): ApplyAction {
  return { kind: 'apply', text, objects, ...more };
}

export function deleteAction(text: string, object: KubeObject, loses: string): DeleteAction {
  return { kind: 'delete', text, object, loses };
}

export function waitAction(text: string, argv: WaitAction['argv']): WaitAction {
  return { kind: 'wait', text, argv };
}

/**
 * A value that is known only after an earlier step: the script computes it (`LATER` says how); run for real, the plan
 * is made anew when the step's turn comes, and the value is there.
 */
export function later(name: keyof typeof LATER): string {
  return `\${${name}}`;
}

/**
 * How bash finds out; each may use those before it, `CLUSTER`, and of the choices about DNS `ZONE`, `INGRESS` and
 * `INGRESS_NAMESPACE`. Zones are listed from a name on, so it is asked for; a load balancer takes minutes.
 */
export const LATER = {
  ACCOUNT_ID: 'aws sts get-caller-identity --query Account --output text',
  VPC_ID: 'aws eks describe-cluster --name "$CLUSTER" --query cluster.resourcesVpcConfig.vpcId --output text',
  CLUSTER_ENDPOINT: 'aws eks describe-cluster --name "$CLUSTER" --query cluster.endpoint --output text',
  OIDC_ISSUER:
    'aws eks describe-cluster --name "$CLUSTER" --query cluster.identity.oidc.issuer --output text | sed "s|^https://||"',
  CA_BUNDLE:
    "kubectl get secrets --all-namespaces --field-selector metadata.name=aws-load-balancer-tls -o jsonpath='{.items[0].data.ca\\.crt}'",
  ZONE_ID:
    'aws route53 list-hosted-zones-by-name --dns-name "$ZONE" --query "HostedZones[?Name==\'$ZONE.\' && !(Config.PrivateZone)].Id | [0]" --output text | sed "s|.*/||"',
  LB_HOST:
    'for _ in {1..120}; do host=$(kubectl get ingress "$INGRESS" --namespace "$INGRESS_NAMESPACE" --output jsonpath="{.status.loadBalancer.ingress[0].hostname}"); [ -z "$host" ] || break; sleep 5; done; echo "$host"',
  LB_ZONE:
    'aws elbv2 describe-load-balancers --query "LoadBalancers[?DNSName==\'$LB_HOST\'].CanonicalHostedZoneId" --output text',
} as const;

const NAMED = new RegExp(`\\$\\{(${Object.keys(LATER).join('|')})\\}`, 'g');

/** The values in a text that are not known yet. */
export function laterIn(text: string): (keyof typeof LATER)[] {
  return [...new Set([...text.matchAll(NAMED)].map(([, name]) => name as keyof typeof LATER))];
}
