/** The pages of the rules: one for each, and the list of all. */
import type { Rule } from '../../src/rules/rule';
import { type Theme, themes } from '../../src/rules/themes';
import { GENERATED_FROM_RULES, page, table } from './markdown';

export const RULES_FOLDER = 'docs/rules';
const LONGEST = 60;

/** Path in the repository -> content. */
export function rulePages(): Record<string, string> {
  const pages = themes.flatMap(({ rules }) =>
    Object.entries(rules).map(([code, rule]) => [`${RULES_FOLDER}/${code}.md`, rulePage(code, rule)]),
  );
  return { [`${RULES_FOLDER}/README.md`]: indexPage(), ...Object.fromEntries(pages) };
}

function indexPage(): string {
  return page(
    '# Rules',
    GENERATED_FROM_RULES,
    'What the editor and `ekslb lint` check, by theme. The code is what stands behind a finding, and what `.ekslb.yaml` and comments switch off.',
    'An **error** will not work or takes something down, a **warning** surprises, **information** is worth knowing, a **hint** is a matter of judgement.',
    ...themes.flatMap(themeSection),
    'What goes wrong on clusters, and which of these rules tells it: [problems](../problems.md).',
  );
}

function themeSection({ title, rules }: Theme): string[] {
  const rows = Object.entries(rules).map(([code, rule]) => [
    `[\`${code}\`](${code}.md)`,
    rule.severity,
    rule.title,
  ]);
  return [`## ${title}`, table(['Rule', 'Severity', 'It finds'], rows)];
}

function rulePage(code: string, rule: Rule): string {
  return page(
    `# ${code}`,
    GENERATED_FROM_RULES,
    `**${rule.title}** (${rule.severity}).`,
    rule.why,
    ...scope(rule),
    '## Wrong',
    example(rule.bad),
    '## Right',
    example(rule.good),
    '## Silence it',
    silence(code),
    '[All rules](README.md)',
  );
}

/** When the rule speaks, if not always. */
function scope({ profile = {}, live }: Rule): string[] {
  const settings = Object.entries(profile).map(([name, value]) => `${name}: ${value}`);
  return [
    ...(settings.length === 0
      ? []
      : [`It speaks where \`.ekslb.yaml\` says so, here with \`${settings.join('`, `')}\`.`]),
    ...(live === undefined
      ? []
      : [
          'It compares with what exists, so it speaks only in an editor that is connected to a cluster and an account, and only of what could be read.',
        ]),
  ];
}

function example(text: string): string {
  return `\`\`\`yaml\n${shortened(text.trimEnd().split('\n')).join('\n')}\n\`\`\``;
}

function shortened(lines: readonly string[]): readonly string[] {
  if (lines.length <= LONGEST) return lines;
  const shown = lines.slice(0, LONGEST - 1);
  return [...shown, `# Cut here: ${lines.length - shown.length} more lines of the same kind.`];
}

function silence(code: string): string {
  return [
    'At one place, by a comment behind it or on the line above; above the first key of a document it holds for all of it:',
    `\`\`\`yaml\n# ekslb-ignore ${code}\n\`\`\``,
    'In a whole project, in `.ekslb.yaml` (`off`, or another severity):',
    `\`\`\`yaml\nseverity:\n  ${code}: off\n\`\`\``,
  ].join('\n\n');
}
