import { parse } from 'dotenv';
import type { FieldError } from '../../kernel/app-error.ts';
import { isReserved, variableName, variableValue } from './variable.ts';
import { variableErrors } from './variable-errors.ts';

/**
 * The variables of a dotenv text (https://www.npmjs.com/package/dotenv, rules of its parser: quotes, `export`, comments,
 * values over several lines). Nothing is expanded: `$` stays `$`.
 * @throws AppError VARIABLE_DOTENV_INVALID naming each wrong variable
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
  // The parser skips what it does not understand; a typing error must not make a variable vanish.
  const meaningful = text.split('\n').some((line) => line.trim() !== '' && !line.trim().startsWith('#'));
  if (meaningful && Object.keys(variables).length === 0)
    fields.push({ pointer: '/dotenv', detail: 'no NAME=value in it' });
  if (fields.length > 0) throw variableErrors.VARIABLE_DOTENV_INVALID({ fields });
  return variables;
}
