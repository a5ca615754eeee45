const anyDirective = /^\s*#\s*[a-z][a-z0-9]*\s*=\s*\S/i;
const backtick = /^\s*#\s*escape\s*=\s*`/i;
/** What each version reads alike on the first line; older ones know no other white space here. */
const plainBacktick = /^\s*#[ \t]*escape[ \t]*=[ \t]*`/i;

/**
 * Which character continues lines, newest version of BuildKit first; several where versions differ. Directives stand at the
 * top, before anything else: https://docs.docker.com/reference/dockerfile/#parser-directives. What a version does not know as
 * one ends them, and `syntax` and `check` came later: behind those it may count or not.
 */
export function escapesOf(lines: readonly string[]): readonly [string, ...string[]] {
  const end = lines.findIndex((line) => !anyDirective.test(line));
  const at = lines.slice(0, end === -1 ? lines.length : end).findIndex((line) => backtick.test(line));
  if (at === -1) return ['\\'];
  return at === 0 && plainBacktick.test(lines[0] ?? '') ? ['`'] : ['`', '\\'];
}
