/** The page about the setup: its steps, from the table that runs it. */
import { PHASE_TITLES, PHASES, type Phase } from '../src/setup/step';
import { STEPS } from '../src/setup/steps';

/** Path in the repository -> content. */
export function setupPage(): Record<string, string> {
  return { 'docs/setup.md': page() };
}

function page(): string {
  return `${[
    '# Setup: from an empty account to a working controller, and back',
    '<!-- Generated from src/setup/steps.ts and scripts/setupPage.ts by `npm run generate`; do not edit. -->',
    INTRODUCTION,
    '## Steps',
    'The ids are the same in the view, on the command line (`--only`), in the script, and in the names of files.',
    ...PHASES.flatMap(section),
    QUESTIONS,
  ].join('\n\n')}\n`;
}

function section(phase: Phase): string[] {
  const rows = STEPS.filter((step) => step.phase === phase).map(
    ({ id, title, why, requires, undo }) =>
      `| \`${id}\` | **${title}** ${why} | ${requires.map((one) => `\`${one}\``).join(', ')} | ${undo === undefined ? '' : 'yes'} |`,
  );
  const head = ['| step | what, and why | needs | can be taken back |', '|---|---|---|---|'];
  return [`### ${PHASE_TITLES[phase]}`, [...head, ...rows].join('\n')];
}

const INTRODUCTION = `Each step is looked at first, and only what is not true yet is done. What was done stays done: run it again after
a failure, or after stopping it, and it goes on from there.

| in the editor | on the command line | does |
|---|---|---|
| **Set Up Load Balancing on a Cluster** | \`ekslb setup apply\` | asks what is wanted, shows the plan, asks once, and does it |
| the view **Setup** | \`ekslb setup verify\` | every step with its state and what was seen |
| **Preview the Setup Plan and Its Documents** | \`ekslb setup plan\` | every call and command, before anything runs |
| **Write the Setup into Files** | \`ekslb setup plan --write FOLDER\` | policies, trust policies, values and manifests, for GitOps |
| | \`ekslb setup script\` | what is left, as a commented bash script for aws, eksctl, kubectl and helm |
| **Take the Setup Away** | \`ekslb setup undo\` | in reverse order; every loss is asked for by name |
| **Find What Controllers Left Behind** | \`ekslb setup undo --orphans\` | load balancers, target groups and security groups whose cluster or Ingress is gone |

AWS and Kubernetes are asked through their APIs. Programs are needed only where nothing else does it: eksctl makes
clusters, Helm installs charts, Docker builds the image of a sample. \`--install manifest\` does without Helm.

Choices are options of the command (\`ekslb setup plan --help\`), or stand in a file by the same names:

    # setup.yaml, for: ekslb setup plan --config setup.yaml
    identity: pod-identity          # or irsa
    install: helm                   # or manifest
    controllerVersion: 3.5.0
    valuesFiles: [values.yaml]
    samples: ['2048', nlb]
    dns: { zone: shop.example.com, by: external-dns }`;

const QUESTIONS = `## Questions

**What is deleted without being asked for?** Nothing. Each question names account, region, cluster and what would be lost;
\`--yes\` answers them.

**What stays?** Whatever others use too: a policy attached to other roles, an OIDC provider that other roles trust, objects
that setup did not make, tags of subnets, which other clusters of the VPC may live by. The controller and its class stay as long as Ingresses hold its finalizers, because nobody else
would clean up after them.

**Where are secrets?** The key of the webhooks' certificate is made in memory and goes into a Secret of the cluster. Plans,
files and logs never hold it; the script makes its own.

**I already have a controller.** It is found by its labels, however it was installed. An older one is upgraded, with the
values that it was given; what its policy lacks for the new release is shown action by action before.`;
