import { writeFile } from 'node:fs/promises';
import type { Diagnostic } from 'vscode-languageserver-types';
import { createService, type LanguageService } from '../../server/service';
import { applyEdits } from '../../server/text/applyEdits';
import { createManifest, type Manifest } from '../../server/text/manifest';
import { UserError } from '../errors';
import { filesIn, readText } from '../kube/manifests';
import type { ExitCode } from './commands';
import { FORMATS, type LintFinding, SEVERITIES, type Severity } from './lintFormats';
import type { Terminal } from './terminal';

export interface LintOptions {
  readonly format?: string;
  readonly fix?: boolean;
  readonly minSeverity?: string;
}

/** `ekslb lint`: the findings of the editor, for files and folders. */
export async function lintCommand(
  paths: readonly string[],
  options: LintOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const format = FORMATS[options.format ?? 'text'];
  const least = SEVERITIES.indexOf((options.minSeverity ?? 'info') as Severity);
  if (format === undefined) throw unknown('format', options.format, Object.keys(FORMATS));
  if (least < 0) throw unknown('severity', options.minSeverity, SEVERITIES);
  const service = createService({ snippets: false });
  const files = (await Promise.all(paths.map((path) => (path === '-' ? ['-'] : filesIn(path))))).flat();
  const findings: LintFinding[] = [];
  for (const file of files) findings.push(...(await lintFile(service, file, options.fix === true)));
  const shown = findings.filter(({ severity }) => SEVERITIES.indexOf(severity) <= least);
  terminal.out(format(shown));
  return shown.length > 0 ? 1 : 0;
}

function unknown(what: string, given: string | undefined, known: readonly string[]): UserError {
  return new UserError('usage', `There is no ${what} '${given ?? ''}'.`, {
    advice: `Use one of: ${known.join(', ')}.`,
  });
}

async function lintFile(service: LanguageService, file: string, fix: boolean): Promise<LintFinding[]> {
  let document = createManifest(file, 'yaml', 1, await readText(file));
  if (fix && file !== '-') document = await fixed(service, document, file);
  const findings = service.validate(document).map((diagnostic) => findingOf(file, diagnostic));
  service.forget(file);
  return findings;
}

async function fixed(service: LanguageService, document: Manifest, file: string): Promise<Manifest> {
  const edits = service.fixes(document);
  if (edits.length === 0) return document;
  const text = applyEdits(document, edits);
  await writeFile(file, text);
  return createManifest(file, 'yaml', 2, text);
}

function findingOf(file: string, diagnostic: Diagnostic): LintFinding {
  const { start, end } = diagnostic.range;
  const severity = SEVERITIES[Math.min((diagnostic.severity ?? 1) - 1, SEVERITIES.length - 1)] ?? 'error';
  const at = {
    line: start.line + 1,
    column: start.character + 1,
    endLine: end.line + 1,
    endColumn: end.character + 1,
  };
  const message = typeof diagnostic.message === 'string' ? diagnostic.message : diagnostic.message.value;
  return {
    file,
    ...at,
    severity,
    code: String(diagnostic.code ?? ''),
    message,
    help: diagnostic.codeDescription?.href,
  };
}
