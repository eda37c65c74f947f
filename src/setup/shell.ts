import { stringify } from 'yaml';
import {
  type Action,
  type AwsAction,
  type LATER,
  laterIn,
  type SecretAction,
  type ToolAction,
  type Word,
} from './action';

/** What a command line has to name, as the process itself was told. */
export interface ShellPlace {
  readonly region?: string;
  readonly profile?: string;
  readonly endpointUrl?: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  /** Where the files are that commands read, without a slash at the end. May be a shell's variable. */
  readonly folder: string;
}

/** An action as a person would type it, and the files that it reads. */
export interface ShellCommand {
  readonly files: Readonly<Record<string, string>>;
  readonly line: string;
}

const APPLY = ['apply', '--server-side', '--force-conflicts', '--field-manager=ekslb'];

/** Renders an action for a POSIX shell. `name` begins the names of its files. */
export function shellOf(action: Action, name: string, place: ShellPlace): ShellCommand {
  switch (action.kind) {
    case 'aws':
      return awsLine(action, name, place);
    case 'apply': {
      const file = `${name}.yaml`;
      const text = action.objects.map((object) => stringify(object, { lineWidth: 0 })).join('---\n');
      const line = `${kubectl(place)} ${quoted([...APPLY, '-f'])} ${pathIn(place, file)}`;
      return { files: { [file]: text }, line };
    }
    case 'delete': {
      const { kind = '', apiVersion = 'v1', metadata } = action.object;
      const group = apiVersion.includes('/')
        ? `.${apiVersion.split('/')[1]}.${apiVersion.split('/')[0]}`
        : '';
      const where = metadata.namespace === undefined ? [] : ['--namespace', metadata.namespace];
      const words = [
        'delete',
        `${kind.toLowerCase()}${group}`,
        metadata.name,
        ...where,
        '--ignore-not-found',
      ];
      return { files: {}, line: `${kubectl(place)} ${quoted(words)}` };
    }
    case 'secret':
      return secretLine(action, place);
    case 'tool':
      return toolLine(action, place);
    case 'file':
    case 'wait':
      return { files: {}, line: quoted([...action.argv, ...placeWords(action.argv[0], place)]) };
  }
}

/** Programs that a command line calls. */
export function programsOf(action: Action): string[] {
  switch (action.kind) {
    case 'aws':
      return ['aws'];
    case 'apply':
    case 'delete':
      return ['kubectl'];
    case 'secret':
      return ['kubectl', ...action.commands.map(([program]) => program)];
    case 'tool':
      return [action.argv[0], ...(action.from === undefined ? [] : [action.from[0]])];
    case 'file':
    case 'wait':
      return [action.argv[0]];
  }
}

function kubectl(place: ShellPlace): string {
  return quoted(['kubectl', ...placeWords('kubectl', place)]);
}

/** The options that say where; where the environment says it, none are needed. */
export function placeWords(
  program: string,
  { region, profile, endpointUrl, kubeconfig, context }: Omit<ShellPlace, 'folder'>,
): string[] {
  const said = (flag: string, value: string | undefined) => (value === undefined ? [] : [flag, value]);
  switch (program) {
    case 'aws':
      return [
        ...said('--region', region),
        ...said('--profile', profile),
        ...said('--endpoint-url', endpointUrl),
      ];
    case 'eksctl':
      // Its region is in the command already: beside a configuration file eksctl takes none.
      return said('--profile', profile);
    case 'kubectl':
      return [...said('--kubeconfig', kubeconfig), ...said('--context', context)];
    case 'helm':
      return [...said('--kubeconfig', kubeconfig), ...said('--kube-context', context)];
    default:
      return [];
  }
}

const LONG = 160;

