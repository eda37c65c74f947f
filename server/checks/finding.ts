/** What a check has to say, and what can be done about it. Spans count from the beginning of the object's chunk. */
import type { Span } from '../../src/annotations/kinds';
import type { RuleCode } from '../../src/rules';
import type { Edit } from '../edits';
import type { Located } from '../workspace/workspace';

export interface Fix {
  readonly title: string;
  /** All within the chunk of the finding; they do not overlap. */
  readonly edits: readonly Edit[];
  /** Right in every case, so that it may be applied without a look. */
  readonly safe: boolean;
}

/** Another place that has to do with it, maybe in another file. */
export interface Related {
  readonly at: Located;
  readonly span: Span;
  readonly message: string;
}

export interface Finding {
  readonly code: RuleCode;
  readonly span: Span;
  /** What is wrong. The rule says why it matters. */
  readonly message: string;
  /** What to do. */
  readonly advice?: string;
  readonly fixes?: readonly Fix[];
  readonly related?: readonly Related[];
  /** The page that explains the annotation. */
  readonly href?: string;
  readonly deprecated?: boolean;
}

/** A finding of a check that looks at several objects: on whom it is. */
export interface Blame {
  readonly at: Located;
  readonly finding: Finding;
}

/** A quick fix that is a guess, where there is an edit for it. */
export function offer(title: string, edit: Edit | undefined): Pick<Finding, 'fixes'> {
  return edit === undefined ? {} : { fixes: [{ title, edits: [edit], safe: false }] };
}
