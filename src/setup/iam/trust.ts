/** Trust documents of roles: who may become the role. */
import {
  type Condition,
  clausesOf,
  concerns,
  documentOf,
  globMatches,
  listOf,
  type PolicyDocument,
  type PolicyStatement,
  statementsOf,
} from './documents';

/** IAM roles for service accounts: Pods that the cluster's issuer vouches for. */
export interface IrsaTrust {
  readonly kind: 'irsa';
  readonly partition: string;
  readonly account: string;
  /** Without `https://`. */
  readonly issuer: string;
  readonly namespace: string;
  readonly serviceAccount: string;
}

/** EKS Pod Identity: which Pods, the association says. */
export interface PodIdentityTrust {
  readonly kind: 'pod-identity';
}

export type Trust = IrsaTrust | PodIdentityTrust;

export const AUDIENCE = 'sts.amazonaws.com';
const POD_IDENTITY = 'pods.eks.amazonaws.com';
const WEB_IDENTITY = 'sts:AssumeRoleWithWebIdentity';
/** EKS user guide, "Learn how EKS Pod Identity grants pods access to AWS services": the agent needs both. */
const POD_ACTIONS = ['sts:AssumeRole', 'sts:TagSession'];

/** ARN of the cluster's OIDC provider in IAM. */
export function providerArn({ partition, account, issuer }: Omit<IrsaTrust, 'kind'>): string {
  return `arn:${partition}:iam::${account}:oidc-provider/${issuer}`;
}

/** How Kubernetes names a service account in its tokens. */
export function subjectOf({ namespace, serviceAccount }: IrsaTrust): string {
  return `system:serviceaccount:${namespace}:${serviceAccount}`;
}

/** The one statement that the trust needs. */
export function trustStatement(trust: Trust): PolicyStatement {
  if (trust.kind === 'pod-identity') {
    return { Effect: 'Allow', Principal: { Service: POD_IDENTITY }, Action: POD_ACTIONS };
  }
  const { issuer } = trust;
  return {
    Effect: 'Allow',
    Principal: { Federated: providerArn(trust) },
    Action: WEB_IDENTITY,
    Condition: { StringEquals: { [`${issuer}:sub`]: subjectOf(trust), [`${issuer}:aud`]: AUDIENCE } },
  };
}

export function trustDocument(trust: Trust): PolicyDocument {
  return documentOf([trustStatement(trust)]);
}

/** The document with our statement in it: those that are for the same principal alone are replaced, all others stay. */
export function mergedTrust(current: PolicyDocument, trust: Trust): PolicyDocument {
  const kept = statementsOf(current).filter((one) => !isReplaced(one, trust));
  return { ...current, Statement: [...kept, trustStatement(trust)] };
}

/** Statements that {@link mergedTrust} replaces, told by whom they let in. */
export function replacedSubjects(current: PolicyDocument, trust: Trust): string[] {
  if (trust.kind === 'pod-identity') return [];
  return statementsOf(current)
    .filter((one) => isReplaced(one, trust))
    .flatMap((one) => valuesOf(one.Condition, `${trust.issuer}:sub`).map(({ value }) => value));
}

function isReplaced(statement: PolicyStatement, trust: Trust): boolean {
  const { Effect, Principal = {} } = statement;
  const alone = Object.values(Principal).flatMap((one) => listOf(one)).length === 1;
  return Effect === 'Allow' && alone && isOfPrincipal(statement, trust);
}

function isOfPrincipal({ Principal }: PolicyStatement, trust: Trust): boolean {
  if (Principal === undefined || typeof Principal === 'string') return false;
  return trust.kind === 'irsa'
    ? listOf(Principal['Federated']).includes(providerArn(trust))
    : listOf(Principal['Service']).includes(POD_IDENTITY);
}

export interface TrustVerdict {
  /** What keeps the controller out; nothing when it gets in. */
  readonly problems: readonly string[];
  /** What is worth to know all the same. */
  readonly notes: readonly string[];
}

/** Reads a trust document as STS would, and says what is wrong with it. */
export function judgeTrust(document: PolicyDocument, trust: Trust): TrustVerdict {
  const own = statementsOf(document).filter((one) => one.Effect === 'Allow' && isOfPrincipal(one, trust));
  if (own.length === 0) return { problems: [strangerText(document, trust)], notes: [] };
  const verdicts = own.map((one) => judgeStatement(one, trust));
  const fine = verdicts.filter(({ problems }) => problems.length === 0);
  if (fine.length > 0) return { problems: [], notes: fine.flatMap(({ notes }) => notes) };
  return { problems: verdicts.flatMap(({ problems }) => problems), notes: [] };
}

