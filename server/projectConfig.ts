/**
 * `.ekslb.yaml`: what a project decides about the checks, for the folder it stands in and those below. The nearest one
 * holds; what it does not say comes from the editor's settings.
 */
import { valid } from 'semver';
import { closest } from '../src/annotations/closest';
import type { Span } from '../src/annotations/kinds';
import { type RuleCode, rules } from '../src/rules';
import type { Profile } from './checks/profile';
import { readGlob } from './glob';
import type { Config, ConfigOf, Level } from './settings';
import { DEFAULT_CONFIG } from './settings';
import { folderOf } from './workspace/scope';
import { behind, itemsOf, type Node, type Pair, pairsOf, type ScalarNode } from './yaml/node';
import { readYaml } from './yaml/read';

export const CONFIG_FILE = '.ekslb.yaml';

export function isConfigFile(uri: string): boolean {
  return uri.endsWith(`/${CONFIG_FILE}`);
}

export const LEVELS: readonly Level[] = ['error', 'warning', 'information', 'hint', 'off'];

/** Something in the file that means nothing. */
export interface ConfigProblem {
  readonly span: Span;
  readonly message: string;
}

/** A file as it was read; what could not be read is left out and told. */
export interface ProjectConfig {
  readonly profile: Profile;
  readonly severity: Config['severity'];
  readonly ignore: readonly string[];
  readonly problems: readonly ConfigProblem[];
}

export interface ConfigStore {
  readonly configOf: ConfigOf;
  set(uri: string, text: string): ProjectConfig;
  remove(uri: string): void;
  /** What holds where no file says otherwise. */
  setDefaults(config: Pick<Config, 'profile' | 'severity'>): void;
}

export function createConfigStore(onChange: () => void = () => undefined): ConfigStore {
  const known = new Map<
    string,
    { readonly config: ProjectConfig; readonly ignores: (path: string) => boolean }
  >();
  let defaults: Pick<Config, 'profile' | 'severity'> = DEFAULT_CONFIG;
  const folders = () => [...known.keys()].sort((a, b) => b.length - a.length);
  return {
    configOf(uri) {
      const folder = known.size === 0 ? undefined : folders().find((one) => uri.startsWith(one));
      const found = folder === undefined ? undefined : known.get(folder);
      if (folder === undefined || found === undefined) return { ...defaults, ignored: false };
      return {
        profile: { ...defaults.profile, ...found.config.profile },
        severity: { ...defaults.severity, ...found.config.severity },
        ignored: found.ignores(decodeURIComponent(uri.slice(folder.length))),
      };
    },
    set(uri, text) {
      const config = readConfig(text);
      known.set(folderOf(uri), { config, ignores: ignoring(config.ignore) });
      onChange();
      return config;
    },
    remove(uri) {
      if (known.delete(folderOf(uri))) onChange();
    },
    setDefaults(config) {
      defaults = config;
      onChange();
    },
  };
}

/** Asked for at every question about a file, and answered once for each. */
function ignoring(patterns: readonly string[]): (path: string) => boolean {
  const globs = patterns.map(readGlob);
  const known = new Map<string, boolean>();
  return (path) => {
    const ignored = known.get(path) ?? globs.some(({ matches }) => matches?.(path) === true);
    known.set(path, ignored);
    return ignored;
  };
}

interface Draft {
  readonly profile: { controller?: string; autoMode?: boolean; fargate?: boolean };
  readonly severity: Partial<Record<RuleCode, Level>>;
  readonly ignore: string[];
  readonly problems: ConfigProblem[];
}

/** Reads the text of a `.ekslb.yaml`; never throws. */
export function readConfig(text: string): ProjectConfig {
  const draft: Draft = { profile: {}, severity: {}, ignore: [], problems: [] };
  for (const { root, errors } of readYaml(text)) {
    for (const span of errors) draft.problems.push({ span, message: 'This is not YAML.' });
    for (const pair of pairsOf(root)) readSetting(pair, draft);
  }
  return draft;
}

