import { isTrue, type Step } from '../step';

export const kubeconfigStep: Step = {
  id: 'kubeconfig',
  title: 'kubeconfig',
  why: '',
  phase: 'cluster',
  requires: [],
  check: async () => isTrue(),
  plan: async () => [],
};
