import type { Offer } from '../../src/annotations/live';

/** What exists, by where it may be written. */
export type Names = Readonly<Record<Offer, readonly string[]>>;

/**
 * What the world of the tests has.
 *
 * @param ids `${subnet:shop-public-a}` and so on -> the id
 * @param alone nothing else is made in this world: what serves only once may be used
 */
export function namesOf(ids: Readonly<Record<string, string>>, alone = true): Names {
  const of = (kind: string) =>
    Object.entries(ids).flatMap(([key, id]) => (key.startsWith(`\${${kind}:`) ? [id] : []));
  const subnets = Object.entries(ids).filter(([key]) => key.startsWith('${subnet:'));
  const tier = (name: string) => subnets.flatMap(([key, id]) => (key.includes(name) ? [id] : []));
  return {
    subnets: tier('private').length > 0 ? tier('private') : of('subnet'),
    securityGroups: [...of('sg'), 'shop-frontend', 'shop-extra'],
    certificates: of('acm'),
    webAcls: [...of('waf'), 'none'],
    webAclNames: ['shop-acl', 'none'],
    sslPolicies: ['ELBSecurityPolicy-2016-08', 'ELBSecurityPolicy-TLS13-1-2-2021-06'],
    prefixLists: of('pl'),
    elasticIps: alone ? of('eip') : [],
    ipamPools: [],
    certificateAuthorities: [],
    targetGroups: of('tg'),
    targetGroupNames: of('tg').length > 0 ? ['shop-legacy'] : [],
    trustStores: [],
    buckets: ['shop-alb-logs'],
    services: SERVICES,
    servicePorts: ['80', 'http', '443'],
    secrets: ['oidc-client'],
    ingressClasses: ['alb'],
    groupMembers: [],
  };
}

/** Of every namespace of a random world. */
export const SERVICES = ['web', 'api', 'files'] as const;
