import { isTrue, type Step } from '../step';

export const clusterStep: Step = {
  id: 'cluster',
  title: 'cluster',
  why: '',
  phase: 'cluster',
  requires: [],
  check: async () => isTrue(),
  plan: async () => [],
};
