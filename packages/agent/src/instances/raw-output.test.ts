import { appendFileSync, closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createRawOutput } from './raw-output.ts';

const MIB = 1024 * 1024;

function outputFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'davit-raw-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'stdout');
}

describe('the file that an instance writes to', () => {
  it('gives back what was stored elsewhere; no offset moves, and the last part can still be read', async () => {
    const path = outputFile();
    const writer = openSync(path, 'a');
    const raw = createRawOutput({ path, onDropped: () => expect.unreachable(), stepBytes: MIB });
    for (let i = 0; i < 8; i++) writeSync(writer, Buffer.alloc(MIB, 65 + i));
    raw.consumed(4 * MIB);
    raw.consumed(8 * MIB);
    await raw.idle();
    writeSync(writer, 'end');
    closeSync(writer);
    const { size, blocks } = statSync(path);
    expect(size).toBe(8 * MIB + 3);
    expect(blocks * 512).toBeLessThan(MIB);
    expect(readFileSync(path).subarray(-5).toString()).toBe('HHend');
  });

  it('is left alone while little was stored', async () => {
    const path = outputFile();
    appendFileSync(path, Buffer.alloc(MIB, 65));
    const raw = createRawOutput({ path, onDropped: () => expect.unreachable(), stepBytes: MIB });
    raw.consumed(MIB);
    await raw.idle();
    expect(readFileSync(path).includes(0)).toBe(false);
  });
});
