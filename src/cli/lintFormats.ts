import { oneLine, printable, printableJson } from '../printable';
import { type LintFinding, SEVERITIES, type Severity } from './lintFinding';
import { sarif } from './sarif';

type Format = (findings: readonly LintFinding[]) => string;

/** How findings are printed, by the name that `--format` takes. */
export const FORMATS: Readonly<Record<string, Format>> = { text, json, sarif, github };

function text(findings: readonly LintFinding[]): string {
  const lines = findings.map(({ file, line, column, severity, code, message }) =>
    oneLine(`${file}:${line}:${column} ${severity} ${code}: ${inSentence(message)}`),
  );
  return [...lines, total(findings)].join('\n');
}

const NOUNS: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
  hint: 'hint',
};

function total(findings: readonly LintFinding[]): string {
  if (findings.length === 0) return 'no finding';
  return SEVERITIES.flatMap((severity) => {
    const count = findings.filter((one) => one.severity === severity).length;
    if (severity === 'hint' && count === 0) return [];
    return [`${count} ${NOUNS[severity]}${count === 1 ? '' : 's'}`];
  }).join(', ');
}

/** Messages of ours may have several lines. */
function inSentence(message: string): string {
  const lines = message.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '').join(' ');
}

function json(findings: readonly LintFinding[]): string {
  return printableJson(findings);
}

const COMMANDS: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  info: 'notice',
  hint: 'notice',
};

/** GitHub's workflow commands (docs.github.com, "Workflow commands for GitHub Actions"). */
function github(findings: readonly LintFinding[]): string {
  const escaped = (value: string) =>
    printable(value.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A')).replaceAll(
      '##[',
      '## [',
    );
  const property = (value: string) => escaped(value).replace(/:/g, '%3A').replace(/,/g, '%2C');
  return findings
    .map((one) => {
      const place = `file=${property(one.file)},line=${one.line},col=${one.column},endLine=${one.endLine},endColumn=${one.endColumn}`;
      return `::${COMMANDS[one.severity]} ${place},title=${property(one.code)}::${escaped(one.message)}`;
    })
    .join('\n');
}
