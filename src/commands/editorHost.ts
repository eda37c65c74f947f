import * as vscode from 'vscode';
import type { Context } from '../context';
import { askText, showInformation, showWarning } from '../dialogs';
import { withoutLinks } from '../markdown';
import { PLAN_LANGUAGE, SETUP_LANGUAGE } from '../planDocuments';
import type { Host, Question } from '../reconcile/host';

/** A host that logs, shows progress in a notification and asks in a modal, with the plan open behind it. */
export function editorHost(
  { log, plans }: Pick<Context, 'log' | 'plans'>,
  progress: vscode.Progress<{ message?: string; increment?: number }>,
): Host {
  let last = 0;
  return {
    notify({ level, text, progress: count }) {
      writeLog(log, level, text);
      if (level === 'debug') return;
      if (count === undefined) {
        progress.report({ message: withoutLinks(text) });
        return;
      }
      const share = (100 * count.done) / Math.max(count.total, 1);
      progress.report({
        message: withoutLinks(`${text} (${count.done}/${count.total})`),
        increment: Math.max(share - last, 0),
      });
      last = Math.max(share, last);
    },
    async confirm(question) {
      await plans.show('Load Balancer Plan', question.details, PLAN_LANGUAGE);
      return ask(question);
    },
  };
}

/** The same for the setup, whose plan is a document of its own. */
export function setupHost(
  context: Pick<Context, 'log' | 'plans'>,
  progress: vscode.Progress<{ message?: string; increment?: number }>,
): Host {
  return {
    ...editorHost(context, progress),
    async confirm({ title, facts, details, consent }) {
      await context.plans.show('Setup Step', details, SETUP_LANGUAGE);
      if (consent?.kind === 'cluster' && !(await isTyped(consent.clusterName, title))) return false;
      const go = vscode.l10n.t('Delete or Replace');
      const options = { modal: true, detail: facts.join('\n') };
      return (await showWarning(title, options, go)) === go;
    },
  };
}

function writeLog(
  log: vscode.LogOutputChannel,
  level: 'debug' | 'info' | 'warning' | 'error',
  text: string,
): void {
  const write = { debug: log.debug, info: log.info, warning: log.warn, error: log.error }[level];
  write.call(log, text);
}

/** What only a tag connects with a cluster goes only if the name of the cluster is typed. */
async function isTyped(name: string, title: string): Promise<boolean> {
  const text = await askText({
    title,
    prompt: vscode.l10n.t('Type {0} to go on.', name),
    ignoreFocusOut: true,
    validateInput: (value) => (value === name ? undefined : vscode.l10n.t('Type {0} to go on.', name)),
  });
  return text === name;
}

async function ask({ title, facts, destructive, consent }: Question): Promise<boolean> {
  if (consent?.kind === 'cluster' && !(await isTyped(consent.clusterName, title))) return false;
  const apply = destructive ? vscode.l10n.t('Apply and Lose These') : vscode.l10n.t('Apply');
  const show = destructive ? showWarning : showInformation;
  const options = { modal: true, detail: facts.join('\n') };
  return (await show(title, options, apply)) === apply;
}
