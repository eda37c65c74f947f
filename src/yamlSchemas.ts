/** Schemas for the YAML extension: which documents of a file it should leave to us. */

export type DocumentOwner = 'ours' | 'other';

const OURS = /^kind:[ \t]*["']?(IngressClassParams|TargetGroupBinding)\b/m;
const GROUP = /^apiVersion:[ \t]*["']?(elbv2\.k8s\.aws|eks\.amazonaws\.com)\//m;

/** Whose each document of a file is, in their order. */
export function ownersOf(text: string): DocumentOwner[] {
  const documents = text.replace(/^\s*---/, '').split(/^---(?=\s|$)/m);
  return documents.map((document) => (OURS.test(document) && GROUP.test(document) ? 'ours' : 'other'));
}

/** yaml-language-server:src/languageservice/utils/schemaUrls.ts KUBERNETES_SCHEMA_URL */
const KUBERNETES =
  'https://raw.githubusercontent.com/yannh/kubernetes-json-schema/master/v1.32.1-standalone-strict/all.json';

/**
 * A schema with one part per document (`schemaSequence` of yaml-language-server). Of ours it says nothing, as the language
 * server of this extension checks and completes them; the others keep the schema of Kubernetes, where it is wanted.
 */
export function sequenceSchema(
  owners: readonly DocumentOwner[],
  kubernetes: boolean,
): { readonly schemaSequence: readonly Readonly<Record<string, unknown>>[] } {
  const other = kubernetes ? { $ref: KUBERNETES } : {};
  return { schemaSequence: owners.map((owner) => (owner === 'ours' ? {} : other)) };
}
