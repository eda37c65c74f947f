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
    'weighted-service-not-found',
    'json-missing-field',
    'malformed-json',
    'json-missing-field',
    'json-missing-field',
  ],
  'err-auth': ['not-an-option'],
  'err-conditions': ['json-missing-field', 'json-missing-field'],
  'err-group-name': ['invalid-group-name', 'out-of-range'],
  'err-inbound-cidr': ['malformed-value'],
  'err-listen-ports': ['malformed-json', 'json-missing-field', 'out-of-range', 'not-an-option'],
  'err-numbers': ['not-an-integer', 'not-an-integer', 'not-a-boolean'],
  'err-service-port': ['service-port-not-found', 'service-port-not-found'],
  'err-target-type-needs-nodeport': ['service-not-node-port'],
  'err-scheme': ['not-an-option'],
  'err-target-type': ['not-an-option'],
  'err-transforms': ['not-an-option', 'json-missing-field'],
};

/** Taken, and yet an error: what the controller says nothing of, whoever asks for the page gets to see. */
const TAKEN_BUT_BROKEN: Readonly<Record<string, readonly string[]>> = {
  // A rule without targets answers 503.
  'external-name-service': ['service-external-name'],
  'missing-service': ['service-not-found'],
};

const codes = (name: string) => errors(name).map((line) => line.replace(/.*» error ([\w-]+):.*/s, '$1'));

describe('manifests that the controller has judged', () => {
  test.each(names.filter((name) => !name.startsWith('err-')))('%s: taken', (name) => {
    expect(codes(name)).toEqual(TAKEN_BUT_BROKEN[name] ?? []);
  });

  test.each(Object.entries(REFUSED))('%s: refused', (name, expected) => {
    expect(codes(name)).toEqual(expected);
  });
});
