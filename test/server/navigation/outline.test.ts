import { describe, expect, test } from 'vitest';
import type { DocumentSymbol } from 'vscode-languageserver-types';
import { atOnce } from '../../../server/turns';
import { documentAt, ingressText, serviceText, shown, uriOf } from '../../helpers/navigate';
import { serviceWith } from '../../helpers/workspace';

function outline(text: string): string[] {
  const service = serviceWith({ 'a.yaml': text });
  const document = documentAt(service, 'a.yaml');
  const lines =
    (depth: number) =>
    (one: DocumentSymbol): string[] => [
      `${'  '.repeat(depth)}${one.name} (${one.detail ?? ''}) «${document.getText(one.selectionRange)}»`,
      ...(one.children ?? []).flatMap(lines(depth + 1)),
    ];
  return atOnce(service.documentSymbols(document)).flatMap(lines(0));
}

describe('the outline', () => {
  test('shows hosts, paths and ports', () => {
    const rules = ['a.com / web:80', '"b.com" /api api:http'];
    expect(outline(`${ingressText({ namespace: 'shop', rules })}---\n${serviceText('web')}`)).toEqual([
      'web (Ingress in shop) «web»',
      '  a.com () «a.com»',
      '    / (Prefix to web:80) «/»',
      '  b.com () «b.com»',
      '    /api (Prefix to api:http) «/api»',
      'web (Service) «web»',
      '  http 80 (to 8080) «80»',
    ]);
  });

  test('of what is being typed', () => {
    const half =
      'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\nspec:\n  rules:\n  -\n  - host:\n    http: {paths: [{}, ]}\n';
    expect(outline(half)).toEqual(['(no name) (Ingress) «Ingress»', '  * () «»', '    / () «»']);
    expect(outline('kind: ConfigMap\n')).toEqual([]);
  });
});

describe('objects of the workspace', () => {
  const files = {
    'a.yaml': ingressText({ name: 'shop', rules: ['www.example.com / web:80'] }),
    'b.yaml': serviceText('web'),
  };
  const find = (query: string) => {
    const service = serviceWith(files);
    return atOnce(service.workspaceSymbols(query)).map(({ name, location }) =>
      'range' in location ? `${name} ${shown(service, [location])[0]}` : name,
    );
  };

  test('are found by name, kind and host', () => {
    expect(find('shop')).toEqual(['Ingress shop a.yaml:4:9 «shop»']);
    expect(find('service w')).toEqual(['Service web b.yaml:4:9 «web»']);
    expect(find('exmpl')).toEqual(['www.example.com a.yaml:8:11 «www.example.com»']);
    expect(find('')).toHaveLength(3);
    expect(find('zzz')).toEqual([]);
  });

  test('are five hundred at most', () => {
    const many = Array.from({ length: 400 }, (_, at) =>
      ingressText({ name: `i${at}`, rules: ['a.com / web:80'] }),
    );
    const service = serviceWith({ 'a.yaml': many.join('---\n') });
    expect(atOnce(service.workspaceSymbols(''))).toHaveLength(500);
    expect(atOnce(service.workspaceSymbols(''))[0]?.location.uri).toBe(uriOf('a.yaml'));
  });
});
