import { wrongUsage } from '../command-line/cli-error.ts';

/** `30d` from now, or a date: as the API writes times. @throws CliError for anything else */
export function expiryOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const [, days] = /^(\d{1,4})d$/.exec(text) ?? [];
  const time = days === undefined ? Date.parse(text) : Date.now() + Number(days) * 86_400_000;
  if (Number.isNaN(time)) throw wrongUsage(`"${text}" is no time.`, { hint: 'Write 30d, or a date: 2027-01-31.' });
  return new Date(time).toISOString();
}
