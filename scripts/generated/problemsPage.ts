/** The page that goes from what people see to the rule or the place that tells it. */
import { beyondTheList, type Decidable, type Problem, problems } from '../../src/rules/problems';
import { GENERATED_FROM_RULES, page, table } from './markdown';

const DECIDABLE: Readonly<Record<Decidable, string>> = {
  file: 'one file',
  files: 'several files',
  partly: 'in part',
  no: 'not in files',
};

export function problemsPage(): string {
  return page(
    '# What goes wrong, and which rule or command tells it',
    GENERATED_FROM_RULES,
    'What people meet who run load balancers on EKS: first what breaks many applications at once, then what breaks one, then what is particular to a platform. "Seen in" says what must be looked at. What only AWS or the cluster knows has no rule, or one that speaks only in an editor that is connected.',
    table(['', 'What happens', 'Seen in', 'Rules', 'Command', ''], Object.entries(problems).map(row)),
    '## Beyond the list',
    'Rules that find other mistakes of the same kind:',
    beyondTheList.map((code) => `- ${link(code)}`).join('\n'),
    '[All rules](rules/README.md) · [Errors of commands](errors.md)',
  );
}

function row([number, problem]: [string, Problem]): string[] {
  const { symptom, decidable, rules = [], asks, command, reason } = problem;
  const notes = [asks === undefined ? undefined : `Ask ${asks === 'AWS' ? 'AWS' : 'the cluster'}.`, reason];
  return [
    ...[number, symptom, DECIDABLE[decidable], rules.map(link).join(', ')],
    command === undefined ? '' : `\`ekslb ${command}\``,
    notes.filter((note) => note !== undefined).join(' '),
  ];
}

const link = (code: string) => `[\`${code}\`](rules/${code}.md)`;
