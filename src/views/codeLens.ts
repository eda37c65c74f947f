import * as vscode from 'vscode';
import { locateObjects } from '../kube/locate';
import { holdsIngress } from './ingressContext';

/** "Plan | Provision" over each Ingress of a YAML file. */
export function createCodeLenses(): vscode.CodeLensProvider {
  return {
    provideCodeLenses(document) {
      const text = document.getText();
      // Most YAML files are not about Ingresses: they are not even parsed.
      if (!vscode.workspace.isTrusted || !holdsIngress(text)) return [];
      const ingresses = locateObjects(text).filter(({ object }) => object.kind === 'Ingress');
      return ingresses.flatMap(({ kindLine }) => {
        const range = new vscode.Range(kindLine, 0, kindLine, 0);
        const args = [document.uri, kindLine];
        return [
          new vscode.CodeLens(range, {
            title: vscode.l10n.t('Plan'),
            command: 'eksLoadBalancers.plan',
            arguments: args,
          }),
          new vscode.CodeLens(range, {
            title: vscode.l10n.t('Provision'),
            command: 'eksLoadBalancers.provision',
            arguments: args,
          }),
        ];
      });
    },
  };
}
