/** SARIF 2.1.0, as code scanning reads it (docs.github.com, "SARIF support for code scanning"). */
import { relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { printableJson } from '../printable';
import { type Rule, rules } from '../rules';
import type { LintFinding, Place, RelatedPlace } from './lintFinding';

const LEVELS = {
  error: 'error',
  warning: 'warning',
  info: 'note',
  hint: 'note',
  information: 'note',
} as const;
const HOME = 'https://github.com/eks-load-balancers/eks-load-balancers';

export function sarif(findings: readonly LintFinding[]): string {
  const codes = [...new Set(findings.map(({ code }) => code))];
  const helpOf = (code: string) => findings.find((one) => one.code === code)?.help;
  const driver = {
    name: 'ekslb',
    informationUri: HOME,
    rules: codes.map((code) => descriptor(code, helpOf(code))),
  };
  const results = findings.map((one) => resultOf(one, codes.indexOf(one.code)));
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver }, columnKind: 'utf16CodeUnits', results }],
  };
  return printableJson(log);
}

/** A rule as the list of rules of a run has it. */
function descriptor(code: string, help: string | undefined) {
  const rule: Rule | undefined = Object.hasOwn(rules, code) ? rules[code as keyof typeof rules] : undefined;
  return { id: code, ...(help === undefined ? {} : { helpUri: help }), ...(rule && texts(rule, help)) };
}

function texts({ title, why, severity }: Rule, help: string | undefined) {
  const more = help === undefined ? '' : ` [Examples](${help})`;
  return {
    shortDescription: { text: `${title}.` },
    fullDescription: { text: why },
    help: { text: `${title}. ${why}`, markdown: `**${title}.** ${why}${more}` },
    defaultConfiguration: { level: LEVELS[severity] },
  };
}

function resultOf(finding: LintFinding, ruleIndex: number) {
  const { code, severity, message, related = [] } = finding;
  return {
    ruleId: code,
    ruleIndex,
    level: LEVELS[severity],
    message: { text: message },
    locations: [locationOf(finding)],
    ...(related.length === 0 ? {} : { relatedLocations: related.map(relatedLocation) }),
  };
}

function relatedLocation(place: RelatedPlace, index: number) {
  return { id: index + 1, ...locationOf(place), message: { text: place.message } };
}

function locationOf({ file, line, column, endLine, endColumn }: Place) {
  const region = { startLine: line, startColumn: column, endLine, endColumn };
  return { physicalLocation: { artifactLocation: { uri: uriOf(file) }, region } };
}

/** Relative where the file is below the working folder: that is how code scanning finds it in a repository. */
function uriOf(file: string): string {
  const path = relative(process.cwd(), file);
  return path.startsWith('..')
    ? pathToFileURL(file).href
    : path.split(/[\\/]/).map(encodeURIComponent).join('/');
}
