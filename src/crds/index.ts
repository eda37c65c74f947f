/** The resources whose fields are known. */
import type { ResourceTable } from './field';
import { ingressClass } from './ingressClass';
import { autoModeIngressClassParams, ingressClassParams } from './ingressClassParams';
import { autoModeTargetGroupBinding, targetGroupBinding } from './targetGroupBinding';

export { DEFINITIONS, type Definition, TABLES_RELEASE } from './definition';
export type { Choice, Field, Fields, ResourceTable } from './field';
export { elementOf, fieldAt, fieldNamed } from './field';

export const resourceTables: readonly ResourceTable[] = [
  ingressClass,
  ingressClassParams,
  targetGroupBinding,
  autoModeIngressClassParams,
  autoModeTargetGroupBinding,
];

/** The fields of a resource, if they are known. */
export function crdOf(apiVersion: string, kind: string): ResourceTable | undefined {
  return resourceTables.find((table) => table.apiVersion === apiVersion && table.kind === kind);
}
