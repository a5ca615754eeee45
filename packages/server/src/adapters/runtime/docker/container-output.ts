import { createFrameReader, type EngineClient } from '@davit/agent/engine';

/** How far the output of a container was read, in one of its streams: times there never go down, so a time and a count. */
export interface OutputPlace {
  /** Of the last frame; '' before the first. */
  at: string;
  /** Frames with that very time that were read. */
  count: number;
}

/** What the engine keeps of a frame besides its content, about. */
const frameBytes = 100;

/** The engine is told in seconds, a dot and nine digits. */
function sinceOf(at: string): Record<string, string> {
  const [, second, fraction = ''] = /^(.{19})(?:\.(\d{1,9}))?Z$/.exec(at) ?? [];
  if (second === undefined) return {};
  return { since: `${Date.parse(`${second}Z`) / 1000}.${fraction.padEnd(9, '0')}` };
}

export interface ReadOutputOptions {
  engine: EngineClient;
  containerId: string;
  stream: 'stdout' | 'stderr';
  /** Where to begin; moved on. */
  place: OutputPlace;
  /** Until the container ends. */
  follow: boolean;
  signal: AbortSignal;
}

/** The bytes that a container printed after a place, and what they cost the disk of the engine. */
export async function* readOutput(options: ReadOutputOptions): AsyncGenerator<{ bytes: Buffer; cost: number }> {
  const { engine, containerId, stream, place, follow, signal } = options;
  const query = {
    stdout: String(stream === 'stdout'),
    stderr: String(stream === 'stderr'),
    timestamps: 'true',
    follow: String(follow),
    ...sinceOf(place.at),
  };
  const from = { ...place };
  let seen = 0;
  const read = createFrameReader();
  for await (const chunk of await engine.stream(`/containers/${containerId}/logs`, { query, signal })) {
    const fresh: Buffer[] = [];
    for (const { at, content } of read(chunk)) {
      if (at < from.at || (at === from.at && seen++ < from.count)) continue;
      place.count = place.at === at ? place.count + 1 : 1;
      place.at = at;
      fresh.push(content);
    }
    if (fresh.length === 0) continue;
    const bytes = Buffer.concat(fresh);
    yield { bytes, cost: bytes.length + fresh.length * frameBytes };
  }
}
