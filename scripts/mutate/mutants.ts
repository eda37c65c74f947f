/** Small changes to a source that a test should notice. */
import { type Expression, parseSync, type Span, Visitor } from 'oxc-parser';

export interface Mutant {
  readonly file: string;
  readonly line: number;
  /** What is replaced, and by what. */
  readonly start: number;
  readonly end: number;
  readonly before: string;
  readonly after: string;
}

const COMPARISONS: Readonly<Record<string, readonly string[]>> = {
  '===': ['!=='],
  '!==': ['==='],
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '+': ['-'],
  '-': ['+'],
};
const JOINS: Readonly<Record<string, string>> = { '&&': '||', '||': '&&', '??': '&&' };

/** All mutants of a source: comparison, boundary, boolean, removed call, returned constant. */
export function mutantsOf(file: string, text: string): Mutant[] {
  const found: Mutant[] = [];
  const add = ({ start, end }: Span, after: string) => {
    const before = text.slice(start, end);
    if (before !== after) found.push({ file, line: lineOf(text, start), start, end, before, after });
  };
  const between = (left: Span, right: Span, operator: string) => {
    const at = text.indexOf(operator, left.end);
    return at < 0 || at > right.start ? undefined : { start: at, end: at + operator.length };
  };
  new Visitor({
    BinaryExpression({ left, right, operator }) {
      const place = between(left, right, operator);
      // A sum of texts is no sum.
      if (place === undefined || (operator === '+' && isText(left, right))) return;
      for (const other of COMPARISONS[operator] ?? []) add(place, other);
    },
    LogicalExpression({ left, right, operator }) {
      const place = between(left, right, operator);
      const other = JOINS[operator];
      if (place !== undefined && other !== undefined) add(place, other);
    },
    ConditionalExpression({ test }) {
      add(test, `!(${text.slice(test.start, test.end)})`);
    },
    IfStatement({ test }) {
      add(test, 'false');
      add(test, 'true');
    },
    Literal(node) {
      if (node.value === true) add(node, 'false');
      if (node.value === false) add(node, 'true');
      if (typeof node.value === 'number' && text[node.start - 1] !== '[') add(node, String(node.value + 1));
    },
    ExpressionStatement({ expression, start, end }) {
      if (expression.type === 'CallExpression' && expression.callee.type !== 'Super')
        add({ start, end }, ';');
      if (expression.type === 'AwaitExpression') add({ start, end }, ';');
    },
    ReturnStatement({ argument }) {
      const constant = constantFor(argument);
      if (argument !== null && constant !== undefined) add(argument, constant);
    },
  }).visit(parseSync(file, text).program);
  return found;
}

function lineOf(text: string, at: number): number {
  return text.slice(0, at).split('\n').length;
}

function isText(...sides: readonly { readonly type: string; readonly value?: unknown }[]): boolean {
  return sides.some(({ type, value }) => type === 'TemplateLiteral' || typeof value === 'string');
}

/** Something of the same kind that says nothing. */
function constantFor(argument: Expression | null): string | undefined {
  switch (argument?.type) {
    case 'ArrayExpression':
      return argument.elements.length === 0 ? undefined : '[]';
    case 'TemplateLiteral':
      return "''";
    case 'BinaryExpression':
    case 'LogicalExpression':
    case 'UnaryExpression':
      return 'true';
    default:
      return undefined;
  }
}

export function applied(text: string, { start, end, after }: Mutant): string {
  return text.slice(0, start) + after + text.slice(end);
}
