import { formatDuration } from '../terminal/duration.ts';
import { sanitizeLine } from '../terminal/sanitize.ts';
import type { Style } from '../terminal/style.ts';

/** What happens to one resource of a stack. */
export interface ResourceEvent {
  type: 'resource';
  at: string;
  urn: string;
  resourceType: string;
  operation: string;
  state: 'started' | 'succeeded' | 'failed';
  durationMs: number | null;
}

/** What the engine says of a resource or of all. */
export interface DiagnosticEvent {
  type: 'diagnostic';
  urn: string | null;
  severity: 'info' | 'warning' | 'error';
  message: string;
}

/** The event in a line of stream `event`; undefined for one that a person need not see. */
export function parseStackEvent(content: string): ResourceEvent | DiagnosticEvent | undefined {
  try {
    const event = JSON.parse(content) as ResourceEvent | DiagnosticEvent | { type: 'summary' };
    return event.type === 'resource' || event.type === 'diagnostic' ? event : undefined;
  } catch {
    // A line in which a secret was masked in a place where it was more than a text.
    return undefined;
  }
}

/** `urn:pulumi:stack::project::parent$type::name` → its name, and how many parents it has. */
export function partsOfUrn(urn: string): { name: string; depth: number } {
  const [, , types = '', name = ''] = urn.split('::');
  return { name: sanitizeLine(name), depth: types.split('$').length - 1 };
}

/** `aws:s3/bucket:Bucket` → `aws:s3:Bucket`, as Pulumi itself shows it. */
function shortType(type: string): string {
  const [plugin = '', module = '', name = ''] = type.split(':');
  return sanitizeLine(`${plugin}:${module.split('/')[0] ?? ''}:${name}`);
}

/** One resource in one line, below its parent. */
export function formatResource(event: ResourceEvent, style: Style, spinner: string): string {
  const { name, depth } = partsOfUrn(event.urn);
  const time = event.durationMs === null ? '' : ` ${style.dim(formatDuration(event.durationMs))}`;
  const marks = { started: style.cyan(spinner), succeeded: style.green('✓'), failed: style.red('✗') };
  const operation = event.operation === 'same' ? style.dim('same') : sanitizeLine(event.operation);
  return `${'  '.repeat(depth)}${marks[event.state]} ${name} ${style.dim(shortType(event.resourceType))} ${operation}${time}`;
}
