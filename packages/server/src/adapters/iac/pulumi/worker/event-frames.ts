import type { EngineEvent } from '@pulumi/pulumi/automation/index.js';
import type { Frame } from '../frame.ts';

const timeOf = (event: EngineEvent): string => new Date(event.timestamp * 1000).toISOString();

/** Without `debug`, which is for whoever works on Pulumi: it tells the values of resources, secret ones too. */
const severities: Readonly<Record<string, 'info' | 'warning' | 'error'>> = {
  info: 'info',
  'info#err': 'info',
  warning: 'warning',
  error: 'error',
};

/** Pulumi marks colours as `<{%fg 1%}>`. */
const withoutColours = (text: string): string => text.replace(/<\{%[^%]*%\}>/g, '').trimEnd();

/** That the engine takes a program of davit's own for a plugin, as it is meant to: its own lines say so, and nobody has to see to it. */
const ownPlugin = /^(?:warning: )?using pulumi-resource-(?:pulumi-nodejs|davit) from \$PATH at /;

/** Told by the engine, and not yet known to its SDK. @see apitype.ProgressEvent of Pulumi */
interface ProgressEvent {
  id: string;
  message: string;
  received: number;
  total: number;
  done: boolean;
}

/** Tells of downloads by tenths: the engine does so by every few kilobytes. */
function createDownloadFrames(write: (frame: Frame) => void): (at: string, progress: ProgressEvent) => void {
  const tenths = new Map<string, number>();
  return (at, { id, message, received, total, done }) => {
    const tenth = done ? 10 : total > 0 ? Math.floor((received / total) * 10) : 0;
    if (tenths.get(id) === tenth) return;
    tenths.set(id, tenth);
    write({ type: 'download', at, id, message: withoutColours(message), received, total, done });
  };
}

/** Turns the engine's events into frames, with how long each resource took. */
export function createEventFrames(write: (frame: Frame) => void): (event: EngineEvent) => void {
  const startedAt = new Map<string, number>();
  const writeDownload = createDownloadFrames(write);
  return (event) => {
    const at = timeOf(event);
    const { resourcePreEvent, resOutputsEvent, resOpFailedEvent, diagnosticEvent, summaryEvent } = event;
    const step = resourcePreEvent ?? resOutputsEvent ?? resOpFailedEvent;
    if (step !== undefined) {
      const { urn, type: resourceType, op: operation } = step.metadata;
      const parent = (step.metadata.new ?? step.metadata.old)?.parent || null;
      const state = resourcePreEvent ? 'started' : resOutputsEvent ? 'succeeded' : 'failed';
      const start = startedAt.get(urn);
      if (state === 'started') startedAt.set(urn, event.timestamp);
      const durationMs = state === 'started' || start === undefined ? null : (event.timestamp - start) * 1000;
      write({ type: 'resource', at, urn, parent, resourceType, operation, state, durationMs });
    } else if (diagnosticEvent !== undefined && !diagnosticEvent.ephemeral) {
      const message = withoutColours(diagnosticEvent.message);
      const urn = diagnosticEvent.urn || null;
      const severity = severities[diagnosticEvent.severity];
      if (message === '' || severity === undefined || ownPlugin.test(message)) return;
      write({ type: 'diagnostic', at, urn, severity, message });
    } else if (summaryEvent !== undefined) {
      const changes = summaryEvent.resourceChanges as Record<string, number>;
      write({ type: 'summary', at, changes: { ...changes }, durationMs: summaryEvent.durationSeconds * 1000 });
    } else {
      const { progressEvent } = event as EngineEvent & { progressEvent?: ProgressEvent };
      if (progressEvent !== undefined) writeDownload(at, progressEvent);
    }
  };
}
