import { isTrue, type Step } from '../step';

export const imageStep: Step = {
  id: 'image',
  title: 'Image of the sample application',
  why: 'The FastAPI sample needs an image that nodes can pull.',
  phase: 'applications',
  requires: ['credentials'],
  check: async () => isTrue(),
  plan: async () => [],
};
