import { describe, expect, test } from 'vitest';
import type { Pod, PodCondition, TargetGroupBinding } from '../../src/kube/types';
import { gateChanges, gateOf, gateText, openedGates } from '../../src/reconcile/watch/readiness';

const NOW = new Date('2026-03-01T12:00:00.500Z');
const BINDING = {
  metadata: { namespace: 'shop', name: 'web-1' },
  spec: { targetGroupARN: 'arn', targetType: 'ip', serviceRef: { name: 'web', port: 80 } },
} satisfies TargetGroupBinding;
const GATE = 'target-health.elbv2.k8s.aws/web-1';
const TARGET = { id: '10.0.0.1', port: 8080 };

function pod(more: { gates?: string[]; conditions?: PodCondition[]; namespace?: string } = {}): Pod {
  const { gates = [GATE], conditions = [], namespace = 'shop' } = more;
  return {
    metadata: { namespace, name: 'web-a', uid: 'u1' },
    spec: { readinessGates: gates.map((conditionType) => ({ conditionType })) },
    status: { podIP: TARGET.id, conditions },
  };
}

function health(State: 'healthy' | 'unhealthy' | 'initial' | 'draining', Reason?: 'Target.Timeout') {
  const TargetHealth = {
    State,
    ...(Reason === undefined ? {} : { Reason, Description: 'Request timed out' }),
  };
  return [{ Target: { Id: TARGET.id, Port: TARGET.port }, TargetHealth }];
}

const gates = (one: Pod, found: ReturnType<typeof health> = []) =>
  gateChanges(BINDING, [one], [TARGET], found, NOW);
const conditions = (one: Pod, found?: ReturnType<typeof health>) =>
  gates(one, found).changes.map(({ condition }) => condition);

test('the condition is named after the binding', () => {
  expect(gateOf(BINDING)).toBe(GATE);
});

describe('a gated pod', () => {
  test('whose target is healthy is ready for traffic', () => {
    const { changes, waiting } = gates(pod(), health('healthy'));
    expect(waiting).toBe(false);
    expect(changes.map(({ condition }) => condition)).toEqual([
      { type: GATE, status: 'True', reason: '', message: '', lastTransitionTime: '2026-03-01T12:00:00Z' },
    ]);
    expect(changes.map(gateText)).toEqual(['shop/web-a ready for traffic']);
  });

  test('whose target is not healthy is told why', () => {
    const { changes, waiting } = gates(pod(), health('unhealthy', 'Target.Timeout'));
    expect(waiting).toBe(true);
    expect(changes[0]?.condition).toMatchObject({
      status: 'False',
      reason: 'Target.Timeout',
      message: 'Request timed out',
    });
    expect(changes.map(gateText)).toEqual(['shop/web-a not ready for traffic (Target.Timeout)']);
  });

  test('whose target was just registered, or drains from an earlier life, waits', () => {
    const registering = { status: 'False', reason: 'Elb.RegistrationInProgress' };
    expect(conditions(pod())[0]).toMatchObject(registering);
    expect(conditions(pod(), health('draining'))[0]).toMatchObject(registering);
  });

  test('that says so already is left alone', () => {
    const said = conditions(pod(), health('healthy'));
    expect(conditions(pod({ conditions: said }), health('healthy'))).toEqual([]);
  });

  test('keeps the time of its last transition while only the reason changes', () => {
    const before = {
      type: GATE,
      status: 'False',
      reason: 'Elb.RegistrationInProgress',
      lastTransitionTime: 'then',
    };
    const [after] = conditions(pod({ conditions: [before] }), health('unhealthy', 'Target.Timeout'));
    expect(after).toMatchObject({ reason: 'Target.Timeout', lastTransitionTime: 'then' });
  });
});

describe('not concerned', () => {
  test('pods without the gate, of other namespaces or without a target', () => {
    expect(gates(pod({ gates: ['target-health.elbv2.k8s.aws/other'] }), health('healthy')).changes).toEqual(
      [],
    );
    expect(gates(pod({ namespace: 'elsewhere' }), health('healthy')).changes).toEqual([]);
    expect(gateChanges(BINDING, [pod()], [], health('healthy'), NOW).changes).toEqual([]);
  });

  test('bindings whose targets are nodes', () => {
    const nodes = { ...BINDING, spec: { ...BINDING.spec, targetType: 'instance' } };
    expect(gateChanges(nodes, [pod()], [TARGET], [], NOW)).toEqual({ changes: [], waiting: false });
  });
});

test('when its binding is gone, a gate opens: nobody would do it later', () => {
  const [opened] = openedGates(BINDING, [pod()], NOW);
  expect(opened?.condition).toMatchObject({ status: 'True', message: 'Target Group Binding is deleted' });
});
