/** What happens to one resource of a stack. */
export interface ResourceEvent {
  type: 'resource';
  at: string;
  urn: string;
  /** URN of what it belongs to; null for the stack. Older runs told none. */
  parent?: string | null;
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

/** A plugin that is fetched or unpacked. */
export interface DownloadEvent {
  type: 'download';
  id: string;
  message: string;
  received: number;
  /** 0 where it is not known. */
  total: number;
  done: boolean;
}

/** What it all came to: how many resources by operation. */
export interface SummaryEvent {
  type: 'summary';
  changes: Readonly<Record<string, number>>;
  durationMs: number;
}

export type StackEvent = ResourceEvent | DiagnosticEvent | DownloadEvent | SummaryEvent;

const types = new Set<string>(['resource', 'diagnostic', 'download', 'summary'] satisfies StackEvent['type'][]);

/** The event in a line of stream `event`; undefined for one that this version does not know. */
export function parseStackEvent(content: string): StackEvent | undefined {
  try {
    const event = JSON.parse(content) as StackEvent | null;
    return event !== null && types.has(event.type) ? event : undefined;
  } catch {
    // A line in which a secret was masked in a place where it was more than a text.
    return undefined;
  }
}

/** `urn:pulumi:stack::project::parent$type::name` → its name; of the stack itself, the name of the stack. */
export function nameOfUrn(urn: string): string {
  const [, , , ...name] = urn.split('::');
  return name.join('::');
}

/** `aws:s3/bucket:Bucket` → `aws:s3:Bucket`, as Pulumi itself shows it. */
export function shortResourceType(type: string): string {
  const [plugin = '', module = '', name = ''] = type.split(':');
  return `${plugin}:${module.split('/')[0] ?? ''}:${name}`;
}
