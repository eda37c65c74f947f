/** How an Ingress names its class (lbc:pkg/ingress/group_loader.go). */

import type { Edit } from '../../edits';
import { quotedScalar, removeEntry } from '../../edits';
import type { Entry, ObjectNode } from '../../objects';
import { nodeAt, pairsOf } from '../../yaml/node';
import { type CheckContext, LEGACY_CLASS } from '../context';
import type { Finding } from '../finding';
import type { IngressSubject } from '../subject';
import { fixOf, found } from './found';

function legacyEntry({ object }: IngressSubject): Entry | undefined {
  return object.annotations.find(({ key }) => key === LEGACY_CLASS);
}

/** k8s:pkg/apis/networking/validation ValidateIngressCreate: "can not be set when the class field is also set". */
export function twoClasses(ingress: IngressSubject): Finding[] {
  const entry = legacyEntry(ingress);
  const named = ingress.value.spec?.ingressClassName;
  if (
    entry === undefined ||
    typeof named !== 'string' ||
    ingress.object.apiVersion !== 'networking.k8s.io/v1'
  )
    return [];
  const message = `The class is given twice: \`${LEGACY_CLASS}: ${entry.value}\` and \`ingressClassName: ${named}\`.`;
  const fix = fixOf(`Remove \`${LEGACY_CLASS}\``, [removeEntry(ingress.object, entry)], {
    safe: entry.value === named,
  });
  return [found('two-classes', entry.keySpan, message, 'Remove the annotation.', fix)];
}

/** Deprecated since Kubernetes 1.18. */
export function legacyClass(ingress: IngressSubject, { profile }: CheckContext): Finding[] {
  const entry = legacyEntry(ingress);
  const named = ingress.value.spec?.ingressClassName;
  if (entry === undefined || entry.type !== 'string' || named !== undefined || profile.autoMode === true)
    return [];
  const message = `\`${LEGACY_CLASS}\` is deprecated.`;
  const advice = `Name the IngressClass in the spec: \`ingressClassName: ${entry.value}\`.`;
  const fix = fixOf(`Move to \`ingressClassName: ${entry.value}\``, [
    removeEntry(ingress.object, entry),
    addClassName(ingress.object, entry.value),
  ]);
  return [{ ...found('legacy-class', entry.keySpan, message, advice, fix), deprecated: true }];
}

function addClassName({ root, chunk }: ObjectNode, name: string): Edit | undefined {
  const first = pairsOf(nodeAt(root, 'spec'))[0];
  if (first === undefined) return undefined;
  const start = first.key.start;
  const indent = chunk.text.slice(chunk.text.lastIndexOf('\n', start - 1) + 1, start);
  if (indent.trim() !== '') return undefined;
  return { span: { start, end: start }, newText: `ingressClassName: ${quotedScalar(name)}\n${indent}` };
}
