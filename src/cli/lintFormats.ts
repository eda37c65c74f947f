import { relative } from 'node:path';
import { pathToFileURL } from 'node:url';

export const SEVERITIES = ['error', 'warning', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** One finding; lines and columns count from 1. */
export interface LintFinding {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
  readonly help: string | undefined;
}

type Format = (findings: readonly LintFinding[]) => string;

/** How findings are printed, by the name that `--format` takes. */
export const FORMATS: Readonly<Record<string, Format>> = { text, json, sarif, github };

function text(findings: readonly LintFinding[]): string {
  const lines = findings.map(
    ({ file, line, column, severity, code, message }) =>
      `${file}:${line}:${column} ${severity} ${code}: ${oneLine(message)}`,
  );
  const counts = SEVERITIES.map((severity) => findings.filter((one) => one.severity === severity).length);
  const total =
    findings.length === 0 ? 'no finding' : `${counts[0]} errors, ${counts[1]} warnings, ${counts[2]} notes`;
  return [...lines, total].join('\n');
}

function oneLine(message: string): string {
  return message.replace(/\s*\n\s*/g, ' ');
}

function json(findings: readonly LintFinding[]): string {
  return JSON.stringify(findings, null, 2);
}

/** GitHub's workflow commands (docs.github.com, "Workflow commands for GitHub Actions"). */
function github(findings: readonly LintFinding[]): string {
  const names = { error: 'error', warning: 'warning', info: 'notice' } as const;
  const escaped = (value: string) => value.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
  const property = (value: string) => escaped(value).replace(/:/g, '%3A').replace(/,/g, '%2C');
  return findings
    .map((one) => {
      const place = `file=${property(one.file)},line=${one.line},col=${one.column},endLine=${one.endLine},endColumn=${one.endColumn}`;
      return `::${names[one.severity]} ${place},title=${property(one.code)}::${escaped(one.message)}`;
    })
    .join('\n');
}

/** SARIF 2.1.0, as code scanning reads it. */
function sarif(findings: readonly LintFinding[]): string {
  const rules = [...new Map(findings.map((one) => [one.code, one])).values()];
  const levels = { error: 'error', warning: 'warning', info: 'note' } as const;
  const driver = {
    name: 'ekslb',
    rules: rules.map(({ code, help }) => ({ id: code, ...(help === undefined ? {} : { helpUri: help }) })),
  };
  const results = findings.map((one) => ({
    ruleId: one.code,
    level: levels[one.severity],
    message: { text: one.message },
    locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(one.file) }, region: regionOf(one) } }],
  }));
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver }, results }],
  };
  return JSON.stringify(log, null, 2);
}

function uriOf(file: string): string {
  const path = relative(process.cwd(), file);
  return path.startsWith('..')
    ? pathToFileURL(file).href
    : path.split(/[\\/]/).map(encodeURIComponent).join('/');
}

function regionOf({ line, column, endLine, endColumn }: LintFinding) {
  return { startLine: line, startColumn: column, endLine, endColumn };
}
