import { Transform } from 'node:stream';
import { httpErrors } from './http-errors.ts';

/** Fails with BODY_TOO_LARGE at the first byte over the limit. */
export function limitBytes(limit: number): Transform {
  let seen = 0;
  const limited = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      if (seen > limit) done(httpErrors.BODY_TOO_LARGE({ details: { limit } }));
      else done(null, chunk);
    },
  });
  // Whoever reads it learns of the failure, also later; until then it must not end the process as an uncaught one.
  limited.on('error', () => {});
  return limited;
}
