import { lossOf, sinceOf } from './actionHistory';
import {
  type Condition,
  clausesOf,
  concerns,
  globMatches,
  listOf,
  type OneOrMany,
  type PolicyDocument,
  type PolicyStatement,
  statementsOf,
} from './documents';
import { extraOf } from './statements';

/** Where a policy is used: what is limited to it is not limited at all. */
export interface PolicyPlace {
  readonly account: string;
  readonly region: string;
}

/** An action that is not allowed as it has to be. */
export interface Fault {
  readonly action: string;
  readonly kind: 'missing' | 'narrower' | 'denied';
  /** To what it is limited, for `narrower`. */
  readonly limit?: string;
}

export interface Drift {
  readonly faults: readonly Fault[];
  /** What is allowed beside the wanted. */
  readonly more: readonly string[];
}

/** Compares what documents allow together with what is wanted, action by action, with resources and conditions. */
export function driftOf(
  documents: readonly PolicyDocument[],
  wanted: PolicyDocument,
  place: PolicyPlace,
): Drift {
  const found = documents.flatMap(statementsOf);
  const faults = new Map<string, Fault>();
  for (const statement of statementsOf(wanted)) {
    for (const action of listOf(statement.Action)) {
      const fault = faultOf(found, action, statement, place);
      if (fault !== undefined && faults.get(action)?.kind !== 'missing') faults.set(action, fault);
    }
  }
  return { faults: [...faults.values()], more: beside(found, wanted) };
}

function faultOf(
  found: readonly PolicyStatement[],
  action: string,
  wanted: PolicyStatement,
  place: PolicyPlace,
): Fault | undefined {
  const about = found.filter((statement) => concerns(statement, action));
  // A Deny with a condition may be meant for others; what it does to the controller cannot be told from here.
  if (about.some(({ Effect, Condition: when }) => Effect === 'Deny' && when === undefined)) {
    return { action, kind: 'denied' };
  }
  const allowing = about.filter(({ Effect }) => Effect === 'Allow');
  if (allowing.length === 0) return { action, kind: 'missing' };
  const open = allowing.filter((one) => impliedBy(one.Condition, wanted.Condition, place));
  const uncovered = listOf(wanted.Resource).filter(
    (resource) => !open.some((one) => reaches(one, resource, place)),
  );
  if (uncovered.length === 0) return undefined;
  return { action, kind: 'narrower', limit: limitsOf(allowing) };
}

/** Whether all that a condition asks for is asked for by the wanted one too. */
function impliedBy(
  condition: Condition | undefined,
  wanted: Condition | undefined,
  { region }: PolicyPlace,
): boolean {
  const known = clausesOf(wanted);
  return clausesOf(condition).every(([operator, key, values]) => {
    if (key.toLowerCase() === 'aws:requestedregion' && values.includes(region)) return true;
    return known.some(
      ([otherOperator, otherKey, needed]) =>
        operator === otherOperator && key === otherKey && needed.every((value) => values.includes(value)),
    );
  });
}

/** Whether a statement is about everything that the wanted resource stands for. */
function reaches({ Resource, NotResource }: PolicyStatement, wanted: string, place: PolicyPlace): boolean {
  if (NotResource !== undefined) return false;
  // `arn:aws:ec2:*:*:...` is wanted for any region and account; here it is this region and this account that count.
  const [arn, partition, service, region, account, ...rest] = wanted.split(':');
  const here =
    arn === 'arn'
      ? [arn, partition, service, orStar(region, place.region), orStar(account, place.account), ...rest].join(
          ':',
        )
      : wanted;
  return listOf(Resource).some((pattern) => globMatches(pattern, here));
}

function orStar(part: string | undefined, value: string): string {
  return part === '*' ? value : (part ?? '');
}

function limitsOf(statements: readonly PolicyStatement[]): string {
  const [{ Resource, Condition: when } = { Resource: undefined, Condition: undefined }] = statements;
  const resources = listOf(Resource as OneOrMany<string> | undefined).filter((one) => one !== '*');
  const parts = [
    ...(resources.length === 0 ? [] : [`the resources ${resources.join(', ')}`]),
    ...(when === undefined ? [] : [`the condition ${JSON.stringify(when)}`]),
  ];
  return parts.join(' and ') || 'other resources';
}

function beside(found: readonly PolicyStatement[], wanted: PolicyDocument): string[] {
  const known = new Set(
    statementsOf(wanted).flatMap(({ Action }) => listOf(Action).map((one) => one.toLowerCase())),
  );
  const allowed = found
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap(({ Action, NotAction }) => [
      ...listOf(Action),
      ...(NotAction === undefined ? [] : [`everything but ${listOf(NotAction).join(', ')}`]),
    ]);
  return [...new Set(allowed)].filter((action) => !known.has(action.toLowerCase()));
}

/** A fault in words: which action, since when, what fails. */
export function faultText({ action, kind, limit }: Fault): string {
  const problem =
    kind === 'missing' ? 'is missing' : kind === 'denied' ? 'is denied' : `is allowed only for ${limit}`;
  return `${action} ${problem}: ${needText(action)}; without it ${lossOf(action)}.`;
}

function needText(action: string): string {
  const since = sinceOf(action);
  const extra = extraOf(action);
  if (extra !== undefined) return `needed for the extra permission ${extra}`;
  return since === undefined ? 'the controller always needs it' : `needed since ${since}`;
}

/** What is allowed beside the wanted, as a line; none when there is nothing. */
export function moreText({ more }: Drift): string[] {
  return more.length === 0
    ? []
    : [`Also allowed, which the controller does not need: ${[...more].sort().join(', ')}.`];
}
