import * as vscode from 'vscode';
import { Cancelled } from './errors';
import { nodeTools } from './setup/nodeTools';
import type { Command, Ran, Tools } from './setup/tools';

/** The programs of this machine; what takes long gets a terminal of its own, where it can be seen and answered. */
export function editorTools(): Tools {
  const plain = nodeTools();
  return {
    ...plain,
    run: (command, signal) =>
      command.long === true && command.input === undefined
        ? runTask(command, signal)
        : plain.run({ ...command, long: false }, signal),
  };
}

async function runTask({ argv, env }: Command, signal: AbortSignal): Promise<Ran> {
  const [program, ...args] = argv;
  const name = [program, ...args.slice(0, 2)].join(' ');
  const task = new vscode.Task(
    { type: 'ekslb-setup', command: name },
    vscode.TaskScope.Workspace,
    name,
    'EKS Load Balancers',
    new vscode.ProcessExecution(program, args, { env: { ...env } }),
  );
  task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, panel: vscode.TaskPanelKind.Dedicated };
  const execution = await vscode.tasks.executeTask(task);
  const code = await endOf(execution, signal);
  return { code, stdout: '', stderr: code === 0 ? '' : vscode.l10n.t('Its terminal shows what it said.') };
}

/** The exit code; a program that was stopped from outside counts as cancelled. */
function endOf(execution: vscode.TaskExecution, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const stop = () => execution.terminate();
    const listener = vscode.tasks.onDidEndTaskProcess((event) => {
      if (event.execution !== execution) return;
      listener.dispose();
      signal.removeEventListener('abort', stop);
      if (signal.aborted || event.exitCode === undefined) reject(new Cancelled());
      else resolve(event.exitCode);
    });
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
  });
}
