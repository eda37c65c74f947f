import { describe, expect, test } from 'vitest';
import { createService } from '../../server/service';
import { applyEdits } from '../../server/text/applyEdits';
import { fixed, fixTitles, ingress, yaml } from '../helpers/cursor';

const P = 'alb.ingress.kubernetes.io/';

describe('quick fixes', () => {
  test.each([
    ['a misspelled name', `${P}sche|ma: internal`, `${P}scheme: internal`],
    ['a name in another spelling', `${P}listen|Ports: '[{"HTTP":80}]'`, `${P}listen-ports: '[{"HTTP":80}]'`],
    ['a misspelled family', `${P}action|.x: '{}'`, `${P}actions.x: '{}'`],
    ['a misspelled prefix', `alb.ingress.k8s.io/sche|me: internal`, `${P}scheme: internal`],
    ['a misspelled prefix and name', `alb.ingress.k8s.io/sche|ma: internal`, `${P}scheme: internal`],
    ['a dot instead of the slash', `alb.ingress.kubernetes.io.tar|get-type: ip`, `${P}target-type: ip`],
    ['a key in quotes', `"alb.ingress.k8s.io/sche|me": internal`, `"${P}scheme": internal`],
    [
      "a Service's annotation",
      `service.beta.kubernetes.io/aws-load-balancer-ssl|-cert: arn:aws:acm:eu-west-1:111122223333:certificate/x`,
      `${P}certificate-arn: arn:aws:acm:eu-west-1:111122223333:certificate/x`,
    ],
    ['a number', `${P}ssl-redirect: 44|3`, `${P}ssl-redirect: '443'`],
    ['a boolean', `${P}enable-frontend-nlb: tr|ue`, `${P}enable-frontend-nlb: 'true'`],
    ['a boolean of YAML only', `${P}enable-frontend-nlb: y|es`, `${P}enable-frontend-nlb: 'true'`],
    ['a list of YAML', `${P}listen-ports: [{"HTTP"|: 80}] # web`, `${P}listen-ports: '[{"HTTP": 80}]' # web`],
    ['a misspelled word', `${P}scheme: internet-facin|`, `${P}scheme: internet-facing`],
    [
      'a misspelled attribute',
      `${P}load-balancer-attributes: idle_timeout.timeout_second|=60`,
      `${P}load-balancer-attributes: idle_timeout.timeout_seconds=60`,
    ],
    [
      'a misspelled JSON field',
      `${P}actions.x: "{\\"typ|\\":\\"forward\\",\\"type\\":\\"forward\\",\\"targetGroupName\\":\\"x\\"}"`,
      `${P}actions.x: "{\\"type\\":\\"forward\\",\\"type\\":\\"forward\\",\\"targetGroupName\\":\\"x\\"}"`,
    ],
    ['an address without its length', `${P}inbound-cidrs: 10.0.0.|1`, `${P}inbound-cidrs: 10.0.0.1/32`],
  ])('%s', (_, before, after) => {
    expect(fixed(ingress(before))).toBe(ingress(after));
  });

  test('no fix that would make a key appear twice', () => {
    expect(fixTitles(ingress(`${P}scheme: internal`, `${P}sche|ma: internal`))).toEqual([]);
    expect(fixTitles(ingress(`${P}sche|ma: internal`))).toEqual([`Change to \`${P}scheme\``]);
  });

  test('are preferred and belong to their finding', () => {
    const document = yaml(ingress(`${P}ssl-redirect: 443`));
    const [action] = createService().codeActions(document, {
      start: { line: 5, character: 46 },
      end: { line: 5, character: 46 },
    });
    expect(action).toMatchObject({
      isPreferred: true,
      kind: 'quickfix',
      diagnostics: [{ code: 'value-not-string' }],
    });
  });
});

describe('fix all', () => {
  const document = yaml(
    ingress('alb.ingress.k8s.io/scheme: internal', `${P}ssl-redirect: 443`, `${P}schema: x`),
  );
  const everywhere = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

  test('applies what is right in every case, and nothing that is a guess', () => {
    expect(applyEdits(document, createService().fixes(document))).toBe(
      ingress(`${P}scheme: internal`, `${P}ssl-redirect: '443'`, `${P}schema: x`),
    );
  });

  test('never makes a key appear twice, and takes nothing over from Services', () => {
    const text = ingress(
      'alb.ingress.k8s.io/scheme: a',
      'alb.ingress.kubernetes.com/scheme: b',
      'service.beta.kubernetes.io/aws-load-balancer-subnets: c',
    );
    expect(createService().fixes(yaml(text))).toEqual([]);
  });

  test('is offered when asked for', () => {
    const kinds = (only: string[]) =>
      createService()
        .codeActions(document, everywhere, only)
        .map(({ kind }) => kind);
    expect(kinds(['source.fixAll'])).toEqual(['source.fixAll.eksLoadBalancers']);
    expect(kinds(['source.fixAll.eksLoadBalancers'])).toEqual(['source.fixAll.eksLoadBalancers']);
    expect(kinds(['source.organizeImports'])).toEqual([]);
    expect(createService().codeActions(yaml(ingress()), everywhere, ['source.fixAll'])).toEqual([]);
  });
});
