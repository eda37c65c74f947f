import { join } from 'node:path';
import { readDesired } from '../conformance/case';
import { bring } from '../conformance/cluster';
import { furnisher, type Manifest, type Objects } from '../conformance/objects';
import type { Rig } from './rig';

export const SCENARIOS = ['group', 'nlb'] as const;
export type Scenario = (typeof SCENARIOS)[number];

/** A life: the Ingresses or the Service are new; they are changed; they are deleted. */
export const PHASES = ['up', 'change', 'down'] as const;
export type Phase = (typeof PHASES)[number];

/** What is asked of the cluster before a run. */
export interface Stage {
  /** The Services and Pods behind, which stay all the time. */
  prepare(): Promise<void>;
  ask(phase: Phase): Promise<void>;
}

export function stageOf({ world }: Rig, scenario: Scenario): Stage {
  const furnish = furnisher(world.nodes);
  const read = (name: string) => furnish(readDesired(join(import.meta.dirname, `${name}.yaml`), world.ids));
  const full = read(scenario);
  const changed = read(`${scenario}-changed`);
  const background: Objects = { ...full, written: full.written.filter((one) => !isBalanced(one)) };
  const moves: Readonly<Record<Phase, [Objects, Objects]>> = {
    up: [background, full],
    change: [full, changed],
    down: [changed, background],
  };
  return {
    prepare: () => bring(world.kube, undefined, background),
    ask: (phase) => bring(world.kube, ...moves[phase]),
  };
}

/** Load balancers are made for these. */
function isBalanced({ kind, spec }: Manifest): boolean {
  return kind === 'Ingress' || (kind === 'Service' && (spec as { type?: string }).type === 'LoadBalancer');
}
