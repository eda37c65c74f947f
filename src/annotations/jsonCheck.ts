import { closest } from './closest';
import type { JsonNode } from './goJson';
import { JsonSyntaxError, readJson } from './goJson';
import { fieldNamed } from './jsonDecode';
import type { ValueProblem } from './kinds';
import type { ArrayShape, MapShape, ObjectShape, Shape, StringShape } from './shapes';

/** Reads JSON for an editor: the tree, or the one problem that keeps it from being read. */
export function parseForCheck(raw: string): { node: JsonNode } | { problem: ValueProblem } {
  try {
    return { node: readJson(raw) };
  } catch (error) {
    if (error instanceof JsonSyntaxError) return { problem: syntaxProblem(raw, error) };
    throw error;
  }
}

function syntaxProblem(raw: string, error: JsonSyntaxError): ValueProblem {
  const start = Math.min(error.offset, Math.max(0, raw.length - 1));
  return {
    code: 'malformed-json',
    message: `Malformed JSON: ${error.message}.`,
    advice: syntaxAdvice(raw, error.offset),
    start,
    end: Math.min(raw.length, start + 1),
  };
}

function syntaxAdvice(raw: string, at: number): string {
  const char = raw.charAt(at);
  const before = raw.slice(0, at).trimEnd().slice(-1);
  if (raw.trim() === '') return 'Write a JSON value.';
  if (at >= raw.length) return 'Close what is open: a string, a bracket or a brace.';
  if ((char === '}' || char === ']') && before === ',') return 'Remove the comma before the closing bracket.';
  if (char === "'") return 'JSON strings stand in double quotes.';
  if (/[A-Za-z_]/.test(char)) return 'Names and texts stand in double quotes.';
  if (char === '"' || char === '{' || char === '[') return 'Separate the two values by a comma.';
  return 'Correct the JSON at this place.';
}

/** What an editor should say about a JSON value beyond its syntax. */
export function checkShape(shape: Shape, node: JsonNode): ValueProblem[] {
  switch (shape.type) {
    case 'object':
      return node.type === 'object' ? checkObject(shape, node) : wrongType(node, 'an object');
    case 'array':
      return node.type === 'array' ? checkArray(shape, node) : wrongType(node, 'a list in brackets');
    case 'map':
      return node.type === 'object' ? checkMap(shape, node) : wrongType(node, 'an object');
    case 'string':
      return node.type === 'string' ? checkString(shape, node) : wrongType(node, 'a text in double quotes');
    case 'bool':
      return node.type === 'bool' ? [] : wrongType(node, 'true or false without quotes');
    case 'intOrString':
      return node.type === 'string' || isInt(node) ? [] : wrongType(node, 'a whole number or a text');
    case 'int32':
      return isInt(node)
        ? checkRange(node, shape.min, shape.max)
        : wrongType(node, 'a whole number without quotes');
  }
}

function isInt(node: JsonNode): node is JsonNode & { type: 'number' } {
  return node.type === 'number' && /^-?[0-9]+$/.test(node.literal);
}

function checkRange(node: JsonNode & { type: 'number' }, min: number, max: number): ValueProblem[] {
  const value = Number(node.literal);
  if (value >= min && value <= max) return [];
  return [
    at(
      node,
      'out-of-range',
      `${node.literal} is outside ${min} to ${max}.`,
      `Use a number from ${min} to ${max}.`,
    ),
  ];
}

function checkArray(shape: ArrayShape, node: JsonNode & { type: 'array' }): ValueProblem[] {
  if (node.items.length === 0 && shape.nonEmpty === true) {
    return [at(node, 'json-missing-field', 'The list is empty.', 'Give at least one element.')];
  }
  return node.items.flatMap((item) => checkShape(shape.of, item));
}

