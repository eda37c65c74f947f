import { type Action, awsAction, type ToolAction } from '../action';
import { callIfThere } from '../awsCall';
import { FASTAPI_FILES } from '../fastapiFiles';
import { clusterTags, isOurs } from '../ownTags';
import { caller, type Setup } from '../setup';
import { isFalse, isTrue, type Step } from '../step';

/** Of the sample; a new one where its files change. */
const TAG = '1';
/** Nodes of EKS are x86 unless one asks for others; a laptop may be something else. */
const PLATFORM = 'linux/amd64';

/** How addresses of a partition end (Amazon ECR: "Private registry"). */
const SUFFIXES: Readonly<Record<string, string>> = {
  'aws-cn': 'amazonaws.com.cn',
  'aws-iso': 'c2s.ic.gov',
  'aws-iso-b': 'sc2s.sgov.gov',
  'aws-iso-e': 'cloud.adc-e.uk',
  'aws-iso-f': 'csp.hci.ic.gov',
  'aws-eusc': 'amazonaws.eu',
};

/** The cluster's own: two of them in one account do not share it. Lower case, as ECR asks for. */
function repositoryOf({ clusterName }: Setup): string {
  return `ekslb/${clusterName.toLowerCase()}/fastapi`;
}

async function registryOf(setup: Setup): Promise<string> {
  const { account, partition } = await caller(setup);
  return `${account}.dkr.ecr.${setup.aws.region}.${SUFFIXES[partition] ?? 'amazonaws.com'}`;
}

/** What nodes pull for the FastAPI sample. */
export async function imageUri(setup: Setup): Promise<string> {
  const { image } = setup.choices;
  if (image !== 'build') return image;
  const repository = await readRepository(setup);
  const uri = repository?.repositoryUri ?? `${await registryOf(setup)}/${repositoryOf(setup)}`;
  return `${uri}:${TAG}`;
}

function readRepository(setup: Setup) {
  return setup.once('image repository', async () => {
    const input = { repositoryNames: [repositoryOf(setup)] };
    return (await callIfThere(setup.aws, 'ecr', 'DescribeRepositories', input))?.repositories?.[0];
  });
}

function readImage(setup: Setup) {
  return setup.once('image', async () => {
    const input = { repositoryName: repositoryOf(setup), imageIds: [{ imageTag: TAG }] };
    return (await callIfThere(setup.aws, 'ecr', 'DescribeImages', input))?.imageDetails?.[0];
  });
}

export const imageStep: Step = {
  id: 'image',
  title: 'Image of the sample application',
  why: 'The FastAPI sample needs an image that nodes can pull.',
  phase: 'applications',
  requires: ['credentials'],
  async skip({ choices }) {
    if (!choices.samples.includes('fastapi')) return 'The FastAPI sample is not chosen.';
    return choices.image === 'build' ? undefined : `The image is ${choices.image}.`;
  },
  async check(setup) {
    const uri = await imageUri(setup);
    if ((await readRepository(setup)) === undefined) {
      return isFalse(`There is no ECR repository ${repositoryOf(setup)} in ${setup.aws.region}.`);
    }
    const image = await readImage(setup);
    return image === undefined
      ? isFalse(`The repository has no image ${uri}.`)
      : isTrue(`${uri} (${image.imageDigest ?? ''})`);
  },
  async plan(setup) {
    const repository = await readRepository(setup);
    if (repository !== undefined && (await readImage(setup)) !== undefined) return [];
    const uri = await imageUri(setup);
    return [
      ...(repository === undefined ? [createRepository(setup)] : []),
      ...(await dockerActions(setup, uri)),
    ];
  },
  async undo(setup) {
    const repository = await readRepository(setup);
    if (repository === undefined) return [];
    const { repositoryArn = '', repositoryName = '' } = repository;
    const tags = await callIfThere(setup.aws, 'ecr', 'ListTagsForResource', { resourceArn: repositoryArn });
    if (!isOurs(tags?.tags)) return [];
    const loses = `${repositoryArn} and all images in it`;
    const text = `Delete the ECR repository ${repositoryName} with its images`;
    return [awsAction(text, 'ecr', 'DeleteRepository', { repositoryName, force: true }, { loses })];
  },
};

function createRepository(setup: Setup): Action {
  const repositoryName = repositoryOf(setup);
  const input = { repositoryName, tags: clusterTags(setup) };
  return awsAction(`Create the ECR repository ${repositoryName}`, 'ecr', 'CreateRepository', input);
}

async function dockerActions(setup: Setup, uri: string): Promise<ToolAction[]> {
  const registry = await registryOf(setup);
  const local = `ekslb-fastapi:${TAG}`;
  const context = { file: '.' };
  const signIn = ['docker', 'login', '--username', 'AWS', '--password-stdin', registry] as const;
  return [
    {
      ...{ kind: 'tool', text: 'Build the image of samples/fastapi', files: FASTAPI_FILES, long: true },
      argv: ['docker', 'build', '--platform', PLATFORM, '--tag', local, context],
    },
    { kind: 'tool', text: `Name the image ${uri}`, argv: ['docker', 'tag', local, uri] },
    {
      ...{ kind: 'tool', text: `Sign docker in to ${registry}`, argv: signIn },
      from: ['aws', 'ecr', 'get-login-password'],
    },
    { kind: 'tool', text: 'Push the image', argv: ['docker', 'push', uri], long: true },
  ];
}
