// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders of the world
import { describe, expect, test } from 'vitest';
import { ingressBooks, serviceBooks } from '../../src/annotations/keys';
import { COUNT, holdAgainst, seeds } from './campaign';
import { modelOf } from './models';
import { namesOf } from './names';
import { randomOf } from './random';
import { orderMatters, simulationDiffers } from './sameModel';
import { annotationValue } from './values';
import { randomWorld } from './world';

/*
 * Random worlds, the same for the same seed: what the language server makes of a group is what `ekslb model` makes of
 * it, in whatever order the manifests stand. EKSLB_RANDOM=1000 EKSLB_SEED=N; random.real.test.ts runs them.
 */

const HOUR_MS = 3_600_000;
const names = namesOf(
  Object.fromEntries([
    ...['a', 'b', 'c'].map((zone) => [`\${subnet:shop-private-${zone}}`, `subnet-${zone}`]),
    ['${sg:shop-frontend}', 'sg-1'],
    ['${acm:shop.example.com}', 'arn:aws:acm:eu-west-1:123456789012:certificate/11111111'],
    ['${acm:api.example.org}', 'arn:aws:acm:eu-west-1:123456789012:certificate/22222222'],
    ['${waf:shop-acl}', 'arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/shop-acl/1'],
    ['${pl:shop-offices}', 'pl-0a1b2c'],
    ['${eip:shop-eip-a}', 'eipalloc-0a1b2c'],
    ['${tg:shop-legacy}', 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/shop-legacy/1'],
  ]),
);

describe('the generator', () => {
  test('writes values that the kind of every annotation finds right', () => {
    const rows = [...ingressBooks, ...serviceBooks].flatMap(({ catalogue, families }) =>
      Object.entries({ ...catalogue, ...families }),
    );
    const wrong = rows.flatMap(([suffix, row], at) => {
      const values = Array.from({ length: 20 }, (_, turn) =>
        annotationValue(row, randomOf(at * 100 + turn), names),
      );
      return values.filter((value) => row.kind.check(value).length > 0).map((value) => `${suffix}: ${value}`);
    });
    expect(wrong).toEqual([]);
  });

  test('is the same for the same seed, and another for another', () => {
    expect(randomWorld(7, names)).toEqual(randomWorld(7, names));
    expect(randomWorld(7, names)).not.toEqual(randomWorld(8, names));
  });

  test('writes every annotation sooner or later, and most groups can be built', () => {
    const worlds = seeds(300).map((seed) => randomWorld(seed, names));
    const written = new Set(
      worlds
        .flat()
        .flatMap(({ metadata }) => Object.keys((metadata as { annotations?: object }).annotations ?? {})),
    );
    const keys = [...ingressBooks, ...serviceBooks].flatMap(({ prefix, catalogue, families }) => [
      ...Object.keys(catalogue).map((suffix) => `${prefix}${suffix}`),
      ...Object.keys(families).map((family) => `${prefix}${family}.`),
    ]);
    const missing = keys.filter(
      (key) => ![...written].some((one) => one === key || (key.endsWith('.') && one.startsWith(key))),
    );
    expect(missing).toEqual([
      'alb.ingress.kubernetes.io/dry-run-plan',
      'service.beta.kubernetes.io/aws-load-balancer-name',
    ]);
    const models = worlds.flatMap(modelOf);
    const built = models.filter(({ stack }) => stack !== undefined);
    expect(built.length / models.length).toBeGreaterThan(0.4);
  });
});

test(
  `${COUNT} worlds: what the language server simulates is what ekslb model says`,
  () => expect(holdAgainst(names, simulationDiffers)).toEqual([]),
  HOUR_MS,
);

test(
  `${COUNT} worlds: the order of members and documents does not matter`,
  () => expect(holdAgainst(names, (manifests, seed) => orderMatters(manifests, randomOf(seed)))).toEqual([]),
  HOUR_MS,
);
