/** The fields of a resource against their table, as the API server and the controller's webhooks take them. */
import { closest } from '../../../src/annotations/closest';
import type { Field, Fields, ResourceTable } from '../../../src/crds';
import { crdOf, fieldAt, resourceTables } from '../../../src/crds';
import { behind, type MapNode, type Node, nodeAt, type Pair, pairOf } from '../../yaml/node';
import type { CheckContext } from '../context';
import type { Finding } from '../finding';
import { fixOf, found, inWords } from '../ingress/found';
import { isBefore } from '../profile';
import type { Subject } from '../subject';
import { nameSpan } from '../subject';
import { checkAttribute, checkType, checkWords } from './fieldValues';

/** What the walk through the tree carries along. */
interface Walk {
  readonly subject: Subject;
  readonly table: ResourceTable;
  readonly context: CheckContext;
  /** Other files may add what is not there. */
  readonly partial: boolean;
}

type Path = readonly (string | number)[];

/** Everything below `spec`; of the rest Kubernetes itself takes care. */
export function checkFields(subject: Subject, context: CheckContext): Finding[] {
  const { apiVersion = '', kind, root } = subject.object;
  const table = crdOf(apiVersion, kind);
  const spec = table?.root.fields?.['spec'];
  const node = nodeAt(root, 'spec');
  if (table === undefined || spec === undefined || node === undefined) return [];
  const walk = { subject, table, context, partial: context.assembled(subject) };
  return [...autoModeGroup(walk), ...checkNode(node, spec, ['spec'], walk)];
}

/** The resources of EKS Auto Mode are of a group of their own (EKS user guide, auto-configure-alb). */
function autoModeGroup({ subject, table, context }: Walk): Finding[] {
  const right = resourceTables.find(
    ({ kind, apiVersion }) => kind === table.kind && apiVersion.startsWith('eks.amazonaws.com/'),
  );
  const at = behind(nodeAt(subject.object.root, 'apiVersion'));
  if (context.profile.autoMode !== true || right === undefined || right === table || at === undefined)
    return [];
  const message = `EKS Auto Mode does not read ${table.kind} of \`${table.apiVersion}\`.`;
  const span = { start: at.start, end: at.end };
  return [found('auto-mode-unsupported', span, message, `Write \`apiVersion: ${right.apiVersion}\`.`)];
}

function checkNode(node: Node, field: Field, path: Path, walk: Walk): Finding[] {
  const here = behind(node);
  // What an alias stands for is checked where it is written.
  if (here === undefined || node.kind === 'alias' || isNull(here)) return [];
  const wrong = checkType(here, field, path);
  if (wrong !== undefined) return wrong;
  if (here.kind === 'map') return checkMap(here, field, path, walk);
  if (here.kind === 'scalar') return checkWords(here, field);
  const tooFew = field.minItems !== undefined && here.items.length < field.minItems && !walk.partial;
  const { of } = field;
  return [
    ...(tooFew ? [fewItems(here, field, path)] : []),
    ...here.items.flatMap((item, index) =>
      item === undefined || of === undefined
        ? []
        : [
            ...checkNode(item, of, [...path, index], walk),
            ...(field.attributes === undefined ? [] : checkAttribute(item, field.attributes)),
          ],
    ),
  ];
}

function isNull(node: Node): boolean {
  return node.kind === 'scalar' && node.type === 'null';
}

/** What stands there for Kubernetes: a key without a value counts as none. */
function present(map: MapNode, name: string): Pair | undefined {
  const pair = pairOf(map, name);
  const value = behind(pair?.value);
  return value === undefined || isNull(value) ? undefined : pair;
}

function fewItems(node: Node, { minItems = 1 }: Field, path: Path): Finding {
  const message = `\`${path.at(-1)}\` needs at least ${minItems} ${minItems === 1 ? 'element' : 'elements'}.`;
  return found(
    'too-few-items',
    { start: node.start, end: node.end },
    message,
    'Add one, or leave the field out.',
  );
}

function checkMap(map: MapNode, field: Field, path: Path, walk: Walk): Finding[] {
  const { fields = {} } = field;
  const isMerged = map.pairs.some(({ key }) => key.value === '<<');
  const inner = map.pairs.flatMap((pair) => {
    const { key, value } = pair;
    const known = Object.hasOwn(fields, key.value) ? fields[key.value] : field.of;
    if (key.value === '<<' || key.value.includes('$')) return [];
    if (known === undefined) return field.open === true ? [] : [unknownField(pair, map, fields, path, walk)];
    const below = value === undefined ? [] : checkNode(value, known, [...path, key.value], walk);
    return [...checkName(pair, known, walk), ...below];
  });
  if (isMerged) return inner;
  return [
    ...(walk.partial ? [] : missingFields(map, fields, path, walk)),
    ...inner,
    ...checkChoice(map, field, path, walk),
  ];
}

