import { expect, test } from 'vitest';
import { autoModeKeys } from '../../src/reconcile/autoMode';
import { cluster } from './cluster';

function ingressClass(name: string, controller: string): string {
  return JSON.stringify({ kind: 'IngressClass', metadata: { name }, spec: { controller } });
}

function ingress(name: string, ingressClassName?: string): string {
  const spec = ingressClassName === undefined ? {} : { ingressClassName };
  return JSON.stringify({ kind: 'Ingress', metadata: { namespace: 'shop', name }, spec });
}

test('Ingresses of the class of EKS Auto Mode, and no others', () => {
  const view = cluster(
    ingressClass('alb', 'ingress.k8s.aws/alb'),
    ingressClass('auto', 'eks.amazonaws.com/alb'),
    ingressClass('nginx', 'k8s.io/ingress-nginx'),
    ...[ingress('ours', 'alb'), ingress('theirs', 'auto'), ingress('nginx', 'nginx'), ingress('bare')],
  );
  const keys = new Set(['ours', 'theirs', 'nginx', 'bare', 'absent'].map((name) => `shop/${name}`));
  expect(autoModeKeys(view, keys)).toEqual(['shop/theirs']);
});
