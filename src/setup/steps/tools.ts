import { isTrue, type Step } from '../step';

export const toolsStep: Step = {
  id: 'tools',
  title: 'tools',
  why: '',
  phase: 'start',
  requires: [],
  check: async () => isTrue(),
  plan: async () => [],
};
