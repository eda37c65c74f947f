import { Cancelled, messageOf } from '../errors';

/** Runs `work`; what it throws says in the controller's words what failed, and stays recognisable by its name. */
export async function inStep<T>(failed: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof Cancelled) throw cause;
    const name = cause instanceof Error ? cause.name : 'Error';
    throw Object.assign(new Error(`${failed}: ${messageOf(cause)}`, { cause }), { name });
  }
}