/** Nothing in it is about our principal: about whom is it? */
function strangerText(document: PolicyDocument, trust: Trust): string {
  const principals = statementsOf(document).flatMap(({ Principal = '' }) =>
    typeof Principal === 'string' ? [Principal] : Object.values(Principal).flatMap((one) => listOf(one)),
  );
  const others = principals.length === 0 ? 'nobody' : principals.join(', ');
  if (trust.kind === 'pod-identity') {
    return `Its trust policy does not let EKS Pod Identity in (${POD_IDENTITY}); it trusts ${others}.`;
  }
  const foreign = principals.some((one) => one.includes(':oidc-provider/'));
  const why = foreign ? 'the OIDC provider of another cluster' : 'others';
  return `Its trust policy names ${why}: ${others}; this cluster's is ${providerArn(trust)}.`;
}

function judgeStatement(statement: PolicyStatement, trust: Trust): TrustVerdict {
  const actions = trust.kind === 'irsa' ? [WEB_IDENTITY] : POD_ACTIONS;
  const missing = actions.filter((action) => !concerns(statement, action));
  const problems = missing.map((action) => `Its trust policy does not allow ${action}.`);
  if (trust.kind === 'pod-identity') {
    const limited = statement.Condition === undefined ? [] : [conditionNote(statement.Condition)];
    return { problems, notes: limited };
  }
  const subject = judgeSubject(statement.Condition, trust);
  const audience = judgeAudience(statement.Condition, trust);
  return {
    problems: [...problems, ...subject.problems, ...audience],
    notes: [...subject.notes, ...otherClauses(statement.Condition, trust)],
  };
}

function conditionNote(condition: Condition): string {
  return `Its trust policy has a condition that cannot be judged from here: ${JSON.stringify(condition)}`;
}

function judgeSubject(condition: Condition | undefined, trust: IrsaTrust): TrustVerdict {
  const key = `${trust.issuer}:sub`;
  const wanted = subjectOf(trust);
  const found = valuesOf(condition, key);
  if (found.length === 0) {
    const problem = `Its trust policy has no condition on ${key}: every service account of the cluster could become the role; wanted ${wanted}.`;
    return { problems: [problem], notes: [] };
  }
  const hit = found.find(({ value, like }) => (like ? globMatches(value, wanted) : value === wanted));
  if (hit === undefined) {
    const named = found.map(({ value }) => value).join(', ');
    return { problems: [`Its trust policy is for ${named}, not for ${wanted}.`], notes: [] };
  }
  const open = hit.like && /[*?]/.test(hit.value);
  const note = `Its trust policy lets in whatever is like ${hit.value}, not only ${wanted}.`;
  return { problems: [], notes: open ? [note] : [] };
}

function judgeAudience(condition: Condition | undefined, { issuer }: IrsaTrust): string[] {
  const key = `${issuer}:aud`;
  const found = valuesOf(condition, key);
  if (found.length === 0) return [`Its trust policy has no condition on ${key}; wanted ${AUDIENCE}.`];
  const fits = found.some(({ value, like }) => (like ? globMatches(value, AUDIENCE) : value === AUDIENCE));
  const named = found.map(({ value }) => value).join(', ');
  return fits ? [] : [`Its trust policy is for the audience ${named}, not for ${AUDIENCE}.`];
}

/** Values that a key is compared with; `like` where wildcards count. */
function valuesOf(condition: Condition | undefined, key: string): { value: string; like: boolean }[] {
  return clausesOf(condition)
    .filter(([operator, name]) => name === key && /^(ForAnyValue:)?String(Equals|Like)/.test(operator))
    .flatMap(([operator, , values]) =>
      values.map((value) => ({ value, like: operator.includes('StringLike') })),
    );
}

function otherClauses(condition: Condition | undefined, { issuer }: IrsaTrust): string[] {
  const others = clausesOf(condition).filter(([, key]) => ![`${issuer}:sub`, `${issuer}:aud`].includes(key));
  return others.length === 0
    ? []
    : [`Its trust policy has further conditions, on ${others.map(([, key]) => key).join(', ')}.`];
}
