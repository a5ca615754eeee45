import { z } from 'zod';
import { roles } from '../../platform/http/principal.ts';
import { timestamp } from '../../platform/http/timestamp.ts';

export const organizationName = z.string().trim().min(1).max(80);
/** Lower case, since that is how addresses are compared. 254 is the longest that SMTP can carry (RFC 5321, 4.5.3.1.3). */
export const emailAddress = z.string().trim().toLowerCase().max(254).pipe(z.email());
export const roleSchema = z.enum(roles);

export const organizationSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    role: roleSchema.meta({ description: 'Yours in this organization.' }),
    current: z.boolean().meta({ description: 'Whether your sign-in acts in this one.' }),
    createdAt: timestamp,
  })
  .meta({ id: 'Organization' });
export type Organization = z.output<typeof organizationSchema>;

export const memberSchema = z
  .strictObject({
    userId: z.string(),
    email: z.string(),
    name: z.string(),
    role: roleSchema,
    createdAt: timestamp.meta({ description: 'When the membership began.' }),
  })
  .meta({ id: 'Member' });
export type Member = z.output<typeof memberSchema>;

const invitationFields = {
  id: z.string(),
  email: z.string(),
  role: roleSchema,
  invitedBy: z.string().nullable().meta({ description: 'Id of the user; null when the user is gone.' }),
  createdAt: timestamp,
  expiresAt: timestamp,
};
export const invitationSchema = z.strictObject(invitationFields).meta({ id: 'Invitation' });
export type Invitation = z.output<typeof invitationSchema>;

export const createdInvitationSchema = z
  .strictObject({ ...invitationFields, token: z.string().meta({ description: 'Shown this once; it is not stored.' }) })
  .meta({ id: 'CreatedInvitation' });
export type CreatedInvitation = z.output<typeof createdInvitationSchema>;

export const createInvitationBody = z.strictObject({ email: emailAddress, role: roleSchema });
