import type { Command } from 'commander';
import type { EngineOptions } from '../reconcile/engine';

/** Options of every command that touches a cluster or AWS. */
export interface CommonOptions extends EngineOptions {
  readonly json?: boolean;
  readonly yes?: boolean;
  readonly acceptChanges?: boolean;
  readonly deleteCluster?: string[];
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
    .option('--yes', 'do not ask about what is shown')
    .option('--verbose', 'say more on standard error');
}

/** Options of commands that change something: what `--yes` does not answer. */
export function withConsent(command: Command): Command {
  return command
    .option('--accept-changes', 'do not ask again where the plan has changed since it was shown')
    .option('--delete-cluster <name>', 'resources of this cluster may go by their tags alone', listed);
}

export function withFiles(command: Command, what: string): Command {
  return command.option('-f, --file <path...>', `${what}: files, folders, or - for standard input`);
}

export function withNames(command: Command): Command {
  return command
    .option('--ingress <namespace/name...>', 'Ingresses that are in the cluster')
    .option('--service <namespace/name...>', 'Services with a load balancer of their own');
}

/** `a b`, `a,b` and the option twice mean the same. */
function listed(value: string, before: readonly string[] = []): string[] {
  return [...before, ...value.split(',').filter((one) => one !== '')];
}

/** What a person decides about a setup (src/setup/choices.ts); all of it may stand in a file instead. */
export function withSetup(command: Command): Command {
  return command
    .option('--config <file>', 'choices in YAML, by the names of these options in camelCase')
    .option('--only <step...>', 'these steps only', listed)
    .option('--create-cluster', 'make the cluster when there is none of that name')
    .option('--compute <kind>', 'of a new cluster: nodes, fargate or auto')
    .option('--kubernetes-version <version>', 'of a new cluster')
    .option('--identity <kind>', 'how the controller gets credentials: irsa or pod-identity')
    .option('--service-account-by <tool>', 'who makes role and service account: api or eksctl')
    .option('--install <way>', 'how the controller is installed: helm or manifest')
    .option('--controller-version <release>', 'release of AWS Load Balancer Controller')
    .option('--chart <place>', 'address of the chart repository, or a folder or archive')
    .option('--values-files <file...>', 'further values for the chart')
    .option('--namespace <name>', 'of the controller')
    .option('--service-account <name>', 'of the controller')
    .option('--policy-name <name>', 'of its IAM policy')
    .option('--role-name <name>', 'of its IAM role')
    .option('--extra-permissions <what...>', 'certificates, web-acl-names, tagging-api', listed)
    .option('--webhook-certificate <kind>', 'self-signed or cert-manager')
    .option('--class-name <name>', 'of the IngressClass')
    .option('--default-class', 'Ingresses without a class belong to it')
    .option('--no-tag-subnets', 'leave the tags of subnets alone')
    .option('--no-replace-legacy', 'leave alb-ingress-controller v1 alone')
    .option('--samples <name...>', 'sample applications: 2048, two-apps, two-apps-ip, fastapi, nlb', listed)
    .option('--image <uri>', 'of the FastAPI sample; built and pushed to ECR otherwise')
    .option('--dns-zone <domain>', 'hosted zone in Route 53')
    .option('--dns-by <way>', 'who keeps its records: external-dns or alias')
    .option('--dns-host <name>', 'the alias record')
    .option('--dns-ingress <namespace/name>', 'whose load balancer the alias record leads to');
}
