import { z } from 'zod';

// Apart from what registers resources: schemas are loaded by the server, which must not load Pulumi for them (12 MiB).

/** An identifier of an account or a zone. */
export const cloudflareId = z.string().regex(/^[0-9a-f]{32}$/, '32 hexadecimal digits');
