import * as vscode from 'vscode';
import type { Context } from '../context';
import { Cancelled } from '../errors';
import { identityOf } from '../reconcile/engine';
import { questionOf } from '../reconcile/planText';
import { refuseRunningController } from '../reconcile/provision';
import { type WatchOptions, watchCluster } from '../reconcile/watch';
import type { WatchEvent } from '../reconcile/watch/text';
import { editorHost } from './editorHost';

/** "Watch and Keep Load Balancers in Step": until it is stopped, or the window is closed. */
export async function watchLoadBalancers(context: Context): Promise<void> {
  const engine = await context.connection.engine();
  const [identity] = await Promise.all([identityOf(engine), refuseRunningController(engine.kube)]);
  const host = editorHost(context, { report: () => undefined });
  const refresh = soon(() => context.tree.refresh());
  const options: WatchOptions = {
    tell: (event) => tell(context, event, refresh),
    approve: async (plan) => {
      const title = vscode.l10n.t(
        'Make these changes, and every later one unasked, until watching is stopped?',
      );
      if (!(await host.confirm({ ...questionOf(plan, engine, identity), title }))) throw new Cancelled();
    },
  };
  await context.watcher.run(engine.settings.clusterName, (signal) =>
    // Nobody sits there to be asked later: what needs consent of its own is left alone and told.
    watchCluster(engine, { ...host, confirm: async () => false }, signal, options),
  );
}

/** Everything stands in the log; the view shows what has changed. */
function tell({ log, watcher }: Context, { kind, group, text }: WatchEvent, refresh: () => void): void {
  const line = group === undefined ? text : `${group}: ${text}`;
  const write = { info: log.info, change: log.info, drift: log.warn, warning: log.warn, error: log.error }[
    kind
  ];
  write.call(log, line);
  watcher.show(line, kind === 'error');
  if (kind !== 'warning' && kind !== 'error') refresh();
}

const REFRESH_MS = 1_000;

/** Once for all that comes within a second. */
function soon(work: () => void): () => void {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    setTimeout(() => {
      waiting = false;
      work();
    }, REFRESH_MS);
  };
}