function checkMap(shape: MapShape, node: JsonNode & { type: 'object' }): ValueProblem[] {
  return node.members.flatMap((member) => {
    const values = checkShape(shape.of, member.value);
    if (shape.keys === undefined || shape.keys.includes(member.name)) return values;
    const near =
      closest(member.name, shape.keys) ??
      shape.keys.find((key) => key.toLowerCase() === member.name.toLowerCase());
    const found = at(
      member.key,
      'not-an-option',
      `\`${member.name}\` is not valid here.`,
      `Use one of ${shape.keys.map((key) => `\`${key}\``).join(', ')}.`,
    );
    return [{ ...found, ...(near === undefined ? {} : { replacement: JSON.stringify(near) }) }, ...values];
  });
}

function checkString(shape: StringShape, node: JsonNode & { type: 'string' }): ValueProblem[] {
  if (shape.options !== undefined && shape.open !== true && !shape.options.includes(node.value)) {
    const options = shape.options.map((option) => `\`${option}\``).join(', ');
    const near = closest(node.value, shape.options);
    const found = at(
      node,
      'not-an-option',
      `\`${node.value}\` is not a valid value.`,
      `Use one of ${options}.`,
    );
    return [{ ...found, ...(near === undefined ? {} : { replacement: JSON.stringify(near) }) }];
  }
  if (shape.form !== undefined && !shape.form.regex.test(node.value)) {
    return [at(node, 'malformed-value', `\`${node.value}\` is not ${shape.form.describe}.`)];
  }
  return [];
}

function checkObject(shape: ObjectShape, node: JsonNode & { type: 'object' }): ValueProblem[] {
  const present = new Map<string, JsonNode>();
  const problems: ValueProblem[] = [];
  for (const member of node.members) {
    const name = fieldNamed(shape, member.name);
    const field = name === undefined ? undefined : shape.fields[name];
    if (name === undefined || field === undefined) {
      problems.push(unknownField(shape, member.name, member.key));
    } else {
      if (member.value.type === 'null') continue;
      present.set(name, member.value);
      problems.push(...checkShape(field, member.value));
    }
  }
  return [...missingFields(shape, present, node), ...problems];
}

function unknownField(shape: ObjectShape, name: string, key: { start: number; end: number }): ValueProblem {
  const names = Object.keys(shape.fields);
  const near = closest(name, names);
  const advice =
    near === undefined
      ? `Known here: ${names.map((field) => `\`${field}\``).join(', ')}.`
      : `Did you mean \`${near}\`?`;
  const found = at(key, 'json-unknown-field', `\`${name}\` is not a field here.`, advice);
  return near === undefined ? found : { ...found, replacement: JSON.stringify(near) };
}

function missingFields(
  shape: ObjectShape,
  present: ReadonlyMap<string, JsonNode>,
  node: JsonNode,
): ValueProblem[] {
  const conditional = (shape.requiredWhen ?? []).flatMap(({ field, is, need }) => {
    const value = present.get(field);
    return value?.type === 'string' && value.value === is ? need : [];
  });
  return [...(shape.required ?? []), ...conditional]
    .filter((name) => !present.has(name))
    .map((name) =>
      at(
        { start: node.start, end: node.start + 1 },
        'json-missing-field',
        `\`${name}\` is missing.`,
        `Add \`"${name}": …\`.`,
      ),
    );
}

function wrongType(node: JsonNode, wanted: string): ValueProblem[] {
  const found =
    node.type === 'bool'
      ? 'a boolean'
      : node.type === 'object'
        ? 'an object'
        : node.type === 'array'
          ? 'a list'
          : node.type === 'null'
            ? 'null'
            : `a ${node.type}`;
  return [at(node, 'json-type', `This is ${found}.`, `Write ${wanted}.`)];
}

function at(
  place: { start: number; end: number },
  code: ValueProblem['code'],
  message: string,
  advice?: string,
): ValueProblem {
  return { code, message, start: place.start, end: place.end, ...(advice === undefined ? {} : { advice }) };
}
