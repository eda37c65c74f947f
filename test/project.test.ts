import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LEVELS } from '../server/projectConfig';
import { SEVERITIES } from '../src/cli/lintFinding';
import { FORMATS } from '../src/cli/lintFormats';
import { STUCK } from '../src/reconcile/advice/stuck';
import { OTHER, ROWS } from '../src/reconcile/advice/table';

const root = resolve(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const manifest = JSON.parse(read('package.json')) as Manifest;
const nls = JSON.parse(read('package.nls.json')) as Record<string, string>;

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string }[]>>;
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly viewsWelcome: readonly { readonly view: string; readonly contents: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, unknown>> };
  };
  readonly capabilities: {
    readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] };
  };
}

function filesBelow(folder: string, ending = '.ts'): string[] {
  return readdirSync(join(root, folder)).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(join(root, path)).isDirectory()) return filesBelow(path, ending);
    return path.endsWith(ending) ? [path] : [];
  });
}

const sources = [...filesBelow('src'), ...filesBelow('server')];

interface Import {
  readonly from: string;
  /** A file of ours, or the name of a package. */
  readonly to: string;
}

function importsOf(file: string): Import[] {
  const text = read(file);
  const specifiers = [
    ...text.matchAll(
      /(?:^|\n)(?:import|export)[^'";]*?from '([^']+)'|import\('([^']+)'\)|\nimport '([^']+)'/g,
    ),
  ];
  return specifiers.map(([, one, two, three]) => ({
    from: file,
    to: target(file, one ?? two ?? three ?? ''),
  }));
}

function target(file: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  const path = relative(root, resolve(root, dirname(file), specifier))
    .split('\\')
    .join('/');
  return sources.find((one) => one === `${path}.ts` || one === `${path}/index.ts`) ?? path;
}

const imports = sources.flatMap(importsOf);

/** Where each folder may point, besides itself (docs/architecture.md). Packages are named by their beginnings. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  'src/rules/': [],
  'src/annotations/': ['src/rules/', 'src/markdown.ts', 'src/printable.ts'],
  'src/crds/': ['src/annotations/', 'src/rules/'],
  'src/model/': ['src/annotations/', 'src/rules/quotas.ts', 'src/kube/types.ts'],
  'src/kube/': ['src/errors.ts', 'src/files.ts', 'src/pages.ts', 'src/protocol.ts', 'src/printable.ts'],
  'src/aws/': ['src/model/', 'src/errors.ts', 'src/pages.ts', 'src/protocol.ts', 'src/printable.ts'],
  'src/reconcile/': [
    'src/aws/',
    'src/kube/',
    'src/model/',
    'src/annotations/',
    'src/errors.ts',
    'src/printable.ts',
  ],
  'src/setup/': [
    'src/reconcile/',
    'src/aws/',
    'src/kube/',
    'src/model/',
    'src/crds/',
    'src/annotations/',
    'src/errors.ts',
    'src/printable.ts',
    'src/wildcards.ts',
  ],
  'src/cli/': [
    'src/setup/',
    'src/reconcile/',
    'src/aws/',
    'src/kube/',
    'src/model/',
    'src/rules/',
    'src/errors.ts',
    'src/printable.ts',
    'src/files.ts',
    'server/service.ts',
    'server/nodeFiles.ts',
    'server/projectConfig.ts',
    'server/workspaceFiles.ts',
    'server/text/',
  ],
  'server/': [
    'src/annotations/',
    'src/rules/',
    'src/crds/',
    'src/model/',
    'src/kube/types.ts',
    'src/kube/shape.ts',
    'src/kube/shapes.ts',
    'src/files.ts',
    'src/protocol.ts',
    'src/printable.ts',
    'src/markdown.ts',
    'src/wildcards.ts',
  ],
};

describe('import arrows', () => {
  for (const [folder, allowed] of Object.entries(ARROWS)) {
    it(`${folder} points only at ${allowed.join(', ') || 'itself'}`, () => {
      const own = imports.filter(({ from, to }) => from.startsWith(folder) && /^(src|server)\//.test(to));
      const wrong = own.filter(({ to }) => ![folder, ...allowed].some((start) => to.startsWith(start)));
      expect(wrong).toEqual([]);
    });
  }

  it('keeps the editor out of the engine', () => {
    const engine = [
      'src/annotations/',
      'src/rules/',
      'src/crds/',
      'src/model/',
      'src/kube/',
      'src/aws/',
      'src/reconcile/',
      'src/setup/',
      'src/cli',
      'server/',
    ];
    const wrong = imports.filter(
      ({ from, to }) => to === 'vscode' && engine.some((start) => from.startsWith(start)),
    );
    expect(wrong).toEqual([]);
  });

  it('keeps Node out of what runs in a browser', () => {
    const pure = (file: string) =>
      file.startsWith('src/annotations/') ||
      file.startsWith('src/rules/') ||
      file.startsWith('src/crds/') ||
      file.startsWith('src/model/') ||
      (file.startsWith('server/') && !['server/server.ts', 'server/nodeFiles.ts'].includes(file));
    expect(imports.filter(({ from, to }) => pure(from) && to.startsWith('node:'))).toEqual([]);
  });

  it('asks and tells people through one place, where text from outside becomes harmless', () => {
    const direct = sources.filter((file) => /window\s*\.\s*show(\w+Message|InputBox)/.test(read(file)));
    expect(direct).toEqual(['src/dialogs.ts']);
    const printed = sources.filter((file) =>
      /process\.std(out|err)\.write|(?<![.\w])console\.\w+\(/.test(read(file)),
    );
    expect(printed).toEqual(['src/cli/terminal.ts']);
  });

  it('has no circle', () => {
    const next = new Map(
      sources.map((file) => [file, imports.filter(({ from }) => from === file).map(({ to }) => to)]),
    );
    const state = new Map<string, 'open' | 'done'>();
    const circles: string[] = [];
    const visit = (file: string, path: readonly string[]): void => {
      if (state.get(file) === 'done' || !next.has(file)) return;
      if (state.get(file) === 'open') {
        circles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
        return;
      }
      state.set(file, 'open');
      for (const to of next.get(file) ?? []) visit(to, [...path, file]);
      state.set(file, 'done');
    };
    for (const file of sources) visit(file, []);
    expect(circles).toEqual([]);
  });
});

describe('the manifest', () => {
  const commands = manifest.contributes.commands.map(({ command }) => command);

  it('declares exactly the commands that have a handler', () => {
    const handled = [...read('src/commands/index.ts').matchAll(/^ {2}'(eksLoadBalancers\.\w+)':/gm)].map(
      ([, id]) => id,
    );
    expect([...commands].sort()).toEqual([...handled].sort());
  });

  it('offers only declared commands in menus', () => {
    const offered = Object.values(manifest.contributes.menus).flat();
    expect(offered.filter(({ command }) => !commands.includes(command))).toEqual([]);
  });

  it('has a text for every placeholder, and no text too many', () => {
    const used = [...read('package.json').matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key ?? '');
    expect(Object.keys(nls).sort()).toEqual([...new Set(used)].sort());
  });

  it('links only declared commands from welcome texts', () => {
    const linked = Object.values(nls).flatMap((text) =>
      [...text.matchAll(/command:(eksLoadBalancers\.[\w.]+)/g)].map(([, id]) => id ?? ''),
    );
    // The editor itself has a command for each view.
    const focus = Object.values(manifest.contributes.views).flatMap((views) =>
      views.map(({ id }) => `${id}.focus`),
    );
    expect(linked.filter((id) => !commands.includes(id) && !focus.includes(id))).toEqual([]);
  });

  it('ignores every setting that chooses a cluster or account in an untrusted workspace', () => {
    const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    // How manifests are checked is decided by the text alone, trusted or not.
    const harmless = ['controllerVersion', 'autoMode', 'fargate', 'rules'].map(
      (key) => `eksLoadBalancers.${key}`,
    );
    const all = Object.keys(manifest.contributes.configuration.properties);
    expect([...restrictedConfigurations].sort()).toEqual(all.filter((key) => !harmless.includes(key)).sort());
    expect(all).toEqual(expect.arrayContaining(harmless));
  });
});

describe('the documents', () => {
  const written = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...filesBelow('docs', '.md')];

  it('link to files that exist', () => {
    for (const file of written) {
      const links = [...read(file).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link = '']) => link);
      const dead = links.filter((link) => !existsSync(join(root, dirname(file), link)));
      expect({ file, dead }).toEqual({ file, dead: [] });
    }
  });

  it('name the formats and severities of lint', () => {
    const page = read('docs/lint.md');
    for (const name of [...Object.keys(FORMATS), ...SEVERITIES, ...LEVELS]) expect(page).toContain(name);
  });
});

describe('errors', () => {
  it('each code has its entry in docs/errors.md', () => {
    const thrown = sources.flatMap((file) => [...read(file).matchAll(/new UserError\(\s*'([\w-]+)'/g)]);
    const translated = [...read('src/aws/errors.ts').matchAll(/^ {4}code: '([\w-]+)'/gm)];
    const explained = ROWS.map(({ code }) => code);
    const found = [...thrown, ...translated].map(([, code]) => code ?? '');
    const codes = [...found, ...explained, ...Object.values(OTHER), STUCK];
    const documented = [...read('docs/errors.md').matchAll(/^## `([\w-]+)`/gm)].map(([, code]) => code ?? '');
    expect([...new Set(codes)].filter((code) => code !== 'usage').sort()).toEqual([...documented].sort());
  });
});
