import type { EngineClient } from '@davit/agent/engine';

const tailLines = '200';
const headerBytes = 8;

/** The bytes that both streams carry: frames of an 8-byte header and so many bytes as its last four say. */
function unframe(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at + headerBytes <= bytes.length; ) {
    const end = at + headerBytes + bytes.readUInt32BE(at + 4);
    parts.push(bytes.subarray(at + headerBytes, end));
    at = end;
  }
  return Buffer.concat(parts);
}

/** The last output of a container, at most so many bytes. */
export async function tailOf(engine: EngineClient, id: string, maxBytes: number, signal: AbortSignal): Promise<string> {
  const query = { stdout: 'true', stderr: 'true', tail: tailLines };
  const chunks: Buffer[] = [];
  for await (const chunk of await engine.stream(`/containers/${id}/logs`, { query, signal })) chunks.push(chunk);
  const text = unframe(Buffer.concat(chunks));
  return text.subarray(Math.max(0, text.length - maxBytes)).toString('utf8');
}
