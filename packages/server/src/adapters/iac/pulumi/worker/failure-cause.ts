import { explainMissingPlugin } from './missing-plugin.ts';

/** What Pulumi says at the end of every failure, beside the cause. */
const withoutCause = /^(?:update|preview|refresh|destroy|import) failed\.?$/i;
const longest = 2000;

/** What Pulumi told as errors, each once: all of it comes twice where it was written to both streams. */
function errorsIn(lines: readonly string[]): string[] {
  // Several at once are below a line of their own.
  const isListed = (at: number) =>
    lines.slice(Math.max(0, at - 3), at).some((line) => line.endsWith('errors occurred:'));
  const told = new Set(lines.filter((line, at) => line.startsWith('error:') || (/^\d+\) /.test(line) && isListed(at))));
  return [...told].map((line) => line.replace(/^error:\s*/, '')).filter((line) => line !== '');
}

/** Why an update failed, in one line, of an error that the engine's own words are in. */
export function failureCause(error: unknown): string {
  const { message } = error instanceof Error ? error : new Error(String(error));
  const lines = message.split('\n').map((line) => line.trim());
  const errors = errorsIn(lines);
  const causes = errors.filter((each) => !withoutCause.test(each));
  const [first = lines[0] ?? '', ...others] = causes.length > 0 ? causes : errors;
  // What is listed goes on after the line that begins the list.
  const joined = others.reduce((text, each) => `${text}${/[.:;]$/.test(text) ? '' : ';'} ${each}`, first);
  const cause = joined.slice(0, longest);
  const hint = explainMissingPlugin(message);
  return hint === undefined ? cause : `${cause} ${hint}`;
}
