import { z } from 'zod';

/** What the proxies before and behind this one need: where to send requests, and the tokens by which they believe each other. */
export interface ProxyFront {
  host: string;
  port: number;
  /** In the field {@link FRONT_HEADER}. A secret: whoever has it can claim to be any client. */
  token: string;
  /**
   * In the same field of what this proxy sends on by routes that are `vouched`: by it davit itself knows that `X-Forwarded-*` is true.
   * As secret. Absent where the agent is older.
   */
  voucher?: string;
}

/** By its token in this field a proxy before this one is known; what it says of the client (`X-Forwarded-*`) is then believed. */
export const FRONT_HEADER = 'x-davit-front';

/** Path at which the proxy, asked by its own IP address from this machine, says whether a name may have a certificate. */
export const CERTIFICATE_QUESTION_PATH = '/.davit/may-have-certificate';

/** A field that a route sets on each response: not one that says how the response is framed or that the proxy answers for. */
export const responseHeaders = z
  .record(
    z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/)
      .refine(
        (name) => !/^(?:connection|content-length|date|keep-alive|te|trailer|transfer-encoding|upgrade)$/i.test(name),
      ),
    z.string().regex(/^[\x20-\x7e]{1,2048}$/),
  )
  .refine((headers) => Object.keys(headers).length <= 32);
