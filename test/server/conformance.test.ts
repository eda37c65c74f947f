/**
 * The manifests of `test/conformance/` were given to the real controller: what it took must have no error here, and
 * what it refused for a single annotation must have one.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { findings } from '../helpers/cursor';

const CASES = 'test/conformance/cases';
const names = readdirSync(CASES);
const errors = (name: string) =>
  findings(readFileSync(`${CASES}/${name}/manifests.yaml`, 'utf8')).filter((line) =>
    line.includes('» error '),
  );

/** Refused for one annotation by itself; the other refusals need more than one annotation, or the cluster. */
const REFUSED: Readonly<Record<string, readonly string[]>> = {
  'err-actions': [
    'not-an-option',
    'json-missing-field',
    'json-missing-field',
    'malformed-json',
    'json-missing-field',
    'json-missing-field',
  ],
  'err-auth': ['not-an-option', 'auth-provider-missing', 'jwt-with-login'],
  'err-conditions': [
    'json-missing-field',
    'json-missing-field',
    'mixed-wildcard-regex',
    'mixed-wildcard-regex',
  ],
  'err-group-name': ['invalid-group-name', 'out-of-range'],
  'err-inbound-cidr': ['malformed-value'],
  'err-listen-ports': ['malformed-json', 'json-missing-field', 'out-of-range', 'not-an-option'],
  'err-numbers': ['not-an-integer', 'not-an-integer', 'not-a-boolean'],
  'err-scheme': ['not-an-option'],
  'err-target-type': ['not-an-option'],
  'err-transforms': ['not-an-option', 'json-missing-field'],
};

/** Taken, and wrong all the same. */
const TAKEN_BUT_WRONG: Readonly<Record<string, readonly string[]>> = {
  // Its HTTP listener forwards without looking at tokens: an open door.
  'jwt-validation': ['auth-over-http'],
};

function codes(name: string): string[] {
  return errors(name).map((line) => line.replace(/.*» error ([\w-]+):.*/s, '$1'));
}

describe('manifests that the controller has judged', () => {
  test.each(names.filter((name) => !name.startsWith('err-')))('%s: taken', (name) => {
    const allowed = TAKEN_BUT_WRONG[name];
    if (allowed === undefined) expect(errors(name)).toEqual([]);
    else expect(codes(name)).toEqual(allowed);
  });

  test.each(Object.entries(REFUSED))('%s: refused', (name, expected) => {
    expect(codes(name)).toEqual(expected);
  });
});
