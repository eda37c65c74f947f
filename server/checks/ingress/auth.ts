/** Logins and tokens (lbc:pkg/ingress/auth_config_builder.go, model_build_actions.go). */

import { within } from '../../edits';
import type { CheckContext } from '../context';
import type { Finding } from '../finding';
import { ofGroup } from '../ofGroup';
import { backends, entryOf, type IngressSubject, readValue, USE_ANNOTATION } from '../subject';
import { actionsOf, has, isAssembled, keyOf, knowsBackends, listenersOf, portsOf, wholeGroup } from './facts';
import { fixOf, found, inWords, setTo } from './found';
import { openHttpPorts } from './listeners';
import { isGiven, ofService, placeOf, type View, viewsOf } from './targets';

const PROVIDERS = { cognito: 'auth-idp-cognito', oidc: 'auth-idp-oidc' } as const;
type Login = keyof typeof PROVIDERS;

function loginOf({ subject }: View): Login | undefined {
  const type = readValue(subject, 'auth-type');
  return (Object.keys(PROVIDERS) as Login[]).find((login) => login === type);
}

/** Actions that ask for a login or a token are left out of HTTP listeners without a word. */
export function authOverHttp(ingress: IngressSubject, context: CheckContext): Finding[] {
  const open = openHttpPorts(ingress, context);
  if (open.length === 0 || redirectsByAction(ingress, context)) return [];
  const logins = viewsOf(ingress, context, ['auth-type', 'auth-on-unauthenticated-request']).filter(
    asksForLogin,
  );
  const spans = [
    ...(readValue(ingress, 'jwt-validation') === undefined ? [] : [keyOf(ingress, 'jwt-validation')]),
    ...logins.map((view) => placeOf(view, 'auth-type')),
  ];
  const secure = portsOf(listenersOf(ingress, context) ?? new Map(), 'HTTPS')[0];
  const message = `Whoever comes by HTTP on ${inWords(open)} gets in without a login or token.`;
  const advice =
    secure === undefined
      ? 'Listen with HTTPS instead: logins and tokens work there only.'
      : `Add \`ssl-redirect: '${secure}'\`, or take the HTTP listener away.`;
  const fix = secure === undefined ? undefined : setTo(ingress, 'ssl-redirect', String(secure));
  return spans.map((span) => found('auth-over-http', span, message, advice, fix));
}

/** With `allow` nobody has to log in, so that nothing is got around. */
function asksForLogin(view: View): boolean {
  const otherwise = readValue(view.subject, 'auth-on-unauthenticated-request');
  return loginOf(view) !== undefined && otherwise !== 'allow';
}

/** The older way: a rule for all paths whose action sends to HTTPS. */
function redirectsByAction(ingress: IngressSubject, context: CheckContext): boolean {
  return anyRedirects(wholeGroup(ingress, context) ?? [ingress], context);
}

const anyRedirects = ofGroup((members) =>
  members.some((member) => {
    const redirects = actionsOf(member).filter(({ action }) => action.redirectConfig?.protocol === 'HTTPS');
    const names = new Set(redirects.map(({ name }) => name));
    if (names.size > 0 && !knowsBackends(member)) return true;
    return backends(member).some(({ name, port }) => port?.name === USE_ANNOTATION && names.has(name));
  }),
);

/** lbc:pkg/ingress/model_build_actions.go: `missing IDPConfigCognito`, `missing IDPConfigOIDC`. */
export function authProviderMissing(ingress: IngressSubject, context: CheckContext): Finding[] {
  if (isAssembled(ingress, context)) return [];
  return authViews(ingress, context).flatMap((view) => {
    const login = loginOf(view);
    if (login === undefined || isGiven(view, PROVIDERS[login])) return [];
    const message = `\`auth-type: ${login}\` has no \`${PROVIDERS[login]}\`${ofService(view)}.`;
    const advice = `Add \`${PROVIDERS[login]}\` with the settings of the identity provider.`;
    return [found('auth-provider-missing', placeOf(view, 'auth-type'), message, advice)];
  });
}

function authViews(ingress: IngressSubject, context: CheckContext): View[] {
  return viewsOf(ingress, context, ['auth-type', 'auth-idp-cognito', 'auth-idp-oidc']);
}

/** A provider on the Ingress that no `auth-type` asks for. */
export function authProviderUnused(ingress: IngressSubject, context: CheckContext): Finding[] {
  const types = authViews(ingress, context).map(({ subject }) => readValue(subject, 'auth-type') ?? 'none');
  const unclear = types.some((type) => !['none', 'cognito', 'oidc'].includes(type));
  if (unclear || isAssembled(ingress, context)) return [];
  return (Object.keys(PROVIDERS) as Login[]).flatMap((login) => {
    const suffix = PROVIDERS[login];
    if (!has(ingress, suffix) || types.includes(login)) return [];
    const type = readValue(ingress, 'auth-type');
    const message =
      type === undefined
        ? `\`${suffix}\` is set but \`auth-type\` is not, so nobody has to log in.`
        : `\`${suffix}\` is set but \`auth-type\` is \`${type}\`.`;
    const advice = `Set \`auth-type: ${login}\`, or remove \`${suffix}\`.`;
    const span = keyOf(ingress, suffix);
    return [found('auth-provider-unused', span, message, advice, setTo(ingress, 'auth-type', login))];
  });
}

const COGNITO_HOST = /^(?:https?:\/\/)?([a-z0-9-]+)\.auth(?:-fips)?\.[a-z0-9-]+\.amazoncognito\.com\/?$/i;

/** botocore elbv2 AuthenticateCognitoActionConfig.UserPoolDomain: "the domain prefix or fully-qualified domain name" of a custom domain. */
export function cognitoDomain(ingress: IngressSubject): Finding[] {
  const domain = readValue(ingress, 'auth-idp-cognito')?.userPoolDomain ?? '';
  const right = COGNITO_HOST.exec(domain)?.[1] ?? /^https?:\/\/([^/]+)\/?$/.exec(domain)?.[1];
  const entry = entryOf(ingress, 'auth-idp-cognito');
  if (right === undefined || entry === undefined) return [];
  const at = entry.value.indexOf(`"${domain}"`);
  const span = at < 0 ? entry.valueSpan : entry.places.span({ start: at + 1, end: at + 1 + domain.length });
  const fix = at < 0 ? undefined : fixOf(`Change to \`${right}\``, [{ span, newText: within(entry, right) }]);
  const message = `\`${domain}\` is not what \`userPoolDomain\` wants.`;
  return [found('cognito-domain', span, message, `Write \`${right}\`.`, fix)];
}

/** lbc:pkg/ingress/model_build_actions.go: "authentication and jwt validation can't both be configured". */
export function jwtWithLogin(ingress: IngressSubject, context: CheckContext): Finding[] {
  if (!has(ingress, 'jwt-validation')) return [];
  return viewsOf(ingress, context, ['auth-type']).flatMap((view) => {
    const login = loginOf(view);
    if (login === undefined) return [];
    const message = `\`jwt-validation\` stands beside \`auth-type: ${login}\`${ofService(view)}.`;
    const advice = 'Keep one of them; give the other its own Ingress.';
    return [found('jwt-with-login', placeOf(view, 'auth-type'), message, advice)];
  });
}
