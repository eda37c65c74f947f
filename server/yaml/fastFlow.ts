/** Flow collections that end on their line. */
import { quoted, SPECIAL } from './fastScalars';
import { DEEPEST, next, type Reader, SPACE, unusual } from './lines';
import { type Node, type Pair, plainType, type ScalarNode } from './node';

/** A flow collection that ends on its line. */
export function readFlow(reader: Reader, at: number, indent: number, depth: number): Node {
  const { text, end } = reader;
  const flow = { text, end, at };
  const node = flowNode(flow, depth);
  if (!/^\s*(?:\s#.*)?$/.test(text.slice(flow.at, end))) unusual();
  next(reader, indent);
  return node;
}

interface Flow {
  readonly text: string;
  readonly end: number;
  at: number;
}

function flowNode(flow: Flow, depth: number): Node {
  if (depth > DEEPEST) unusual();
  const char = flow.text.charAt(flow.at);
  if (char === '[') return flowSeq(flow, depth + 1);
  if (char === '{') return flowMap(flow, depth + 1);
  return flowScalar(flow);
}

function flowScalar(flow: Flow): ScalarNode {
  const { text, end, at } = flow;
  const char = text.charAt(at);
  if (char === "'" || char === '"') {
    const node = quoted(text, at, end);
    if (node === undefined) unusual();
    flow.at = node.end;
    return node;
  }
  let stop = at;
  while (stop < end && !/[,[\]{}]/.test(text.charAt(stop))) {
    if (text.charAt(stop) === ':' && /[\s,[\]{}]|^$/.test(text.charAt(stop + 1))) break;
    if (text.charAt(stop) === '#') unusual();
    stop++;
  }
  while (stop > at && text.charCodeAt(stop - 1) === SPACE) stop--;
  const value = text.slice(at, stop);
  if (value === '' || SPECIAL.test(value)) unusual();
  flow.at = stop;
  return { kind: 'scalar', start: at, end: stop, style: 'plain', type: plainType(value), value };
}

function skipSpaces(flow: Flow): string {
  while (flow.at < flow.end && flow.text.charCodeAt(flow.at) === SPACE) flow.at++;
  return flow.at < flow.end ? flow.text.charAt(flow.at) : '';
}

function flowSeq(flow: Flow, depth: number): Node {
  const start = flow.at++;
  const items: Node[] = [];
  while (skipSpaces(flow) !== ']') {
    items.push(flowNode(flow, depth));
    const char = skipSpaces(flow);
    if (char === ',') flow.at++;
    else if (char !== ']') unusual();
  }
  flow.at++;
  return { kind: 'seq', start, end: flow.at, items };
}

function flowMap(flow: Flow, depth: number): Node {
  const start = flow.at++;
  const pairs: Pair[] = [];
  while (skipSpaces(flow) !== '}') {
    pairs.push(flowPair(flow, depth));
    const char = skipSpaces(flow);
    if (char === ',') flow.at++;
    else if (char !== '}') unusual();
  }
  flow.at++;
  return { kind: 'map', start, end: flow.at, pairs };
}

function flowPair(flow: Flow, depth: number): Pair {
  const key = flowScalar(flow);
  if (skipSpaces(flow) !== ':') unusual();
  flow.at++;
  const char = skipSpaces(flow);
  if (char === ',' || char === '}' || char === '') unusual();
  return { key, value: flowNode(flow, depth) };
}
