import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imageUri } from '../../src/setup/steps/image';
import { startWorld, type World } from '../helpers/world';
import { call, plainly } from './behind';
import { applyOf, notedTools, setupOf, stepOf } from './harness';

let world: World;

beforeAll(async () => {
  world = await startWorld({ pods: false, world: { seed: 7 } });
});
afterAll(() => world?.stop());

const { check, plan, undo } = plainly(() => world);
const choices = { samples: ['fastapi'] } as const;
const REPOSITORY = 'ekslb/shop/fastapi';
const MANIFEST = JSON.stringify({
  schemaVersion: 2,
  mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
  config: { mediaType: 'application/vnd.docker.container.image.v1+json', size: 1, digest: 'sha256:0' },
  layers: [],
});

describe('the image', () => {
  it('is built and pushed, and goes again', async () => {
    const tools = notedTools(['docker', 'aws'], (argv) =>
      argv.includes('get-login-password') ? { stdout: 'PASSWORD' } : {},
    );
    const setup = await setupOf(world, choices, tools);
    expect(await check(setup, 'image')).toMatchInlineSnapshot(`
      "false
      There is no ECR repository ekslb/shop/fastapi in eu-west-1."
    `);
    expect(await plan(setup, 'image')).toMatchInlineSnapshot(`
      "  - Create the ECR repository ekslb/shop/fastapi
          $ aws ecr create-repository --region eu-west-1 --endpoint-url ENDPOINT --repository-name ekslb/shop/fastapi --tags '[{"Key":"ekslb/made-by","Value":"setup"},{"Key":"ekslb/cluster","Value":"shop"}]'
        - Build the image of samples/fastapi
          $ docker build --platform linux/amd64 --tag ekslb-fastapi:1 ekslb-setup-shop/.
        - Name the image 123456789012.dkr.ecr.eu-west-1.amazonaws.com/ekslb/shop/fastapi:1
          $ docker tag ekslb-fastapi:1 123456789012.dkr.ecr.eu-west-1.amazonaws.com/ekslb/shop/fastapi:1
        - Sign docker in to 123456789012.dkr.ecr.eu-west-1.amazonaws.com
          $ aws ecr get-login-password --region eu-west-1 --endpoint-url ENDPOINT | docker login --username AWS --password-stdin 123456789012.dkr.ecr.eu-west-1.amazonaws.com
        - Push the image
          $ docker push 123456789012.dkr.ecr.eu-west-1.amazonaws.com/ekslb/shop/fastapi:1"
    `);
    await applyOf(setup, 'image');
    const ran = tools.ran.map(({ argv, input, long }) => [
      argv.join(' ').replace(/ \/\S*ekslb-\w{6}$/, ' CONTEXT'),
      ...(input === undefined ? [] : [`< ${input}`]),
      ...(long === true ? ['(terminal)'] : []),
    ]);
    expect(ran).toMatchInlineSnapshot(`
      [
        [
          "docker build --platform linux/amd64 --tag ekslb-fastapi:1 CONTEXT",
          "(terminal)",
        ],
        [
          "docker tag ekslb-fastapi:1 123456789012.dkr.ecr.eu-west-1.amazonaws.com/ekslb/shop/fastapi:1",
        ],
        [
          "aws ecr get-login-password",
        ],
        [
          "docker login --username AWS --password-stdin 123456789012.dkr.ecr.eu-west-1.amazonaws.com",
          "< PASSWORD",
        ],
        [
          "docker push 123456789012.dkr.ecr.eu-west-1.amazonaws.com/ekslb/shop/fastapi:1",
          "(terminal)",
        ],
      ]
    `);
    expect(await check(setup, 'image')).toMatchInlineSnapshot(`
      "false
      The repository has no image 123456789012.dkr.ecr.eu-west-1.amazonaws.com/ekslb/shop/fastapi:1."
    `);

    // docker only noted its words: the image comes by the API.
    const pushed = { repositoryName: REPOSITORY, imageManifest: MANIFEST, imageTag: '1' };
    await call(setup, 'ecr', 'PutImage', pushed);
    expect(await check(setup, 'image')).toMatch(
      /^true\n123456789012\.dkr\.ecr\.eu-west-1\.amazonaws\.com\/ekslb\/shop\/fastapi:1/,
    );
    expect(await plan(setup, 'image')).toBe('');
    expect(await undo(setup, 'image')).toMatchInlineSnapshot(`
      [
        "Delete the ECR repository ekslb/shop/fastapi with its images ! arn:aws:ecr:eu-west-1:123456789012:repository/ekslb/shop/fastapi and all images in it",
      ]
    `);
    expect(await check(setup, 'image')).toBe(`false\nThere is no ECR repository ${REPOSITORY} in eu-west-1.`);
    expect(await undo(setup, 'image')).toEqual([]);
  });

  it('is what the sample runs', async () => {
    const [sample] = await stepOf('sample-fastapi').plan(await setupOf(world, choices));
    expect(JSON.stringify(sample)).toContain(
      '"image":"123456789012.dkr.ecr.eu-west-1.amazonaws.com/ekslb/shop/fastapi:1"',
    );
    const own = await setupOf(world, { ...choices, image: 'example.org/app:1' });
    expect(JSON.stringify(await stepOf('sample-fastapi').plan(own))).toContain('"image":"example.org/app:1"');
  });

  it('is not built where another is chosen, or the sample is not', async () => {
    const setup = await setupOf(world, { ...choices, image: 'example.org/app:1' });
    expect(await stepOf('image').skip?.(setup)).toBe('The image is example.org/app:1.');
    expect(await imageUri(setup)).toBe('example.org/app:1');
    expect(await stepOf('image').skip?.(await setupOf(world))).toBe('The FastAPI sample is not chosen.');
  });
});
