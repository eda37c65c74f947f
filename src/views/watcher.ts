import * as vscode from 'vscode';
import { Cancelled } from '../errors';

/** The watch that may be running: there is at most one, shown in the status bar, where a click stops it. */
export interface Watcher extends vscode.Disposable {
  /** Runs until `work` ends or is stopped; a second one is cancelled. */
  run(clusterName: string, work: (signal: AbortSignal) => Promise<void>): Promise<void>;
  /** What happened last, for its tooltip. */
  show(text: string, wrong: boolean): void;
  stop(): void;
}

export function createWatcher(): Watcher {
  const item = vscode.window.createStatusBarItem(
    'eksLoadBalancers.watch',
    vscode.StatusBarAlignment.Left,
    19,
  );
  item.name = vscode.l10n.t('Watch of EKS Load Balancers');
  item.command = 'eksLoadBalancers.stopWatching';
  let running: AbortController | undefined;
  const show = (text: string, wrong: boolean) => {
    item.tooltip = `${text}\n${vscode.l10n.t('Click to stop watching.')}`;
    item.backgroundColor = wrong ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
  };
  return {
    show,
    stop: () => running?.abort(),
    async run(clusterName, work) {
      if (running !== undefined) throw new Cancelled();
      const stop = new AbortController();
      running = stop;
      item.text = `$(eye) ${vscode.l10n.t('Watching {0}', clusterName)}`;
      show(vscode.l10n.t('Load balancers of {0} are kept in step.', clusterName), false);
      item.show();
      await setWatching(true);
      try {
        await work(stop.signal);
      } finally {
        running = undefined;
        item.hide();
        await setWatching(false);
      }
    },
    dispose() {
      running?.abort();
      item.dispose();
    },
  };
}

async function setWatching(value: boolean): Promise<void> {
  await vscode.commands.executeCommand('setContext', 'eksLoadBalancers.watching', value);
}