const READERS: Readonly<Record<string, (value: Node | undefined, draft: Draft, at: Span) => void>> = {
  controller: readController,
  autoMode: (value, draft, at) => readSwitch('autoMode', value, draft, at),
  fargate: (value, draft, at) => readSwitch('fargate', value, draft, at),
  severity: readLevels,
  ignore: readPatterns,
};

function readSetting({ key, value }: Pair, draft: Draft): void {
  const read = Object.hasOwn(READERS, key.value) ? READERS[key.value] : undefined;
  if (read === undefined) draft.problems.push(unknown('setting', key, Object.keys(READERS)));
  else read(value, draft, key);
}

function readController(value: Node | undefined, draft: Draft, at: Span): void {
  const written = scalarOf(value)?.value.replace(/^v/, '') ?? '';
  const version = /^\d+\.\d+$/.test(written) ? `${written}.0` : written;
  if (valid(version) !== null) draft.profile.controller = version;
  else
    draft.problems.push({
      span: value ?? at,
      message: 'Write the release of the controller, such as `2.13.0`.',
    });
}

function readSwitch(name: 'autoMode' | 'fargate', value: Node | undefined, draft: Draft, at: Span): void {
  const scalar = scalarOf(value);
  if (scalar?.type === 'boolean') draft.profile[name] = /^(y|on|t)/i.test(scalar.value);
  else draft.problems.push({ span: value ?? at, message: `\`${name}\` is true or false.` });
}

function readLevels(value: Node | undefined, draft: Draft, at: Span): void {
  if (isScalar(value)) {
    draft.problems.push({ span: value ?? at, message: 'Write rules and their severities below it.' });
  }
  for (const pair of pairsOf(value)) readLevel(pair, draft);
}

function readPatterns(value: Node | undefined, draft: Draft, at: Span): void {
  if (isScalar(value)) draft.problems.push({ span: value ?? at, message: '`ignore` is a list of patterns.' });
  const items = itemsOf(value);
  for (const item of items.slice(0, MOST_PATTERNS)) {
    const pattern = scalarOf(item)?.value ?? '';
    const { problem } = readGlob(pattern);
    if (problem !== undefined) draft.problems.push({ span: item ?? at, message: problem });
    else if (pattern !== '') draft.ignore.push(pattern);
  }
  if (items.length > MOST_PATTERNS) {
    const message = `Only the first ${MOST_PATTERNS} of these ${items.length} patterns count.`;
    draft.problems.push({ span: items[MOST_PATTERNS] ?? at, message });
  }
}

/** So many, of the length that a pattern may have, are matched at once even against the longest path. */
const MOST_PATTERNS = 50;

/** Something is written where a map or a list should be. */
function isScalar(node: Node | undefined): boolean {
  return (scalarOf(node)?.value ?? '') !== '';
}

function readLevel({ key, value }: Pair, draft: Draft): void {
  const scalar = scalarOf(value);
  // YAML reads `off` as false.
  const level = scalar?.type === 'boolean' && /^(off|no|false)$/i.test(scalar.value) ? 'off' : scalar?.value;
  if (!Object.hasOwn(rules, key.value)) draft.problems.push(unknown('rule', key, Object.keys(rules)));
  else if (!LEVELS.includes(level as Level)) {
    draft.problems.push({ span: value ?? key, message: `A severity is one of ${LEVELS.join(', ')}.` });
  } else draft.severity[key.value as RuleCode] = level as Level;
}

function unknown(what: string, { value, start, end }: ScalarNode, names: readonly string[]): ConfigProblem {
  const near = closest(value, names);
  const hint = near === undefined ? '' : ` Did you mean \`${near}\`?`;
  return { span: { start, end }, message: `There is no ${what} \`${value}\`.${hint}` };
}

function scalarOf(node: Node | undefined): ScalarNode | undefined {
  const scalar = behind(node);
  return scalar?.kind === 'scalar' ? scalar : undefined;
}
