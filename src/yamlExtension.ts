/**
 * Living beside the YAML extension (redhat.vscode-yaml): its catalogue of custom resources is older than the controller
 * and marks valid fields as wrong. Through its API it is told that documents of our resources are ours.
 */
import * as vscode from 'vscode';
import { type DocumentOwner, ownersOf, sequenceSchema } from './yamlSchemas';

const YAML_EXTENSION = 'redhat.vscode-yaml';
const SCHEME = 'eks-load-balancers';

/** The part of the extension's API that is used (redhat-developer/vscode-yaml, README, "Extension API"). */
interface YamlApi {
  registerContributor(
    schema: string,
    requestSchema: (resource: string) => string | undefined,
    requestSchemaContent: (uri: string) => string,
    label?: string,
  ): boolean;
}

/** Registers with the YAML extension, if it is there; it is not waited for. */
export function joinYamlExtension(log: vscode.LogOutputChannel): void {
  const extension = vscode.extensions.getExtension<YamlApi>(YAML_EXTENSION);
  if (extension === undefined) return;
  Promise.resolve(extension.activate()).then(
    (api) => {
      api?.registerContributor?.(SCHEME, schemaFor, contentOf, vscode.l10n.t('EKS Load Balancers'));
    },
    (error: unknown) => log.info(vscode.l10n.t('The YAML extension cannot be joined. {0}', String(error))),
  );
}

/** Whether the YAML extension checks Kubernetes manifests in general, so that we need not say it again. */
export function checksKubernetes(): boolean {
  if (vscode.extensions.getExtension(YAML_EXTENSION) === undefined) return false;
  const schemas = vscode.workspace
    .getConfiguration('yaml')
    .get<Readonly<Record<string, unknown>>>('schemas', {});
  return Object.keys(schemas).some((key) => /kubernetes/i.test(key));
}

/** The address of a schema says whose each document of the file is; undefined leaves the file to the extension. */
function schemaFor(resource: string): string | undefined {
  const document = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === resource);
  const owners = document === undefined ? [] : ownersOf(document.getText());
  return owners.includes('ours') ? `${SCHEME}://schema/${owners.join('-')}` : undefined;
}

function contentOf(uri: string): string {
  const owners = uri.slice(uri.lastIndexOf('/') + 1).split('-') as DocumentOwner[];
  return JSON.stringify(sequenceSchema(owners, checksKubernetes()));
}
