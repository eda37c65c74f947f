import type { Os } from './tools';

/** A program that some way of setting up needs. */
export interface ToolRow {
  readonly program: string;
  /** Arguments that print its version. */
  readonly version: readonly string[];
  /** The oldest that does what is asked of it here. */
  readonly minimum: string;
  /** How it is installed: a command by itself, or the lines of a script after the project's own instructions. */
  readonly install: { readonly [O in Os]: Installation };
}

export type Installation =
  | { readonly argv: readonly [string, ...string[]] }
  | { readonly script: readonly string[] };

const brew = (name: string): Installation => ({ argv: ['brew', 'install', name] });
const winget = (id: string): Installation => ({ argv: ['winget', 'install', '--exact', '--id', id] });
const script = (...lines: string[]): Installation => ({ script: lines });

/** `x86_64` and `aarch64` as most projects name their downloads. */
const ARCH = 'arch=$(uname -m | sed "s/x86_64/amd64/; s/aarch64/arm64/")';

// docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html
const AWS_ON_LINUX = script(
  'curl -fsSL "https://awscli.amazonaws.com/awscli-exe-linux-$(uname -m).zip" -o awscli.zip',
  'unzip -q awscli.zip',
  'sudo ./aws/install --update',
);
// docs.aws.amazon.com/eks/latest/eksctl/installation.html
const EKSCTL_ON_LINUX = script(
  ARCH,
  'curl -fsSL "https://github.com/eksctl-io/eksctl/releases/latest/download/eksctl_Linux_$arch.tar.gz" | tar -xz',
  'sudo install -m 0755 eksctl /usr/local/bin/eksctl',
);
// kubernetes.io/docs/tasks/tools/install-kubectl-linux
const KUBECTL_ON_LINUX = script(
  ARCH,
  'version=$(curl -fsSL https://dl.k8s.io/release/stable.txt)',
  'curl -fsSLO "https://dl.k8s.io/release/$version/bin/linux/$arch/kubectl"',
  'sudo install -m 0755 kubectl /usr/local/bin/kubectl',
);
// helm.sh/docs/intro/install
const HELM_ON_LINUX = script(
  'curl -fsSL https://raw.githubusercontent.com/helm/helm/main/scripts/get-helm-3 -o get-helm-3',
  'bash get-helm-3',
);

const onLinux = (installation: Installation) => ({
  debian: installation,
  amazon: installation,
  linux: installation,
});

/** Every program that a setup can call. */
export const TOOL_TABLE = [
  {
    program: 'aws',
    version: ['--version'],
    minimum: '1.27.72',
    install: { macos: brew('awscli'), windows: winget('Amazon.AWSCLI'), ...onLinux(AWS_ON_LINUX) },
  },
  {
    program: 'eksctl',
    version: ['version'],
    // The first with `autoModeConfig`.
    minimum: '0.195.0',
    install: { macos: brew('eksctl'), windows: winget('eksctl.eksctl'), ...onLinux(EKSCTL_ON_LINUX) },
  },
  {
    program: 'kubectl',
    version: ['version', '--client'],
    minimum: '1.27.0',
    install: {
      macos: brew('kubernetes-cli'),
      windows: winget('Kubernetes.kubectl'),
      ...onLinux(KUBECTL_ON_LINUX),
    },
  },
  {
    program: 'helm',
    version: ['version', '--short'],
    // The first with `--take-ownership`; 3.14 brought `--reset-then-reuse-values`.
    minimum: '3.17.0',
    install: { macos: brew('helm'), windows: winget('Helm.Helm'), ...onLinux(HELM_ON_LINUX) },
  },
  {
    program: 'docker',
    version: ['--version'],
    minimum: '20.10.0',
    install: {
      macos: { argv: ['brew', 'install', '--cask', 'docker'] },
      windows: winget('Docker.DockerDesktop'),
      debian: script('sudo apt-get update', 'sudo apt-get install -y docker.io'),
      amazon: script('sudo dnf install -y docker', 'sudo systemctl enable --now docker'),
      linux: script('curl -fsSL https://get.docker.com -o get-docker.sh', 'sudo sh get-docker.sh'),
    },
  },
] as const satisfies readonly ToolRow[];

export type Program = (typeof TOOL_TABLE)[number]['program'];
