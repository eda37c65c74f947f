import { callAws, type InputOf, type Operation, type Service } from '../../src/setup/awsCall';
import { perform } from '../../src/setup/perform';
import type { Setup } from '../../src/setup/setup';
import type { StepId } from '../../src/setup/stepIds';
import type { World } from '../helpers/world';
import { applyOf, checkOf, planOf, undoOf } from './harness';

/** A call that a person makes behind the setup's back. */
export function call<S extends Service, O extends Operation<S>>(
  setup: Setup,
  service: S,
  operation: O,
  input: InputOf<S, O>,
) {
  return callAws(setup.aws, service, operation, input);
}

/** The functions of the harness, their texts without what is another one in each world. */
export function plainly(world: () => World) {
  const plain = (text: string): string => {
    const { ids, endpoint, kubeconfig } = world();
    const named = Object.entries(ids).filter(([, id]) => /^(subnet|sg|vpc|i)-/.test(id));
    return named
      .reduce((now, [name, id]) => {
        const known = name.replace(/^\$\{(.*)\}$/, '<$1>');
        return now.replaceAll(id, known).replaceAll(id.replace('-', '_'), known);
      }, text)
      .replaceAll(endpoint, 'ENDPOINT')
      .replaceAll(kubeconfig, 'KUBECONFIG')
      .replace(/oidc\.eks\.[^/]+\/id\/\w+/g, 'ISSUER')
      .replace(/\ba-[0-9a-f]{16}\b/g, 'ASSOCIATION')
      .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UUID');
  };
  const check = async (setup: Setup, id: StepId) => plain(await checkOf(setup, id));
  const plan = async (setup: Setup, id: StepId) => plain(await planOf(setup, id));
  const apply = async (setup: Setup, id: StepId) => plain(await applyOf(setup, id));
  return {
    plain,
    check,
    plan,
    apply,
    /** Takes a step back for real. */
    async undo(setup: Setup, id: StepId): Promise<string[]> {
      const actions = await undoOf(setup, id);
      for (const action of actions) await perform(setup, action, new AbortController().signal);
      return actions.map(({ text, loses }) => plain(loses === undefined ? text : `${text} ! ${loses}`));
    },
  };
}
