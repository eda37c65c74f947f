import * as vscode from 'vscode';
import type { Connection } from './connection';
import type { Choices } from './setup/choices';
import type { Setup } from './setup/setup';

/** What a person chose for the setup of this workspace's cluster. Nothing of it is secret. */
export interface SetupWish {
  readonly clusterName?: string;
  readonly choices?: Partial<Choices>;
}

/** The setup as the view, the commands and the walkthrough share it. */
export interface SetupSession extends vscode.Disposable {
  wish(): SetupWish;
  choose(wish: SetupWish): Promise<void>;
  /** Opened anew each time: account, files and cluster may have changed. Throws a UserError where it is not said which cluster. */
  open(): Promise<Setup>;
  readonly onDidChange: vscode.Event<void>;
}

const STATE = 'eksLoadBalancers.setup';

export function createSetupSession(state: vscode.Memento, connection: Connection): SetupSession {
  const changed = new vscode.EventEmitter<void>();
  const listener = connection.onDidChange(() => changed.fire());
  const wish = () => state.get<SetupWish>(STATE) ?? {};
  return {
    wish,
    onDidChange: changed.event,
    async choose(chosen) {
      await state.update(STATE, chosen);
      changed.fire();
    },
    async open() {
      const [{ setupFor }, { readChoices }, { editorTools }] = await Promise.all([
        import('./setup/setup'),
        import('./setup/readChoices'),
        import('./editorTools'),
      ]);
      const { clusterName, choices = {} } = wish();
      const options = { ...connection.options(), ...(clusterName === undefined ? {} : { clusterName }) };
      return setupFor(options, readChoices(choices), editorTools());
    },
    dispose() {
      listener.dispose();
      changed.dispose();
    },
  };
}
