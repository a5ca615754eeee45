import { z } from 'zod';
import { apiTokenScopes } from '../../platform/http/principal.ts';
import { timestamp } from '../../platform/http/timestamp.ts';
import { emailAddress, organizationName, roleSchema } from '../organizations/index.ts';

/** NIST SP 800-63B, 5.1.1.2: length counts, rules about kinds of characters do not; and a limit, since hashing is costly. */
const newPassword = z.string().min(10).max(256);
// Old or foreign passwords may be of any length; the limit only bounds the work.
const anyPassword = z.string().min(1).max(256);
const secretText = z.string().min(1).max(200);

export const registerBody = z
  .strictObject({
    email: emailAddress,
    password: newPassword,
    name: z.string().trim().min(1).max(80),
    organizationName: organizationName
      .optional()
      .meta({ description: 'Of the new organization; not with an invitation.' }),
    claimToken: secretText.optional().meta({ description: 'For the first account of an installation.' }),
    invitationToken: secretText.optional().meta({ description: 'Joins the organization that invited this address.' }),
  })
  .refine((body) => body.claimToken === undefined || body.invitationToken === undefined, {
    path: ['invitationToken'],
    message: 'not together with claimToken',
  });
export type RegisterInput = z.output<typeof registerBody>;

export const loginBody = z.strictObject({
  email: emailAddress,
  password: anyPassword,
  organizationId: secretText.optional().meta({ description: 'To act in; your first one when it is not given.' }),
  invitationToken: secretText.optional().meta({ description: 'Accepts this invitation and acts in its organization.' }),
});
export type LoginInput = z.output<typeof loginBody>;

export const refreshBody = z.strictObject({
  refreshToken: secretText.optional().meta({ description: 'Not with a session in cookies, which has it there.' }),
  organizationId: secretText.optional().meta({ description: 'Switches to another organization of yours.' }),
});
/** With the token, wherever it was. */
export type RefreshInput = z.output<typeof refreshBody> & { refreshToken: string };

export const updateMeBody = z.strictObject({ name: z.string().trim().min(1).max(80) });

export const changePasswordBody = z.strictObject({ currentPassword: anyPassword, newPassword });
export type ChangePasswordInput = z.output<typeof changePasswordBody>;

export const setupSchema = z
  .strictObject({
    claimed: z.boolean().meta({ description: 'Whether this installation has an owner.' }),
    registration: z.enum(['claim', 'invitation', 'open']).meta({ description: 'What a new account needs.' }),
    version: z.string(),
  })
  .meta({ id: 'Setup' });
export type Setup = z.output<typeof setupSchema>;

export const logoutBody = z.strictObject({
  refreshToken: secretText
    .optional()
    .meta({ description: 'Its session ends; without it the session of the access token.' }),
});

const userSchema = z.strictObject({ id: z.string(), email: z.string(), name: z.string() }).meta({ id: 'User' });
const actingInSchema = z.strictObject({ id: z.string(), name: z.string(), role: roleSchema });

export const signedInSchema = z
  .strictObject({
    tokenType: z.enum(['Bearer', 'Cookie']).meta({ description: '`Cookie`: the tokens are in cookies, not here.' }),
    accessToken: z.string().optional(),
    accessTokenExpiresAt: timestamp,
    refreshToken: z.string().optional().meta({ description: 'Good for one refresh; the answer brings the next one.' }),
    refreshTokenExpiresAt: timestamp,
    sessionId: z.string(),
    user: userSchema,
    organization: actingInSchema,
  })
  .meta({ id: 'SignedIn' });
export type SignedIn = z.output<typeof signedInSchema>;

export const meSchema = z
  .strictObject({
    user: userSchema,
    organization: actingInSchema,
    via: z.enum(['user', 'api_token']),
    scope: z.enum(apiTokenScopes).nullable(),
    sessionId: z.string().nullable(),
    apiTokenId: z.string().nullable(),
    isOperator: z.boolean().meta({ description: 'Whether the user operates the whole installation.' }),
  })
  .meta({ id: 'Me' });
export type Me = z.output<typeof meSchema>;

export const sessionSchema = z
  .strictObject({
    id: z.string(),
    organizationId: z.string(),
    userAgent: z.string(),
    address: z.string(),
    current: z.boolean(),
    createdAt: timestamp,
    lastUsedAt: timestamp.meta({ description: 'When its tokens were last refreshed.' }),
    expiresAt: timestamp,
  })
  .meta({ id: 'Session' });
export type Session = z.output<typeof sessionSchema>;

const apiTokenFields = {
  id: z.string(),
  name: z.string(),
  scope: z.enum(apiTokenScopes),
  userId: z.string().meta({ description: 'Who made it, and as whom it acts.' }),
  createdAt: timestamp,
  lastUsedAt: timestamp.nullable().meta({ description: 'To the minute.' }),
  expiresAt: timestamp.nullable(),
};
export const apiTokenSchema = z.strictObject(apiTokenFields).meta({ id: 'ApiToken' });
export type ApiToken = z.output<typeof apiTokenSchema>;

export const createdApiTokenSchema = z
  .strictObject({ ...apiTokenFields, token: z.string().meta({ description: 'Shown this once; it is not stored.' }) })
  .meta({ id: 'CreatedApiToken' });
export type CreatedApiToken = z.output<typeof createdApiTokenSchema>;

export const createApiTokenBody = z.strictObject({
  name: z.string().trim().min(1).max(80),
  scope: z.enum(apiTokenScopes),
  expiresAt: timestamp
    .refine((date) => date.getTime() > Date.now(), { message: 'must be in the future' })
    .optional()
    .meta({ description: 'Never, when it is not given.' }),
});
export type CreateApiTokenInput = z.output<typeof createApiTokenBody>;
