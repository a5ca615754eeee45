import { parse } from 'dotenv';
import type { FieldError } from '../../kernel/app-error.ts';
import { isReserved, variableName, variableValue } from './variable.ts';
import { variableErrors } from './variable-errors.ts';

/** One assignment as the parser reads it, in quotes over several lines. */
const assignment =
  /^\s*(?:export\s+)?[\w.-]+(?:\s*=\s*?|:\s+?)(?:\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`|[^#\r\n]+)?\s*(?:#.*)?$/gm;
const maxNamedLines = 20;

/**
 * The numbers of lines that say something and are no part of an assignment: the parser skips what it does not understand, and a
 * typing error must not make a variable vanish.
 */
function skippedLines(text: string): number[] {
  const rest = text.replaceAll(/\r\n?/g, '\n').replaceAll(assignment, (match) => match.replaceAll(/[^\n]+/g, ''));
  const lines = rest.split('\n').map((line, index) => ({ line: line.trim(), number: index + 1 }));
  return lines.flatMap(({ line, number }) => (line === '' || line.startsWith('#') ? [] : [number]));
}

/**
 * The variables of a dotenv text (https://www.npmjs.com/package/dotenv, rules of its parser: quotes, `export`, comments,
 * values over several lines). Nothing is expanded: `$` stays `$`.
 * @throws AppError VARIABLE_DOTENV_INVALID naming each wrong variable and line
 */
export function parseDotenv(text: string): Record<string, string> {
  const variables = parse(text);
  const fields: FieldError[] = [];
  for (const [name, value] of Object.entries(variables)) {
    if (!variableName.safeParse(name).success)
      fields.push({ pointer: '/dotenv', detail: `"${name}" is no name for a variable` });
    else if (isReserved(name)) fields.push({ pointer: '/dotenv', detail: `${name} is set by davit itself` });
    else if (!variableValue.safeParse(value).success)
      fields.push({ pointer: '/dotenv', detail: `the value of ${name} is too long or has a NUL` });
  }
  // By their number: what stands in them may be a secret.
  for (const line of skippedLines(text).slice(0, maxNamedLines))
    fields.push({ pointer: '/dotenv', detail: `line ${line} is no NAME=value` });
  if (fields.length > 0) throw variableErrors.VARIABLE_DOTENV_INVALID({ fields });
  return variables;
}
