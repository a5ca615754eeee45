import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

/**
 * A request's body on its way to one upstream. It stands between, because undici destroys the stream it is given when
 * an attempt fails; the client's own would take the connection with it, and with that the answer or another attempt.
 */
export class BodyRelay extends Readable {
  /** Something was read from the client: the request cannot be sent to another upstream any more. */
  consumed = false;
  bytes = 0;
  readonly #request: IncomingMessage;
  readonly #onFirstRead: () => void;
  #begun = false;

  /** @param onFirstRead when the upstream takes the body; where `100 Continue` is due */
  constructor(request: IncomingMessage, onFirstRead: () => void) {
    super({ highWaterMark: 65_536 });
    this.#request = request;
    this.#onFirstRead = onFirstRead;
    // The failure of an attempt is told to its handler; here it would be an uncaught one.
    this.on('error', () => {});
  }

  override _read(): void {
    if (!this.#begun) {
      this.#begun = true;
      this.#onFirstRead();
      this.#request.on('data', this.#onData).on('end', this.#onEnd);
    }
    this.#request.resume();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#request.off('data', this.#onData).off('end', this.#onEnd);
    this.#request.pause();
    callback(error);
  }

  readonly #onData = (chunk: Buffer): void => {
    this.consumed = true;
    this.bytes += chunk.length;
    if (!this.push(chunk)) this.#request.pause();
  };

  readonly #onEnd = (): void => {
    this.push(null);
  };
}
