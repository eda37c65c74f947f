/** The Secret with the client of an OIDC provider. Whether the controller may read it is up to the cluster's RBAC. */
import type { Span } from '../../../src/annotations/kinds';
import type { Secret } from '../../../src/kube/types';
import { within } from '../../edits';
import type { CheckContext } from '../context';
import type { Finding } from '../finding';
import { offer } from '../finding';
import type { IngressSubject, Subject } from '../subject';
import { entryOf, nameSpan, readValue, spanAt, spanOfAnnotation } from '../subject';
import { listed, missing } from './names';
import { jsonOf, memberOf } from './reference';

/** lbc:pkg/ingress/model_build_actions.go buildAuthenticateOIDCAction */
export function checkSecrets(ingress: IngressSubject, context: CheckContext): Finding[] {
  if (readValue(ingress, 'auth-type') !== 'oidc') return [];
  const name = readValue(ingress, 'auth-idp-oidc')?.secretName;
  if (!name) return [];
  const secret = context.secret(ingress, name);
  return secret === undefined
    ? checkMissing(name, ingress, context)
    : checkKeys(name, ingress, secret, context);
}

/** Secrets that another tool makes have names of its own choice. */
function isMadeByTool(ingress: IngressSubject, context: CheckContext): boolean {
  return ['ExternalSecret', 'SealedSecret'].some((kind) => context.neighbours(kind, ingress).length > 0);
}

function checkMissing(name: string, ingress: IngressSubject, context: CheckContext): Finding[] {
  if (isMadeByTool(ingress, context)) return [];
  const found = missing('Secret', name, ingress, context);
  if (found === undefined) return [];
  const { near } = found;
  const other = near?.object.name;
  const span = placeOfName(ingress);
  const entry = entryOf(ingress, 'auth-idp-oidc');
  const edit =
    entry === undefined || other === undefined ? undefined : { span, newText: within(entry, other) };
  return [
    {
      code: 'oidc-secret-not-found',
      span,
      message: `There is no Secret \`${name}\` beside the Ingress.`,
      advice:
        other === undefined
          ? 'Add it to the namespace of the Ingress, with the keys `clientID` and `clientSecret`.'
          : `Did you mean \`${other}\`?`,
      related:
        near === undefined ? [] : [{ at: near.located, span: nameSpan(near), message: 'This Secret exists' }],
      ...offer(`Change to \`${other}\``, edit),
    },
  ];
}

/** `clientId` is the spelling of the v1 controller, and still read. */
function checkKeys(
  name: string,
  ingress: IngressSubject,
  secret: Subject<Secret>,
  context: CheckContext,
): Finding[] {
  const { data, stringData } = secret.value;
  const all = Object.keys({ ...data, ...stringData });
  // Without any key, or put together by a tool, it is filled in somewhere else.
  if (all.length === 0 || context.assembled(secret)) return [];
  const lacks = [['clientID', 'clientId'], ['clientSecret']]
    .filter((names) => !names.some((one) => all.includes(one)))
    .map(([first = '']) => first);
  if (lacks.length === 0) return [];
  return [
    {
      code: 'oidc-secret-keys',
      span: placeOfName(ingress),
      message: `Secret \`${name}\` has no ${listed(lacks)}.`,
      advice: `It has ${listed(all)}; name the keys \`clientID\` and \`clientSecret\`.`,
      related: [
        {
          at: secret.located,
          span: spanAt(secret, data === undefined ? 'stringData' : 'data'),
          message: 'The keys of the Secret',
        },
      ],
    },
  ];
}

/** Where the name of the Secret stands in the JSON of the annotation. */
function placeOfName(ingress: IngressSubject): Span {
  const entry = entryOf(ingress, 'auth-idp-oidc');
  const node = entry === undefined ? undefined : memberOf(jsonOf(entry), 'secretName');
  if (entry === undefined || node?.type !== 'string') return spanOfAnnotation(ingress, 'auth-idp-oidc');
  return entry.places.span({ start: node.start + 1, end: node.end - 1 });
}
