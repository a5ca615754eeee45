import { createHash } from 'node:crypto';
import type { EngineEvent } from '@pulumi/pulumi/automation/index.js';

/**
 * Hands each event over once. The Automation API reads the end of the engine's log while a read before it still goes on, where
 * the machine is slow, and then hands over what both of them read twice. No two events are the same: they are numbered. But not
 * by that number alone, which every command of a worker counts from zero.
 */
export function withoutRepeats(take: (event: EngineEvent) => void): (event: EngineEvent) => void {
  const taken = new Set<string>();
  return (event) => {
    const digest = createHash('sha256').update(JSON.stringify(event)).digest('base64');
    if (taken.has(digest)) return;
    taken.add(digest);
    take(event);
  };
}
