import type { AuditEntry } from '../../../data/use-audit-log.ts';

const known: Readonly<Record<string, string>> = {
  'account.change_password': 'Changed the password',
  'account.rename': 'Changed the own name',
  'api_token.create': 'Made an API token',
  'api_token.revoke': 'Revoked an API token',
  'auth.login': 'Signed in',
  'auth.logout': 'Signed out',
  'auth.register': 'Made an account',
  'credential.create': 'Stored a credential',
  'credential.delete': 'Deleted a credential',
  'credential.expiring': 'Warned that a credential expires',
  'credential.restore': 'Brought back the former version of a credential',
  'credential.rotate': 'Rotated a credential',
  'credential.update': 'Changed a credential',
  'credential.use': 'Used a credential',
  'credential.validate': 'Validated a credential',
  'invitation.create': 'Invited somebody',
  'invitation.revoke': 'Revoked an invitation',
  'member.change_role': 'Changed a role',
  'member.remove': 'Removed a member',
  'organization.create': 'Made the organization',
  'organization.rename': 'Renamed the organization',
  'session.refresh_token_reused': 'Came with a used refresh token',
  'session.revoke': 'Ended a session',
  'shared_variable.reveal': 'Revealed a shared variable',
  'variable.reveal': 'Revealed a variable',
};

/** What was done, in words; for all others its name turned round: `project.create` → "Create project". */
export function actionText(action: string): string {
  const words = known[action] ?? action.replace(/^([^.]+)\.(.+)$/, '$2 $1').replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The beginnings and whole names that one filters by most. */
export const commonActions = [
  'account.',
  'api_token.',
  'auth.',
  'invitation.',
  'member.',
  'organization.',
  'session.',
  'variable.',
  'project.',
  'service.',
  'deployment.',
  'cloud_resource.',
  'stack_update.',
] as const;

export const resultWords: Record<AuditEntry['result'], { text: string; tone: 'neutral' | 'warning' | 'danger' }> = {
  done: { text: 'Done', tone: 'neutral' },
  refused: { text: 'Refused', tone: 'warning' },
  failed: { text: 'Failed', tone: 'danger' },
};

/** Names and values to read one by one, by name; what is inside another is written as JSON. */
export function detailLines(details: AuditEntry['details']): readonly { name: string; value: string }[] {
  return Object.entries(details)
    .filter(([, value]) => value !== null && value !== undefined)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => ({ name, value: typeof value === 'string' ? value : JSON.stringify(value) }));
}
