/** A fixed number of buffers that many readers take turns with, first come first served. */
export interface BufferPool {
  /** Waits for a buffer, lends it to `work`, takes it back. */
  use<T>(work: (buffer: Buffer) => Promise<T>): Promise<T>;
}

/**
 * With it, the memory that all collectors take together is known beforehand, however many instances flood, and none of
 * them can keep the others from their turn. Buffers are made when they are first needed.
 */
export function createBufferPool(count: number, bytes: number): BufferPool {
  const free: Buffer[] = [];
  const waiting: ((buffer: Buffer) => void)[] = [];
  let made = 0;
  const take = (): Promise<Buffer> | Buffer => {
    const buffer = free.pop();
    if (buffer !== undefined) return buffer;
    if (made < count) {
      made += 1;
      return Buffer.allocUnsafeSlow(bytes);
    }
    return new Promise((resolve) => {
      waiting.push(resolve);
    });
  };
  return {
    async use(work) {
      const buffer = await take();
      try {
        return await work(buffer);
      } finally {
        const next = waiting.shift();
        if (next === undefined) free.push(buffer);
        else next(buffer);
      }
    },
  };
}