function spanOf(map: MapNode, path: Path, { subject }: Walk): Finding['span'] {
  const parent = nodeAt(subject.object.root, ...path.slice(0, -1));
  const pair = typeof path.at(-1) === 'string' ? pairOf(parent, String(path.at(-1))) : undefined;
  const first = map.pairs[0]?.key;
  const at = pair?.key ?? first;
  return at === undefined ? nameSpan(subject) : { start: at.start, end: at.end };
}

function missingFields(map: MapNode, fields: Fields, path: Path, walk: Walk): Finding[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    if (field.required !== true || present(map, name) !== undefined) return [];
    const message = `\`${name}\` is missing in \`${titleOf(path)}\`.`;
    return [found('missing-field', spanOf(map, path, walk), message, `Add \`${name}\`: ${field.doc}`)];
  });
}

function titleOf(path: Path): string {
  return String(path.findLast((step) => typeof step === 'string') ?? '');
}

/** Of these fields exactly one, at most one or at least one (lbc:webhooks/elbv2). */
function checkChoice(map: MapNode, { oneOf }: Field, path: Path, walk: Walk): Finding[] {
  if (oneOf === undefined) return [];
  const there = oneOf.fields.flatMap((name) => present(map, name) ?? []);
  if (there.length < oneOf.min && !walk.partial) {
    const message = `\`${titleOf(path)}\` has none of ${inWords(oneOf.fields)}.`;
    const advice = `Add ${oneOf.max === 1 ? 'exactly ' : ''}one of them.`;
    return [found('field-choice', spanOf(map, path, walk), message, advice)];
  }
  const second = there[1];
  if (oneOf.max === undefined || second === undefined) return [];
  const { start, end } = second.key;
  const message = `\`${titleOf(path)}\` has both ${inWords(there.map(({ key }) => key.value))}.`;
  return [found('field-choice', { start, end }, message, 'Keep one of them.')];
}

function unknownField({ key }: Pair, map: MapNode, fields: Fields, path: Path, { table }: Walk): Finding {
  const free = Object.keys(fields).filter((name) => pairOf(map, name) === undefined);
  const near = closest(key.value, free);
  const elsewhere = inOtherGroup(table, [...path, key.value]);
  const message = `\`${key.value}\` is not a field of ${table.kind} of \`${table.apiVersion}\`.`;
  const meant = near === undefined ? 'Check the name, or remove it.' : `Did you mean \`${near}\`?`;
  const span = { start: key.start, end: key.end };
  const fix = near === undefined ? undefined : fixOf(`Change to \`${near}\``, [{ span, newText: near }]);
  return found('unknown-field', span, message, elsewhere ?? meant, fix);
}

/** What the resource of the same kind of the other group says of a field: EKS Auto Mode has fewer, and other names. */
function inOtherGroup(table: ResourceTable, path: Path): string | undefined {
  const other = resourceTables.find((one) => one.kind === table.kind && one !== table);
  const field = other === undefined ? undefined : fieldAt(other, path);
  if (field === undefined || other === undefined) return undefined;
  return field.autoMode ?? `It is a field of \`${other.apiVersion}\`.`;
}

/** A field that came later, that EKS Auto Mode does not know, or that has a new name. */
function checkName({ key, value }: Pair, field: Field, walk: Walk): Finding[] {
  const { context, table } = walk;
  const { profile } = context;
  const span = { start: key.start, end: key.end };
  const isOurs = !table.apiVersion.startsWith('eks.amazonaws.com/');
  const findings: Finding[] = [];
  if (field.deprecated !== undefined) {
    const message = `\`${key.value}\` is deprecated.`;
    findings.push({ ...found('deprecated-field', span, message, field.deprecated), deprecated: true });
  }
  if (value === undefined || !isOurs) return findings;
  if (profile.autoMode === true) {
    const message = `\`${key.value}\` does not work in EKS Auto Mode.`;
    if (field.autoMode !== undefined)
      findings.push(found('auto-mode-unsupported', span, message, field.autoMode));
  } else if (field.since !== undefined && isBefore(profile, field.since)) {
    const message = `\`${key.value}\` came with release ${field.since} of the controller; this project is for ${profile.controller}.`;
    const advice = 'Upgrade the controller (with its CRDs), or remove the field.';
    findings.push(found('needs-newer-controller', span, message, advice));
  }
  return findings;
}
