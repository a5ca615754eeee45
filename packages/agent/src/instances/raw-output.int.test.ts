import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createRawOutput } from './raw-output.ts';

const MIB = 1024 * 1024;

describe.runIf(process.getuid?.() === 0)(
  'the output file of an instance, on a disk that cannot free a part of a file',
  () => {
    it('is emptied as a whole; no offset moves, and what nobody had stored is counted', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'davit-ramfs-'));
      // ramfs knows no fallocate(2).
      execFileSync('mount', ['-t', 'ramfs', 'ramfs', folder]);
      onTestFinished(() => {
        execFileSync('umount', [folder]);
        rmSync(folder, { recursive: true });
      });
      const path = join(folder, 'stdout');
      const writer = openSync(path, 'a');
      const dropped: number[] = [];
      const raw = createRawOutput({ path, onDropped: (bytes) => dropped.push(bytes), stepBytes: MIB });
      for (let i = 0; i < 8; i++) writeSync(writer, Buffer.alloc(MIB, 65));
      raw.consumed(8 * MIB - 100);
      await raw.idle();
      writeSync(writer, 'end');
      closeSync(writer);
      expect(dropped).toEqual([100]);
      expect(statSync(path).size).toBe(8 * MIB + 3);
    });
  },
);
