import { parse } from 'dotenv';
import { wrongUsage } from '../command-line/cli-error.ts';

/**
 * The variables of a dotenv text, by the rules of the server's own parser. The parser skips what it does not understand; a typing
 * error must not make a variable vanish.
 */
export function parseDotenv(text: string, file: string): Record<string, string> {
  const variables = parse(text);
  const hasContent = text.split('\n').some((line) => line.trim() !== '' && !line.trim().startsWith('#'));
  if (hasContent && Object.keys(variables).length === 0) throw wrongUsage(`There is no NAME=value in ${file}.`);
  return variables;
}
