import { type StackTreeRow, shortResourceType } from '@davit/api';
import { formatDuration } from '../terminal/duration.ts';
import { sanitizeLine } from '../terminal/sanitize.ts';
import type { Style } from '../terminal/style.ts';

/** One resource in one line, below its parent. */
export function formatResource({ resource, depth }: StackTreeRow, style: Style, spinner: string): string {
  const { name, type, state, operation, durationMs } = resource;
  const time = durationMs === null ? '' : ` ${style.dim(formatDuration(durationMs))}`;
  const marks = { started: style.cyan(spinner), succeeded: style.green('✓'), failed: style.red('✗') };
  const words = operation === 'same' ? style.dim('same') : sanitizeLine(operation);
  const typed = style.dim(sanitizeLine(shortResourceType(type)));
  return `${'  '.repeat(depth)}${marks[state]} ${sanitizeLine(name)} ${typed} ${words}${time}`;
}
