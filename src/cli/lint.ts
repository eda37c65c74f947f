import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Diagnostic, Range } from 'vscode-languageserver-types';
import { createNodeFiles } from '../../server/nodeFiles';
import { CONFIG_FILE, type ConfigStore, createConfigStore } from '../../server/projectConfig';
import { createService, type LanguageService } from '../../server/service';
import { applyEdits } from '../../server/text/applyEdits';
import { createManifest } from '../../server/text/manifest';
import { createWorkspaceFiles } from '../../server/workspaceFiles';
import { UserError } from '../errors';
import { orUnreadable, readText } from '../kube/manifests';
import type { ExitCode } from './given';
import { type LintFinding, type Place, SEVERITIES, type Severity } from './lintFinding';
import { FORMATS } from './lintFormats';
import { replaceFile } from './replaceFile';
import type { Terminal } from './terminal';

export interface LintOptions {
  readonly format?: string;
  readonly fix?: boolean;
  readonly minSeverity?: string;
}

/** A file that was named, or stands in a folder that was: as it was named, and as an address. */
interface Target {
  readonly path: string;
  readonly uri: string;
  /** The folder that was named, or that the file stands in: nothing outside is written to. */
  readonly folder: string;
}

/** `ekslb lint`: the findings of the editor, for files and folders. Everything named is one workspace. */
export async function lintCommand(
  paths: readonly string[],
  options: LintOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const format = FORMATS[options.format ?? 'text'];
  const least = SEVERITIES.indexOf((options.minSeverity ?? 'info') as Severity);
  if (format === undefined) throw unknown('format', options.format, Object.keys(FORMATS));
  if (least < 0) throw unknown('severity', options.minSeverity, SEVERITIES);
  const { service, targets } = await open(paths, terminal, options.fix !== true);
  const mended = options.fix !== true || fixAll(service, targets, terminal);
  const findings = targets.flatMap(({ path, uri }) => findingsOf(service, path, uri));
  const shown = findings.filter(({ severity }) => SEVERITIES.indexOf(severity) <= least);
  if (format === FORMATS['github']) terminal.exact(format(shown));
  else terminal.out(format(shown));
  return shown.length > 0 || !mended ? 1 : 0;
}

function unknown(what: string, given: string | undefined, known: readonly string[]): UserError {
  return new UserError('usage', `There is no ${what} '${given ?? ''}'.`, {
    advice: `Use one of: ${known.join(', ')}.`,
  });
}

/** Reads everything that is named; what cannot be read ends it. */
async function open(
  paths: readonly string[],
  terminal: Terminal,
  still: boolean,
): Promise<{ service: LanguageService; targets: Target[] }> {
  const configs = telling(createConfigStore(), terminal);
  const service = createService({ snippets: false, configOf: configs.configOf, still });
  const files = createWorkspaceFiles(createNodeFiles(), {
    service,
    configs,
    isOpen: () => false,
    onUnread: (uri, problem) => {
      if (problem !== undefined) terminal.err(`${pathOf(uri)}: warning: not read: it is ${problem}.`);
    },
  });
  const targets: Target[] = [];
  for (const path of paths) {
    if (path !== '-') for (const config of configsAbove(resolve(path))) files.refresh(uriOf(config));
    if (path !== '-' && (await isFolder(path))) {
      await files.scan([uriOf(path)]);
      targets.push(...targetsBelow(path, service));
    } else {
      await take(service, path);
      targets.push({ path, uri: uriOf(path), folder: dirname(path) });
    }
  }
  return { service, targets };
}

/** A store that says, once, what means nothing in the files it is given. */
function telling(configs: ConfigStore, terminal: Terminal): ConfigStore {
  const told = new Set<string>();
  return {
    ...configs,
    set(uri, text) {
      const config = configs.set(uri, text);
      if (!told.has(uri)) {
        for (const { span, message } of config.problems) {
          terminal.err(`${pathOf(uri)}:${text.slice(0, span.start).split('\n').length} warning: ${message}`);
        }
      }
      told.add(uri);
      return config;
    },
  };
}

async function isFolder(path: string): Promise<boolean> {
  return (await orUnreadable(path, () => stat(path))).isDirectory();
}

/** The files of a folder that hold something to check, by their paths as the folder was named. */
function targetsBelow(folder: string, { workspace }: LanguageService): Target[] {
  const root = `${uriOf(folder)}/`;
  const below = [...workspace.files()].filter(({ uri }) => uri.startsWith(root));
  return below
    .map(({ uri }) => ({ uri, folder, path: join(folder, decodeURIComponent(uri.slice(root.length))) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

function uriOf(path: string): string {
  return path === '-' ? 'file:///dev/stdin' : pathToFileURL(resolve(path)).href;
}

/** A file that was named is read whatever its name. */
async function take(service: LanguageService, path: string): Promise<void> {
  service.workspace.set(createManifest(uriOf(path), 'yaml', 1, await readText(path)));
}

/** The settings of the project a path belongs to, the farthest first. */
function configsAbove(path: string): string[] {
  const parent = dirname(path);
  const above = parent === path ? [] : configsAbove(parent);
  const own = join(path, CONFIG_FILE);
  return existsSync(own) ? [...above, own] : above;
}

/** Mends files; false if one could not be written. */
function fixAll(service: LanguageService, targets: readonly Target[], terminal: Terminal): boolean {
  const problems = targets.flatMap((target) => fix(service, target));
  for (const problem of problems) terminal.err(problem);
  return problems.length === 0;
}

function fix({ fixes, workspace }: LanguageService, { path, uri, folder }: Target): string[] {
  const manifest = workspace.file(uri)?.manifest;
  const edits = path === '-' || manifest === undefined ? [] : fixes(manifest);
  if (manifest === undefined || edits.length === 0) return [];
  const mended = applyEdits(manifest, edits);
  const problem = replaceFile(path, folder, manifest.getText(), mended);
  if (problem !== undefined) return [`${path}: warning: not mended: ${problem}.`];
  workspace.set(createManifest(uri, 'yaml', 2, mended));
  return [];
}

function findingsOf(service: LanguageService, path: string, uri: string): LintFinding[] {
  const manifest = service.workspace.file(uri)?.manifest;
  if (manifest === undefined) return [];
  return service
    .validate(manifest)
    .map((diagnostic) => findingOf(path, uri, diagnostic))
    .sort((a, b) => a.line - b.line || a.column - b.column);
}

function findingOf(file: string, uri: string, diagnostic: Diagnostic): LintFinding {
  const { range, severity = 1, code = '', codeDescription, relatedInformation = [] } = diagnostic;
  const message = typeof diagnostic.message === 'string' ? diagnostic.message : diagnostic.message.value;
  const related = relatedInformation.map(({ location, message: why }) => ({
    ...placeOf(location.uri === uri ? file : pathOf(location.uri), location.range),
    message: why,
  }));
  return {
    ...placeOf(file, range),
    severity: SEVERITIES[severity - 1] ?? 'error',
    code: String(code),
    message,
    help: codeDescription?.href,
    ...(related.length === 0 ? {} : { related }),
  };
}

function placeOf(file: string, { start, end }: Range): Place {
  return {
    file,
    line: start.line + 1,
    column: start.character + 1,
    endLine: end.line + 1,
    endColumn: end.character + 1,
  };
}

function pathOf(uri: string): string {
  return relative(process.cwd(), fileURLToPath(uri));
}
