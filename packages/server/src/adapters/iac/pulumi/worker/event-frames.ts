import type { EngineEvent } from '@pulumi/pulumi/automation/index.js';
import type { Frame } from '../frame.ts';

const timeOf = (event: EngineEvent): string => new Date(event.timestamp * 1000).toISOString();

const severities = { info: 'info', 'info#err': 'info', warning: 'warning', error: 'error' } as const;

/** Pulumi marks colours as `<{%fg 1%}>`. */
const withoutColours = (text: string): string => text.replace(/<\{%[^%]*%\}>/g, '').trimEnd();

/** Turns the engine's events into frames, with how long each resource took. */
export function createEventFrames(write: (frame: Frame) => void): (event: EngineEvent) => void {
  const startedAt = new Map<string, number>();
  return (event) => {
    const at = timeOf(event);
    const { resourcePreEvent, resOutputsEvent, resOpFailedEvent, diagnosticEvent, summaryEvent } = event;
    const step = resourcePreEvent ?? resOutputsEvent ?? resOpFailedEvent;
    if (step !== undefined) {
      const { urn, type: resourceType, op: operation } = step.metadata;
      const state = resourcePreEvent ? 'started' : resOutputsEvent ? 'succeeded' : 'failed';
      const start = startedAt.get(urn);
      if (state === 'started') startedAt.set(urn, event.timestamp);
      const durationMs = state === 'started' || start === undefined ? null : (event.timestamp - start) * 1000;
      write({ type: 'resource', at, urn, resourceType, operation, state, durationMs });
    } else if (diagnosticEvent !== undefined && !diagnosticEvent.ephemeral) {
      const message = withoutColours(diagnosticEvent.message);
      const urn = diagnosticEvent.urn || null;
      if (message !== '')
        write({ type: 'diagnostic', at, urn, severity: severities[diagnosticEvent.severity], message });
    } else if (summaryEvent !== undefined) {
      const changes = summaryEvent.resourceChanges as Record<string, number>;
      write({ type: 'summary', at, changes: { ...changes }, durationMs: summaryEvent.durationSeconds * 1000 });
    }
  };
}
