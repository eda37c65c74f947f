import { describe, expect, it } from 'vitest';
import { PHASE_TITLES, PHASES } from '../../src/setup/step';
import { STEP_IDS } from '../../src/setup/stepIds';
import { STEPS } from '../../src/setup/steps';

describe('the table of steps', () => {
  it('has every id once, in their order', () => {
    expect(STEPS.map(({ id }) => id)).toEqual(STEP_IDS);
    expect(new Set(STEP_IDS).size).toBe(STEP_IDS.length);
  });

  it.each(STEPS.map((step) => [step.id, step] as const))('%s stands after what it requires', (id, step) => {
    const before = STEPS.slice(0, STEP_IDS.indexOf(id)).map((one) => one.id);
    expect(before).toEqual(expect.arrayContaining([...step.requires]));
  });

  it.each(STEPS.map((step) => [step.id, step] as const))('%s has a title and says why', (_, step) => {
    expect(step.title).toMatch(/^[A-Za-z].*[^.]$/);
    expect(step.why).toMatch(/^[A-Z].*\.$/);
  });

  it('has its phases in order', () => {
    const phases = STEPS.map(({ phase }) => phase);
    const order = phases.map((phase) => PHASES.indexOf(phase));
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(new Set(phases)).toEqual(new Set(PHASES));
    expect(Object.keys(PHASE_TITLES)).toEqual([...PHASES]);
  });

  it('has no two steps of the same title', () => {
    expect(new Set(STEPS.map(({ title }) => title)).size).toBe(STEPS.length);
  });
});
