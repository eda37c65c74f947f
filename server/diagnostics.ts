/** Findings as the protocol's diagnostics. */

import type { Diagnostic, DiagnosticRelatedInformation } from 'vscode-languageserver-types';
import { DiagnosticSeverity, DiagnosticTag } from 'vscode-languageserver-types';
import { printable } from '../src/printable';
import type { Severity } from '../src/rules';
import { ruleOf } from '../src/rules';
import { CLUSTER } from './checks/clusterMembers';
import type { Finding, Related } from './checks/finding';
import type { PlacedFix } from './codeActions';
import type { Edit } from './edits';
import type { Config } from './settings';
import { rangeOf } from './text/manifest';
import type { Located } from './workspace/workspace';
import { lineOf } from './workspace/workspace';

export const SOURCE = 'eks-load-balancers';

const RULES_PAGE = 'https://github.com/eks-load-balancers/eks-load-balancers/blob/main/docs/rules';

/** A finding and the line of the file on which the chunk that it counts from begins. */
export interface Placed {
  readonly located: Located;
  readonly line: number;
  readonly finding: Finding;
}

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** None when the rule is switched off. */
export function toDiagnostic(
  { located, line, finding }: Placed,
  { rulesPage = RULES_PAGE, config }: { readonly rulesPage?: string | undefined; readonly config: Config },
): Diagnostic[] {
  const rule = ruleOf(finding.code);
  const severity = config.severity[finding.code] ?? rule.severity;
  if (severity === 'off') return [];
  const related = (finding.related ?? []).flatMap(relatedInformation);
  return [
    {
      range: rangeOf(located.object.chunk, line, finding.span),
      severity: SEVERITIES[severity],
      code: finding.code,
      source: SOURCE,
      message: printable(
        [finding.message, rule.why, finding.advice].filter((part) => part !== undefined).join(' '),
      ),
      codeDescription: { href: `${rulesPage}/${finding.code}.md` },
      ...(related.length === 0 ? {} : { relatedInformation: related }),
      ...(finding.deprecated === true ? { tags: [DiagnosticTag.Deprecated] } : {}),
    },
  ];
}

function relatedInformation({ at, span, message }: Related): DiagnosticRelatedInformation[] {
  const line = lineOf(at.file, at.object.chunk);
  // What is in the cluster only cannot be opened.
  if (line === undefined || at.file.uri.startsWith(CLUSTER)) return [];
  return [
    {
      location: { uri: at.file.uri, range: rangeOf(at.object.chunk, line, span) },
      message: printable(message),
    },
  ];
}

export function fixesOf({ located, line, finding }: Placed): PlacedFix[] {
  const toEdit = ({ span, newText }: Edit) => ({ range: rangeOf(located.object.chunk, line, span), newText });
  return (finding.fixes ?? []).map((fix) => ({ fix, edits: fix.edits.map(toEdit) }));
}
