import type { Command } from 'commander';
import type { EngineOptions } from '../reconcile/engine';

/** Options of every command that touches a cluster or AWS. */
export interface CommonOptions extends EngineOptions {
  readonly json?: boolean;
  readonly yes?: boolean;
  readonly verbose?: boolean;
}

export interface FileOptions extends CommonOptions {
  readonly file?: string[];
  readonly ingress?: string[];
  readonly service?: string[];
  readonly all?: boolean;
}

export function withCommon(command: Command): Command {
  return command
    .option('--context <name>', 'kubeconfig context')
    .option('--kubeconfig <file>', 'kubeconfig (default: KUBECONFIG, then ~/.kube/config)')
    .option('--profile <name>', 'AWS profile')
    .option('--region <name>', 'AWS region')
    .option('--cluster-name <name>', 'name of the EKS cluster, as its load balancers are tagged')
    .option('--vpc-id <id>', 'VPC of the cluster (default: asked of EKS)')
    .option('--endpoint-url <url>', 'address of AWS, for a local one')
    .option('--json', 'print the result as JSON')
    .option('--yes', 'do not ask')
    .option('--verbose', 'say more on standard error');
}

export function withFiles(command: Command, what: string): Command {
  return command.option('-f, --file <path...>', `${what}: files, folders, or - for standard input`);
}

export function withNames(command: Command): Command {
  return command
    .option('--ingress <namespace/name...>', 'Ingresses that are in the cluster')
    .option('--service <namespace/name...>', 'Services with a load balancer of their own');
}
