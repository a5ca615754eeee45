import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';

/**
 * For an API and its documentation; the pages of the UI have a policy of their own. No `upgrade-insecure-requests`: davit is
 * also reached over plain http on one machine. Strict-Transport-Security is ignored by browsers there; it must not speak for the
 * names below davit's own, where applications may be that have no https.
 */
export async function registerSecurityHeaders(app: FastifyInstance): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    frameguard: { action: 'deny' },
    strictTransportSecurity: { includeSubDomains: false },
    referrerPolicy: { policy: 'no-referrer' },
  });
}
