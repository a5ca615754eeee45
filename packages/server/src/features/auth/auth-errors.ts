import { defineErrors } from '../../kernel/app-error.ts';

export const authErrors = defineErrors({
  CREDENTIALS_INVALID: {
    kind: 'unauthenticated',
    message: 'The e-mail address or the password is wrong.',
    hint: 'Check both. An operator can give you a new password (`davit admin reset-password`), and an admin of your organization can invite you when you have no account.',
  },
  CLAIM_REQUIRED: {
    kind: 'permission_denied',
    message: 'This installation has no owner yet; its first account needs the claim token.',
    hint: 'Send as `claimToken` what the server printed at its first start; it is also in DATA_DIR/claim-token.',
  },
  CLAIM_INVALID: {
    kind: 'permission_denied',
    message: 'The claim token is wrong or was used already.',
    hint: 'The valid one is in DATA_DIR/claim-token. When that file is gone somebody owns this installation: ask for an invitation.',
  },
  REGISTRATION_CLOSED: {
    kind: 'permission_denied',
    message: 'New accounts need an invitation here.',
    hint: 'Ask an admin of an organization for an invitation and send its token as `invitationToken`.',
  },
  EMAIL_TAKEN: {
    kind: 'already_exists',
    message: 'There is an account with this e-mail address.',
    hint: 'Sign in. With an invitation, send `invitationToken` when you sign in.',
  },
  NO_ORGANIZATION: {
    kind: 'failed_precondition',
    message: 'You are not a member of any organization any more.',
    hint: 'Ask for an invitation and send `invitationToken` when you sign in.',
  },
  REFRESH_TOKEN_INVALID: {
    kind: 'unauthenticated',
    message: 'The refresh token is unknown, has expired, or its session has ended.',
    hint: 'Sign in again.',
  },
  REFRESH_TOKEN_REUSED: {
    kind: 'unauthenticated',
    message: 'The refresh token was used before, so its session was ended.',
    hint: 'Sign in again. If two programs share one sign-in, let both send the same Idempotency-Key for the same token.',
  },
  SESSION_KIND_UNKNOWN: {
    kind: 'invalid_argument',
    message: 'The header X-Davit-Session has a value that davit does not know.',
    hint: 'Send `cookie`, or leave the header out to get the tokens in the body.',
  },
  PASSWORD_WRONG: {
    kind: 'permission_denied',
    message: 'The current password is wrong.',
    hint: 'Type the password that you sign in with now.',
  },
  SESSION_NOT_FOUND: {
    kind: 'not_found',
    message: 'You have no such session.',
    hint: 'List your sessions.',
  },
  API_TOKEN_NOT_FOUND: {
    kind: 'not_found',
    message: 'There is no such API token.',
    hint: 'List the API tokens; a revoked one is gone.',
  },
  API_TOKEN_SCOPE_ABOVE_ROLE: {
    kind: 'permission_denied',
    message: 'Your role does not allow a token of this scope.',
    hint: 'A viewer may make `read` tokens, a developer also `deploy`, an admin or owner all.',
  },
  ACCOUNT_NOT_FOUND: {
    kind: 'not_found',
    message: 'Nobody has an account with this e-mail address here.',
    hint: 'Check the address. The members of an organization are listed on its page Members.',
  },
  OPERATOR_ACCOUNT_NOT_FOUND: {
    kind: 'not_found',
    message: 'Nobody has an account with this e-mail address here.',
    hint: 'Invite them into an organization first; once they have an account they can be made an operator.',
  },
  OPERATOR_NOT_FOUND: {
    kind: 'not_found',
    message: 'This user does not operate the installation.',
    hint: 'List the operators.',
  },
  OPERATOR_LAST: {
    kind: 'failed_precondition',
    message: 'An installation needs an operator, and this is the last one.',
    hint: 'Appoint another operator first.',
  },
});
