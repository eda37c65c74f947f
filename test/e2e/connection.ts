import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { answering, api, openSample, picking, treeText } from './helpers';

const switchConnection = () => vscode.commands.executeCommand('eksLoadBalancers.switchConnection');

describe('cluster and account', () => {
  before(api);

  it('are chosen from the contexts of the kubeconfig and the regions of AWS', async () => {
    const offered = await picking((labels) => labels[0], switchConnection);
    assert.deepEqual(offered[0], ['shop']);
    assert.equal(offered.at(-1)?.[0], 'eu-west-1');
    assert.ok(offered.at(-1)?.includes('us-gov-west-1'));
    assert.equal(await treeText(), '');
  });

  it('that do not exist are named', async () => {
    await openSample('game-2048.yaml');
    const settings = vscode.workspace.getConfiguration('eksLoadBalancers');
    await settings.update('profile', 'nobody', vscode.ConfigurationTarget.Global);
    try {
      const heard = await answering(
        () => undefined,
        () => vscode.commands.executeCommand('eksLoadBalancers.plan'),
      );
      assert.match(heard.join('\n'), /not with the AWS profile nobody/);
    } finally {
      await settings.update('profile', undefined, vscode.ConfigurationTarget.Global);
    }
  });
});
