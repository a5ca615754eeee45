export interface OutputQueueOptions {
  /** Shows bytes; calls back when it can take more. */
  write: (bytes: Uint8Array, onWritten: () => void) => void;
  /** Shown in the place of what was left out. */
  skippedNote: Uint8Array;
  /** Bytes that may wait. */
  limit?: number;
}

export interface OutputQueue {
  push: (bytes: Uint8Array) => void;
}

// What waits is shown within a second or so; a flood that nobody could read anyway must not fill the memory of the page.
const LIMIT = 4 * 1024 * 1024;

/**
 * Output on its way to the screen. A browser cannot hold a WebSocket back, and a program can print faster than a screen shows:
 * then what has waited longest is left out, and what came last (the prompt, the error) is always shown.
 */
export function createOutputQueue({ write, skippedNote, limit = LIMIT }: OutputQueueOptions): OutputQueue {
  const waiting: Uint8Array[] = [];
  let bytes = 0;
  let isWriting = false;
  let hasSkipped = false;

  function makeRoom(): void {
    if (bytes <= limit) return;
    while (bytes > limit / 2 && waiting.length > 1) {
      bytes -= waiting.shift()?.length ?? 0;
      hasSkipped = true;
    }
  }

  function next(): void {
    const chunk = hasSkipped ? skippedNote : waiting.shift();
    if (chunk === undefined) {
      isWriting = false;
      return;
    }
    isWriting = true;
    if (hasSkipped) hasSkipped = false;
    else bytes -= chunk.length;
    write(chunk, next);
  }

  return {
    push(chunk) {
      waiting.push(chunk);
      bytes += chunk.length;
      makeRoom();
      if (!isWriting) next();
    },
  };
}
