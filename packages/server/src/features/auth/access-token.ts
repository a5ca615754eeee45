import { createHash } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import type { Clock } from '../../kernel/clock.ts';

/** What an access token says. Whether it still holds is asked of the database at every request. */
export interface AccessClaims {
  userId: string;
  organizationId: string;
  sessionId: string;
}

export interface AccessTokens {
  sign(claims: AccessClaims): Promise<{ token: string; expiresAt: Date }>;
  /** Undefined for what is forged, expired or not ours. */
  verify(token: string): Promise<AccessClaims | undefined>;
}

export interface AccessTokenOptions {
  /** JWT_SECRET */
  secret: string;
  expirySeconds: number;
  clock: Clock;
}

const ISSUER = 'davit';
const AUDIENCE = 'davit-api';
const ALGORITHM = 'HS256';

/** JSON Web Tokens (RFC 7519) that name who is asking, and from which session. */
export function createAccessTokens({ secret, expirySeconds, clock }: AccessTokenOptions): AccessTokens {
  const key = new TextEncoder().encode(secret);
  // Tells by which secret a token was made, without telling anything of the secret.
  const kid = createHash('sha256').update(`davit kid ${secret}`).digest('hex').slice(0, 16);
  return {
    async sign({ userId, organizationId, sessionId }) {
      const now = Math.floor(clock.now().getTime() / 1000);
      const token = await new SignJWT({ org: organizationId, sid: sessionId })
        .setProtectedHeader({ alg: ALGORITHM, kid, typ: 'JWT' })
        .setSubject(userId)
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setIssuedAt(now)
        .setExpirationTime(now + expirySeconds)
        .sign(key);
      return { token, expiresAt: new Date((now + expirySeconds) * 1000) };
    },
    async verify(token) {
      try {
        const { payload } = await jwtVerify(token, key, {
          algorithms: [ALGORITHM],
          issuer: ISSUER,
          audience: AUDIENCE,
          currentDate: clock.now(),
          requiredClaims: ['exp', 'sub', 'org', 'sid'],
        });
        const { sub, org, sid } = payload;
        if (typeof sub !== 'string' || typeof org !== 'string' || typeof sid !== 'string') return undefined;
        return { userId: sub, organizationId: org, sessionId: sid };
      } catch (error) {
        if (error instanceof errors.JOSEError) return undefined;
        throw error;
      }
    },
  };
}
