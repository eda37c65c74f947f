/**
 * The manifests of `test/conformance/` were given to the real controller. What it took must have no error here, and
 * whatever it refused must have one, on the very Ingress or Service.
 */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { createService } from '../../server/service';
import { createManifest } from '../../server/text/manifest';
import type { Located } from '../../server/workspace/workspace';
import { lineOf } from '../../server/workspace/workspace';
import { readCases } from '../conformance/case';

const cases = readCases('test/conformance/cases');

/** Refused for something that no manifest shows: `case Ingress`, and why. */
const NOT_IN_TEXT: Readonly<Record<string, string>> = {
  'err-auth err-auth/nosecret': 'no Secret stands in the file, so that it may be elsewhere',
  'err-dualstack err-dualstack/broken': 'the subnets have no IPv6 addresses',
  'err-frontend-nlb err-frontend-nlb/broken': 'counts subnets',
  'err-frontend-nlb err-frontend-nlb/count': 'counts subnets',
  'err-no-certificate err-no-certificate/broken': 'certificates are in ACM',
  'err-subnets err-subnets/broken': 'subnets are in EC2',
  'err-subnets err-subnets/same-zone': 'subnets are in EC2',
  'err-nlb-addresses err-nlb-addresses/eip-count': 'counts subnets',
  'err-nlb-addresses err-nlb-addresses/private-outside': 'subnets are in EC2',
  'err-nlb-ipv6 err-nlb-ipv6/dualstack': 'the subnets have no IPv6 addresses',
};

/** Errors here although the controller takes them: `case code`, and why. */
const WORSE_THAN_REFUSED: Readonly<Record<string, string>> = {
  'jwt-validation auth-over-http': 'the HTTP listener answers without asking for a token',
  'err-group-name invalid-group-name':
    'the Ingress leaves its group without a word, and its rules are removed',
  'missing-service service-not-found': 'whoever asks for the page gets an answer of 503',
  'external-name-service service-external-name': 'a rule without targets answers 503',
};

/** The record does not say which Service was refused: in these cases every one was. */
const isRefusedService = (name: string, { kind }: Judged) =>
  kind === 'Service' && name.startsWith('err-nlb-');

interface Judged {
  readonly kind: string;
  readonly object: string;
  readonly group: string;
  readonly errors: readonly string[];
}

/** The errors of each Ingress and each Service of a file. */
function judge(path: string): Judged[] {
  const service = createService();
  const document = createManifest('file:///manifests.yaml', 'yaml', 1, readFileSync(path, 'utf8'));
  const errors = service.validate(document).filter(({ severity }) => severity === DiagnosticSeverity.Error);
  const file = service.workspace.file(document.uri);
  return (file?.located ?? []).flatMap((located) => {
    const { kind } = located.object;
    if (kind !== 'Ingress' && kind !== 'Service') return [];
    const [first, last] = linesOf(located);
    const own = errors.filter(({ range }) => range.start.line >= first && range.start.line <= last);
    const { namespace = 'default', name = '', annotations } = located.object;
    const group = annotations.find(({ key }) => key === 'alb.ingress.kubernetes.io/group.name')?.value;
    const codes = own.map(({ code }) => String(code));
    return [{ kind, object: `${namespace}/${name}`, group: group ?? '', errors: codes }];
  });
}

function linesOf({ file, object }: Located): [number, number] {
  const first = lineOf(file, object.chunk) ?? 0;
  return [first, first + object.chunk.lines.length - 1];
}

describe('what the controller judged', () => {
  test.each(cases)('$name', ({ name, steps, recorded }) => {
    const judged = judge(steps[0] ?? '');
    const errors = (recorded[0]?.errors ?? []) as readonly { readonly object?: string }[];
    const services = judged.filter((one) => isRefusedService(name, one)).map(({ object }) => object);
    const refused = new Set([
      ...errors.flatMap(({ object = '' }) => (object === '' ? [] : [object])),
      ...services,
    ]);
    expect(services, 'as many Services as were refused').toHaveLength(
      errors.filter(({ object = '' }) => object === '').length,
    );
    const isRefused = ({ object, group }: Judged) => refused.has(object) || refused.has(group);
    const missed = [...refused].filter(
      (object) =>
        NOT_IN_TEXT[`${name} ${object}`] === undefined &&
        !judged.some((one) => (one.object === object || one.group === object) && one.errors.length > 0),
    );
    expect(missed, 'refused, and nothing said').toEqual([]);
    const wrong = judged
      .filter((one) => !isRefused(one))
      .flatMap(({ object, errors }) => errors.map((code) => `${object} ${code}`))
      .filter((line) => WORSE_THAN_REFUSED[`${name} ${line.split(' ')[1]}`] === undefined);
    expect(wrong, 'taken, and called wrong').toEqual([]);
  });
});
