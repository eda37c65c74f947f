import type { Kube } from '../../src/kube/client';

/** A cluster that answers as it is told; nothing can be watched unless it says so. */
export function fakeKube(call: Kube['call'] = async () => undefined, lines: Kube['lines'] = nothing): Kube {
  return { context: 'shop', server: 'https://shop', call, lines };
}

function nothing(): never {
  throw new Error('nobody watches here');
}
