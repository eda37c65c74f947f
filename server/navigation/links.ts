/** Links from annotation keys to the page of AWS, or of the controller, and from ARNs to the console. */
import type { DocumentLink } from 'vscode-languageserver-types';
import { lookUpKey } from '../../src/annotations/keys';
import { documentationOf } from '../../src/annotations/read';
import { bareKey } from '../edits';
import { flatMapInSteps, type Steps } from '../turns';
import type { Located, SourceFile } from '../workspace/workspace';
import { rangesOf, unique } from './places';

interface Link {
  readonly at: Located;
  readonly span: { readonly start: number; readonly end: number };
  readonly target: string;
  readonly tooltip: string;
}

export function* documentLinks(file: SourceFile): Steps<DocumentLink[]> {
  const seen = new Set<string>();
  return yield* flatMapInSteps(file.located, function* (at): Steps<DocumentLink[]> {
    yield;
    return unique([...keyLinks(at), ...arnLinks(at)], seen).flatMap((link) =>
      rangesOf(link).map((range) => ({ range, target: link.target, tooltip: link.tooltip })),
    );
  });
}

/** The name at the end of a key is no part of the link: it leads to its definition. */
function keyLinks(at: Located): Link[] {
  return at.object.annotations.flatMap((entry) => {
    const known = lookUpKey(entry.key);
    if (known === undefined) return [];
    const { start } = bareKey(entry);
    const { aws } = known.row;
    return [
      {
        at,
        span: { start, end: start + known.prefix.length + known.suffix.length },
        target: aws ?? documentationOf(known),
        tooltip: aws === undefined ? 'Controller documentation' : 'AWS documentation',
      },
    ];
  });
}

const CERTIFICATE = /arn:aws:acm:([a-z0-9-]+):\d{12}:certificate\/([0-9a-f-]{36})/g;
const TARGET_GROUP = /arn:aws:elasticloadbalancing:([a-z0-9-]+):\d{12}:targetgroup\/[\w-]+\/[0-9a-f]+/g;
const KINDS_WITH_ARNS: ReadonlySet<string> = new Set([
  'Ingress',
  'Service',
  'IngressClassParams',
  'TargetGroupBinding',
]);

/** Regions of the public partition only: the others have consoles of their own. */
function arnLinks(at: Located): Link[] {
  if (!KINDS_WITH_ARNS.has(at.object.kind)) return [];
  return [
    ...matches(at, CERTIFICATE, (_, region, id) => `acm/home?region=${region}#/certificates/${id}`),
    ...matches(
      at,
      TARGET_GROUP,
      (arn, region) => `ec2/home?region=${region}#TargetGroup:targetGroupArn=${arn}`,
    ),
  ];
}

function matches(
  at: Located,
  pattern: RegExp,
  pageOf: (arn: string, region: string, id: string) => string,
): Link[] {
  const { chunk, root } = at.object;
  const text = chunk.text.slice(root.start, root.end);
  return [...text.matchAll(pattern)].map(({ 0: arn, 1: region = '', 2: id = '', index }) => ({
    at,
    span: { start: root.start + index, end: root.start + index + arn.length },
    target: `https://${region}.console.aws.amazon.com/${pageOf(arn, region, id)}`,
    tooltip: 'Open in the AWS console',
  }));
}
