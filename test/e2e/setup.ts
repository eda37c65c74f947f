import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { answering, api, picking, setupText } from './helpers';

const run = (command: string) => vscode.commands.executeCommand(`eksLoadBalancers.${command}`);

/** What a person picks, whichever list it is in; nothing of a list without one of these. */
const CHOSEN = ['shop', 'IAM roles for service accounts (IRSA)', 'Manifests'];
const choose = (labels: readonly string[]) => labels.find((label) => CHOSEN.includes(label));

/** The lines of phases and steps, without evidence. */
const steps = (text: string) =>
  text.split('\n').flatMap((line) => (/^ {0,2}\S/.test(line) ? [line.trim()] : []));

describe('setting up a cluster', function () {
  this.timeout(180_000);
  before(api);

  it('shows what is true and what is to do', async () => {
    const lines = steps(await setupText());
    assert.ok(lines.includes('EKS cluster | true'), lines.join('\n'));
    assert.ok(lines.includes('OIDC provider of the cluster in IAM | to do'), lines.join('\n'));
    assert.ok(lines.includes('Controller runs | waits for other steps'), lines.join('\n'));
  });

  it('asks what is wanted, shows the plan, and changes nothing when the person says no', async () => {
    let heard: string[] = [];
    const offered = await picking(choose, async () => {
      heard = await answering(
        () => undefined,
        () => run('setUp'),
      );
    });
    assert.deepEqual(offered[0], ['shop', '$(add) Create a new cluster']);
    assert.match(heard.join('\n'), /^Do the \d+ steps of the plan\?/m);
    const text = vscode.window.activeTextEditor?.document.getText() ?? '';
    assert.match(text, /aws iam create-role .*--role-name ekslb-shop-controller/);
    assert.ok(steps(await setupText()).includes('OIDC provider of the cluster in IAM | to do'));
  });

  it('asks where access to the cluster is written, where it has to be', async () => {
    const settings = vscode.workspace.getConfiguration('eksLoadBalancers');
    const file = join(tmpdir(), `ekslb-e2e-${process.pid}`, 'config');
    await settings.update('kubeconfig', file, vscode.ConfigurationTarget.Global);
    try {
      const offered = await picking(
        (labels) => labels.find((label) => label === `Add it to ${file}`) ?? choose(labels),
        () =>
          answering(
            () => undefined,
            () => run('setUp'),
          ),
      );
      assert.deepEqual(offered.at(-1), [`Add it to ${file}`, 'A file of its own']);
      const text = vscode.window.activeTextEditor?.document.getText() ?? '';
      assert.ok(text.includes(`--kubeconfig ${file}`), text);
    } finally {
      await settings.update('kubeconfig', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('previews its documents', async () => {
    const policy = 'iam-role-1-assume-role-policy-document.json';
    const [names] = await picking(
      () => policy,
      () => run('previewSetUp'),
    );
    assert.ok(names?.includes('setup.sh') && names.includes('controller.yaml'), names?.join('\n'));
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.languageId, 'json');
    assert.match(document?.getText() ?? '', /system:serviceaccount:kube-system:aws-load-balancer-controller/);
  });

  it('writes files instead', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ekslb-gitops-'));
    const window = vscode.window as unknown as Record<string, unknown>;
    const original = window['showOpenDialog'];
    window['showOpenDialog'] = async () => [vscode.Uri.file(folder)];
    try {
      const heard = await answering(
        () => undefined,
        () => run('writeSetUpFiles'),
      );
      assert.match(heard.join('\n'), /^\d+ files are in /);
      const names = await readdir(folder);
      for (const name of ['setup.sh', 'controller.yaml', 'ingress-class.yaml', 'service-account.yaml']) {
        assert.ok(names.includes(name), names.join('\n'));
      }
      const written = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
      assert.doesNotMatch(written.join('\n'), /PRIVATE KEY/);
    } finally {
      window['showOpenDialog'] = original;
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('does it, step by step, until everything is true', async () => {
    const heard = await answering(
      (message) => (message.startsWith('Do the') ? 'Set Up' : undefined),
      () => run('continueSetUp'),
    );
    assert.match(heard.join('\n'), /^Load balancing is set up on shop\.$/m);
    const open = steps(await setupText()).filter((line) => !/ \| (true|(\d+) of \2 true|\d+)$/.test(line));
    assert.deepEqual(
      open.filter((line) => !line.endsWith('| not part of this setup')),
      [],
    );
  });

  it('takes it away again, asking for each loss', async () => {
    const heard = await answering(
      (message) => (/delete or replace/.test(message) ? 'Delete or Replace' : undefined),
      () => run('undoSetUp'),
    );
    const questions = heard.filter((message) => /delete or replace/.test(message));
    assert.ok(questions.length >= 6, heard.join('\n'));
    assert.match(heard.join('\n'), /^\d+ steps were taken back/m);
    assert.match(heard.at(-1) ?? '', /^Controllers left nothing behind in eu-west-1/);
    assert.ok(steps(await setupText()).includes('OIDC provider of the cluster in IAM | to do'));
  });
});
