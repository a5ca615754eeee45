import { z } from 'zod';

/** A point in time: RFC 3339 in UTC on the wire, a Date in code. */
export const timestamp = z
  .codec(z.iso.datetime(), z.date(), {
    decode: (text) => new Date(text),
    encode: (date) => date.toISOString(),
  })
  .meta({ description: 'RFC 3339, UTC.' });
