import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { answering, api, ingressWith, openText, picking } from './helpers';

const provision = () => vscode.commands.executeCommand('eksLoadBalancers.provision');

/** What is told when Provision is called in a text. */
async function told(text: string): Promise<string> {
  await openText(text);
  return (await answering(() => undefined, provision)).join('\n');
}

describe('bad input', () => {
  before(api);

  it('says where the YAML is broken', async () => {
    const text = `${ingressWith('alb.ingress.kubernetes.io/scheme: internal')}  rules: [\n`;
    assert.match(await told(text), /:\d+:\d+: this is not valid YAML/);
  });

  it('does not touch an Ingress of another class', async () => {
    const text = ingressWith('alb.ingress.kubernetes.io/scheme: internal').replace(
      'ingressClassName: alb',
      'ingressClassName: nginx',
    );
    assert.match(await told(text), /nginx/);
  });

  it('says why a group cannot be built', async () => {
    const heard = await told(
      ingressWith(
        "alb.ingress.kubernetes.io/load-balancer-name: 'a-name-of-more-than-thirty-two-characters'",
      ),
    );
    assert.match(heard, /load balancer name cannot be longer than 32 characters/);
  });

  it('asks which Ingress is meant when the cursor is in none of two', async () => {
    const one = ingressWith('alb.ingress.kubernetes.io/scheme: internal');
    const text = `# two of them|\n---\n${one}---\n${one.replace('name: shop', 'name: shop-2')}`;
    await openText(text);
    const offered = await picking(() => undefined, provision);
    assert.deepEqual(offered, [['default/shop', 'default/shop-2']]);
  });
});
