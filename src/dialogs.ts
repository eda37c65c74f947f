/** Messages and questions of the editor. Names and words from outside stand in most of them: here they become harmless. */
import * as vscode from 'vscode';
import { withoutLinks } from './markdown';

type More = readonly [vscode.MessageOptions, ...string[]] | readonly string[];
type Show = (
  message: string,
  options: vscode.MessageOptions,
  ...items: string[]
) => Thenable<string | undefined>;

export const showInformation = (message: string, ...more: More) =>
  show(vscode.window.showInformationMessage, message, more);
export const showWarning = (message: string, ...more: More) =>
  show(vscode.window.showWarningMessage, message, more);
export const showError = (message: string, ...more: More) =>
  show(vscode.window.showErrorMessage, message, more);

function show(window: Show, message: string, more: More): Thenable<string | undefined> {
  const [first, ...rest] = more;
  const [options, items] =
    typeof first === 'object' ? [first, rest as string[]] : [{}, more as readonly string[]];
  const detail = options.detail === undefined ? {} : { detail: withoutLinks(options.detail) };
  return window(withoutLinks(message), { ...options, ...detail }, ...items);
}

/** A text that a person types. */
export function askText(options: vscode.InputBoxOptions): Thenable<string | undefined> {
  const { title, prompt, validateInput } = options;
  return vscode.window.showInputBox({
    ...options,
    ...(title === undefined ? {} : { title: withoutLinks(title) }),
    ...(prompt === undefined ? {} : { prompt: withoutLinks(prompt) }),
    ...(validateInput === undefined ? {} : { validateInput: checked(validateInput) }),
  });
}

function checked(
  validate: NonNullable<vscode.InputBoxOptions['validateInput']>,
): NonNullable<vscode.InputBoxOptions['validateInput']> {
  return async (value) => {
    const problem = await validate(value);
    return typeof problem === 'string' ? withoutLinks(problem) : problem;
  };
}