/** Documents go into files, short values onto the line: `--policy-name X --policy-document file://...`. */
function awsLine({ service, operation, input }: AwsAction, name: string, place: ShellPlace): ShellCommand {
  const files: Record<string, string> = {};
  const words = Object.entries(input).flatMap(([key, value]) => {
    if (value === undefined) return [];
    const flag = `--${kebab(key)}`;
    if (typeof value === 'boolean') return [value ? flag : `--no-${kebab(key)}`];
    if (Array.isArray(value) && value.every((one) => typeof one === 'string')) {
      return [flag, ...value.map((one) => quote(one))];
    }
    const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
    if (!isDocument(text, value)) return [flag, quote(text)];
    const file = `${name}-${kebab(key)}.json`;
    files[file] = `${JSON.stringify(JSON.parse(text), null, 2)}\n`;
    return [flag, `file://${pathIn(place, file)}`];
  });
  const start = quoted(['aws', service, kebab(operation), ...placeWords('aws', place)]);
  return { files, line: [start, ...words].join(' ') };
}

/** Policies, which the API takes as texts, always: people read and keep them. Other structures where they are long. */
function isDocument(text: string, value: unknown): boolean {
  return typeof value === 'string' ? isJsonObject(text) : typeof value === 'object' && text.length > LONG;
}

function isJsonObject(text: string): boolean {
  try {
    return text.startsWith('{') && typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}

function toolLine({ argv, files = {}, from }: ToolAction, place: ShellPlace): ShellCommand {
  const [program, ...rest] = argv;
  const words = rest.map((word) => wordIn(word, place));
  const line = [quote(program), ...words, ...placeWords(program, place).map(quote)].join(' ');
  const source = from === undefined ? '' : `${quoted([...from, ...placeWords(from[0], place)])} | `;
  return { files, line: source + line };
}

/** The key is made on the machine that runs it, in a folder that goes at once, and from there into the cluster. */
function secretLine({ commands, keys, shown }: SecretAction, place: ShellPlace): ShellCommand {
  const { name, namespace = 'default', labels = {} } = shown.metadata;
  const inside = { ...place, folder: '$KEYS' };
  const made = commands.map((words) => words.map((word) => wordIn(word, inside)).join(' '));
  const from = Object.entries(keys).map(([key, { file }]) => `--from-file=${key}=${pathIn(inside, file)}`);
  const head = ['create', 'secret', 'generic', name, '--namespace', namespace, '--type=kubernetes.io/tls'];
  const create = `${kubectl(place)} ${quoted(head)} ${from.join(' ')} --dry-run=client -o yaml`;
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  const label = quoted(['kubectl', 'label', '--local', '-f', '-', '-o', 'yaml', ...pairs]);
  const apply = `${kubectl(place)} ${quoted([...APPLY, '-f', '-'])}`;
  const safely = ['set -e', 'KEYS=$(mktemp -d)', `trap 'rm -rf "$KEYS"' EXIT`];
  return { files: {}, line: `(${[...safely, ...made, `${create} | ${label} | ${apply}`].join('; ')})` };
}

function wordIn(word: Word, place: ShellPlace): string {
  return typeof word === 'string' ? quote(word) : pathIn(place, word.file);
}

/** The folder may be a variable, which only double quotes leave alone. */
function pathIn({ folder }: ShellPlace, file: string): string {
  return folder.startsWith('$') ? `"${folder}"/${quote(file)}` : quote(`${folder}/${file}`);
}

/** A word as a shell reads it back; values that it knows by then are left to it. */
export function quote(word: string): string {
  if (laterIn(word).length > 0) return `"${expandable(word)}"`;
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

export function quoted(words: readonly string[]): string {
  return words.map(quote).join(' ');
}

/** A text in which a shell replaces only what is known later. */
export function expandable(text: string): string {
  const escaped = text.replace(/[\\$`"]/g, '\\$&');
  return laterIn(text).reduce((now, name) => now.replaceAll(`\\\${${name}}`, `\${${name}}`), escaped);
}

/** A member of an input as the AWS CLI spells it: `ClientIDList` -> `client-id-list` (botocore: xform_name). */
export function kebab(name: string): string {
  const plural = /(?<![A-Z])[A-Z]{2,}s$/.exec(name)?.[0];
  const split = plural === undefined ? name : `${name.slice(0, -plural.length)}-${plural.toLowerCase()}`;
  return split
    .replace(/(.)([A-Z][a-z]+)/g, '$1-$2')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase();
}

/** What is known only later, in everything that an action is made of. */
export function laterOf(action: Action): (keyof typeof LATER)[] {
  return laterIn(JSON.stringify(action));
}
