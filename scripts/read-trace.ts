/**
 * Turns the places of a stack trace in the bundle of a server into those of its sources:
 * `node scripts/read-trace.ts < DATA_DIR/server.log`. Lines without one are written as they are. It is that of the
 * newest bundle: a server that was started before the code last changed has other lines.
 */
import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { dirname, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const place = /(?:file:\/\/)?((?:\/[^\s():]+)*\/server-code\/server\.js):(\d+):(\d+)/g;
const maps = new Map<string, SourceMap | undefined>();

/** Undefined where the bundle is gone. */
function findMap(file: string): SourceMap | undefined {
  if (!maps.has(file)) {
    try {
      maps.set(file, new SourceMap(JSON.parse(readFileSync(`${file}.map`, 'utf8')) as SourceMapPayload));
    } catch {
      maps.set(file, undefined);
    }
  }
  return maps.get(file);
}

function sourceOf(found: string, file: string, line: string, column: string): string {
  const origin = findMap(file)?.findOrigin(Number(line), Number(column));
  if (origin === undefined || !('fileName' in origin)) return found;
  return `${resolve(dirname(file), origin.fileName)}:${origin.lineNumber}:${origin.columnNumber}`;
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${line.replaceAll(place, sourceOf)}\n`);
}
