import { describe, expect, test } from 'vitest';
import { planTargets } from '../../src/reconcile/resources/targets';

const binding = { namespace: 'demo', name: 'k8s-web' };
const target = (id: string) => ({ id, port: 8080 });
const registered = (...ids: string[]) => ids.map((Id) => ({ Target: { Id, Port: 8080 } }));

/** Lines of the plan of a target group in which a and foreign are registered, and b and c are wanted. */
function lines(tracked: readonly string[] | undefined, wanted = ['b', 'c']): string[] {
  const changes = planTargets({
    noted: undefined,
    ...{ targetGroup: 'arn:tg', name: 'web', wanted: wanted.map(target) },
    current: registered('a', 'b', 'foreign'),
    shared: { binding, tracked: tracked && new Set(tracked.map((id) => `${id}:8080`)) },
  });
  return changes.flatMap(({ kind, what, name, fields }) => [
    `${kind} ${what} ${name}`,
    ...fields.map(({ path, before, after }) => `${path}: ${before ?? ''} -> ${after ?? ''}`),
  ]);
}

describe('a target group that other clusters use, too', () => {
  test('gives up only what this cluster registered', () => {
    expect(lines(['a', 'b'])).toEqual([
      'update Targets web',
      'register:  -> c:8080',
      'deregister: a:8080 -> ',
    ]);
  });

  test('gives up nothing before this cluster noted anything', () => {
    expect(lines(undefined)).toEqual(['update Targets web', 'register:  -> c:8080']);
  });

  test('is noted even where nothing else is to do', () => {
    expect(lines(undefined, ['b'])).toEqual([
      'create ConfigMap demo/aws-lbc-targets-k8s-web',
      'targets:  -> b:8080',
    ]);
    expect(lines(['b'], ['b'])).toEqual([]);
  });
});
