import { Readable } from 'node:stream';

async function* goOn<T>(first: IteratorResult<T, unknown>, rest: AsyncIterator<T>): AsyncGenerator<T> {
  try {
    for (let next = first; next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    // Who stops reading ends what makes it.
    await rest.return?.();
  }
}

/**
 * A stream of chunks whose first one is there: what fails before is thrown here, while the answer can still say so. Later
 * there is nothing but to cut the answer off.
 */
export async function beginStream(chunks: AsyncIterable<string>): Promise<Readable> {
  const rest = chunks[Symbol.asyncIterator]();
  return Readable.from(goOn(await rest.next(), rest), { highWaterMark: 1 });
}
