import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { answering, api, openSample, treeText, until } from './helpers';

describe('provisioning from the editor', () => {
  before(api);

  it('registers every command of the manifest', async () => {
    const manifest = vscode.extensions.getExtension('eks-load-balancers.eks-load-balancers')?.packageJSON as {
      contributes: { commands: { command: string }[] };
    };
    const registered = new Set(await vscode.commands.getCommands(true));
    const missing = manifest.contributes.commands.filter(({ command }) => !registered.has(command));
    assert.deepEqual(missing, []);
  });

  it('shows no load balancer in an empty cluster', async () => {
    assert.equal(await treeText(), '');
  });

  it('previews the plan as a read-only document and changes nothing', async () => {
    await openSample('game-2048.yaml');
    await vscode.commands.executeCommand('eksLoadBalancers.plan');
    const text = vscode.window.activeTextEditor?.document.getText() ?? '';
    assert.equal(vscode.window.activeTextEditor?.document.uri.scheme, 'eks-lb');
    for (const part of [
      'account  123456789012',
      'region   eu-west-1',
      '+ Load balancer',
      '+ Listener HTTP:80',
      '+ Rule',
    ]) {
      assert.ok(text.includes(part), `${part} is missing in\n${text}`);
    }
    assert.equal(await treeText(), '');
  });

  it('changes nothing when the person says no', async () => {
    await openSample('game-2048.yaml');
    const heard = await answering(
      () => undefined,
      () => vscode.commands.executeCommand('eksLoadBalancers.provision'),
    );
    assert.match(heard.join('\n'), /^Apply the plan \(\d+ to create/m);
    assert.equal(await treeText(), '');
  });

  it('provisions the Ingress and shows it down to its healthy targets', async () => {
    await openSample('game-2048.yaml');
    const heard = await answering(
      (message) => (message.startsWith('Apply') ? 'Apply' : undefined),
      () => vscode.commands.executeCommand('eksLoadBalancers.provision'),
    );
    assert.match(heard.join('\n'), /served by k8s-game2048-[\w-]+\.eu-west-1\.elb\.amazonaws\.com/);
    const text = await until('three healthy targets', async () => {
      const shown = await treeText();
      return shown.match(/\| healthy/g)?.length === 3 ? shown : undefined;
    });
    assert.match(text, /^k8s-game2048-\S+ \| active · internet-facing · game-2048\/ingress-2048$/m);
    assert.match(text, /^ {2}HTTP:80 \| otherwise: answer 404$/m);
    assert.match(text, /^ {4}1\. path \/\* \| forward to k8s-game2048-service2-\w+$/m);
    assert.match(text, /^ {6}k8s-game2048-service2-\w+ \| 3 of 3 healthy · ip$/m);
  });

  it('has nothing to change the second time', async () => {
    await openSample('game-2048.yaml');
    await vscode.commands.executeCommand('eksLoadBalancers.plan');
    assert.match(vscode.window.activeTextEditor?.document.getText() ?? '', /^Plan: no change/);
  });

  it('goes from the load balancer to its Ingress', async () => {
    const { tree } = await api();
    const [node] = (await tree.getChildren()) ?? [];
    await vscode.commands.executeCommand('eksLoadBalancers.revealIngress', node);
    const editor = vscode.window.activeTextEditor;
    assert.match(editor?.document.uri.path ?? '', /game-2048\.yaml$/);
    assert.equal(editor?.document.lineAt(editor.selection.active.line).text, 'kind: Ingress');
  });

  it('copies the DNS name', async () => {
    const { tree } = await api();
    const [node] = (await tree.getChildren()) ?? [];
    await vscode.commands.executeCommand('eksLoadBalancers.copyDnsName', node);
    assert.match(await vscode.env.clipboard.readText(), /\.elb\.amazonaws\.com$/);
  });

  it('deletes it again and leaves nothing', async () => {
    await openSample('game-2048.yaml');
    const heard = await answering(
      (message) => (message.startsWith('Delete') ? 'Apply and Lose These' : undefined),
      () => vscode.commands.executeCommand('eksLoadBalancers.delete'),
    );
    assert.match(heard.join('\n'), /are deleted/);
    assert.equal(await treeText(), '');
  });

  it('watches until it is stopped; what is provisioned meanwhile, the watch does', async () => {
    const run = (command: string) => vscode.commands.executeCommand(`eksLoadBalancers.${command}`);
    let asked = false;
    const heard = await answering(
      (message) => {
        asked ||= message.startsWith('Make');
        if (message.startsWith('Delete')) return 'Apply and Lose These';
        return /^(Apply|Make)/.test(message) ? 'Apply' : undefined;
      },
      async () => {
        const watching = run('watch');
        // The plan is shown with the question.
        await until('the question of the watch', () => (asked ? true : undefined));
        await openSample('game-2048.yaml');
        await run('provision');
        await until('three healthy targets', async () =>
          (await treeText()).match(/\| healthy/g)?.length === 3 ? true : undefined,
        );
        await openSample('game-2048.yaml');
        await run('delete');
        await run('stopWatching');
        await watching;
      },
    );
    assert.match(heard.join('\n'), /^Make these changes, and every later one unasked/m);
    assert.match(heard.join('\n'), /served by k8s-game2048-/);
    assert.match(heard.join('\n'), /are deleted/);
    assert.equal(await treeText(), '');
  });
});
