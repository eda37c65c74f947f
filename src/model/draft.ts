import type { Resources, SpecOf, SpecType } from './stack';

/**
 * A stack that is being put together. Of two resources with one id the first stays, as in the controller's stack
 * (lbc:pkg/model/core/stack.go AddResource; its builders ignore the error): TCP and UDP on one port, for instance.
 */
export interface Draft {
  add<Type extends SpecType>(type: Type, id: string, spec: SpecOf<Type>): void;
  done(): Resources;
}

/** A new draft. */
export function newDraft(): Draft {
  const drafted: { [Type in SpecType]?: Record<string, { spec: SpecOf<Type> }> } = {};
  return {
    add(type, id, spec) {
      const ofType: Record<string, { spec: typeof spec }> = drafted[type] ?? {};
      // In place: a group has thousands of resources at worst.
      ofType[id] ??= { spec };
      drafted[type] = ofType as (typeof drafted)[typeof type];
    },
    done: () => drafted,
  };
}
