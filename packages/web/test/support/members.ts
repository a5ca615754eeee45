import { type ApiCaller, createApiCaller } from '../../../server/test/support/api-caller.ts';
import type { Platform } from '../../../server/test/support/platform.ts';

export interface InvitedMember {
  email: string;
  userId: string;
  /** Of the organization that they were invited to. */
  organizationId: string;
  api: ApiCaller;
}

/** Has the platform's owner invite somebody, who joins with the password of all tests. */
export async function inviteMember(
  platform: Platform,
  email: string,
  role: string,
  name = role,
): Promise<InvitedMember> {
  const { organization } = await platform.api.done<{ organization: { id: string } }>('GET', '/auth/me');
  const invitation = await platform.api.done<{ token: string }>(
    'POST',
    `/v1/organizations/${organization.id}/invitations`,
    { email, role },
  );
  const api = createApiCaller(() => platform.url);
  await api.register({ email, password: 'correct horse battery', name, invitationToken: invitation.token });
  const { user } = await api.done<{ user: { id: string } }>('GET', '/auth/me');
  return { email, userId: user.id, organizationId: organization.id, api };
}
