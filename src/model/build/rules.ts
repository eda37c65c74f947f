import type { Transform as AnnotatedTransform } from '../../annotations/jsonShapes';
import type { HttpPath } from '../../kube/types';
import { BuildError, inMember } from '../errors';
import type { Member } from '../group';
import { LISTENER_RULE, type Token, type Transform } from '../stack';
import { buildActions } from './actions';
import { backendOf } from './backend';
import { buildConditions } from './conditions';
import type { Build, LoadBalancerFacts } from './context';
import { compact } from './exclusive';
import { optimizeRules, type Rule } from './ruleOptimizer';
import { ruleTags } from './tags';

/** Adds the rules of one listener, in priority order from 1. Source: lbc:pkg/ingress/model_build_listener_rules.go. */
export function buildRules(
  build: Build,
  facts: LoadBalancerFacts,
  listener: { readonly arn: Token; readonly port: number; readonly protocol: string },
  members: readonly Member[],
): void {
  const all = members.flatMap((member) => rulesOfMember(build, facts, member, listener.protocol));
  const origins = new Map(all.map(({ rule, ...origin }) => [rule, origin]));
  const rules = all.map(({ rule }) => rule);
  optimizeRules(listener.port, listener.protocol, rules).forEach((rule, at) => {
    const priority = at + 1;
    const spec = { listenerARN: listener.arn, priority, ...rule };
    build.draft.add(LISTENER_RULE, `${listener.port}:${priority}`, spec);
    const origin = origins.get(rule);
    if (origin !== undefined) build.observe?.({ ...origin, port: listener.port, priority, rule });
  });
}

interface OwnRule {
  readonly rule: Rule;
  readonly member: Member;
  readonly path: HttpPath;
}

function rulesOfMember(build: Build, facts: LoadBalancerFacts, member: Member, protocol: string): OwnRule[] {
  const { rules = [] } = member.ingress.spec ?? {};
  return rules.flatMap((rule) =>
    sortPaths(rule.http?.paths ?? []).map((path) =>
      inMember(member.key, `ingress: ${member.key}`, () => {
        const backend = backendOf(build, member, path.backend);
        const conditions = buildConditions(member, rule, path, backend);
        const actions = buildActions(build, facts, member, protocol, backend);
        const transforms = backend.transforms.map(transformOf);
        const made = compact({
          actions,
          conditions,
          transforms: transforms.length === 0 ? undefined : transforms,
          tags: ruleTags(build, member),
        });
        return { rule: made, member, path };
      }),
    ),
  );
}

/** Exact paths as written, then prefixes from long to short, then the others as written: within one host rule only. */
function sortPaths(paths: readonly HttpPath[]): HttpPath[] {
  const known = ['Exact', 'Prefix', 'ImplementationSpecific'];
  const unknown = paths.find(({ pathType }) => pathType !== undefined && !known.includes(pathType));
  if (unknown !== undefined) throw new BuildError(`unknown pathType for path ${unknown.path ?? ''}`);
  const ofType = (type: string) =>
    paths.filter(({ pathType = 'ImplementationSpecific' }) => pathType === type);
  const prefixes = ofType('Prefix').sort((a, b) => (b.path?.length ?? 0) - (a.path?.length ?? 0));
  return [...ofType('Exact'), ...prefixes, ...ofType('ImplementationSpecific')];
}

function transformOf(raw: AnnotatedTransform): Transform {
  const config = raw.type === 'host-header-rewrite' ? 'hostHeaderRewriteConfig' : 'urlRewriteConfig';
  const rewrites = (raw[config]?.rewrites ?? []).map(({ regex = '', replace = '' }) => ({ regex, replace }));
  return { type: raw.type ?? '', [config]: { rewrites } };
}
