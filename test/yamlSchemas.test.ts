import { expect, test } from 'vitest';
import { ownersOf, sequenceSchema } from '../src/yamlSchemas';

const PARAMS = 'apiVersion: elbv2.k8s.aws/v1beta1\nkind: IngressClassParams\n';

test('documents of our resources are ours', () => {
  expect(ownersOf(PARAMS)).toEqual(['ours']);
  expect(
    ownersOf(
      `---\n${PARAMS}--- # next\nkind: Service\n---\nkind: IngressClassParams\napiVersion: "eks.amazonaws.com/v1"\n`,
    ),
  ).toEqual(['ours', 'other', 'ours']);
  expect(ownersOf('kind: IngressClassParams\napiVersion: example.com/v1\n')).toEqual(['other']);
});

test('the others keep the schema of Kubernetes where it is wanted', () => {
  expect(sequenceSchema(['ours', 'other'], false)).toEqual({ schemaSequence: [{}, {}] });
  expect(sequenceSchema(['ours', 'other'], true).schemaSequence[1]).toHaveProperty('$ref');
});
