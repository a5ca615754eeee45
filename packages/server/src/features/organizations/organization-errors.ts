import { defineErrors } from '../../kernel/app-error.ts';

export const organizationErrors = defineErrors({
  ORGANIZATION_NOT_FOUND: {
    kind: 'not_found',
    message: 'There is no such organization, or you are not acting in it.',
    hint: 'List yours with GET /v1/organizations; switch with `organizationId` at POST /auth/refresh or /auth/login.',
  },
  ORGANIZATION_NOT_EMPTY: {
    kind: 'failed_precondition',
    message: 'The organization still has projects.',
    hint: 'Delete its projects first; that stops and removes their services.',
  },
  ORGANIZATION_LAST: {
    kind: 'failed_precondition',
    message: 'This is the only organization that you are a member of, and without one you could not sign in any more.',
    hint: 'Create another organization first.',
  },
  ORGANIZATION_LIMIT: {
    kind: 'failed_precondition',
    message: 'You have founded as many organizations as one account may.',
    hint: 'Delete one that you do not need any more, or ask an operator to found it for you or to raise ORGANIZATIONS_PER_ACCOUNT.',
  },
  MEMBER_NOT_FOUND: {
    kind: 'not_found',
    message: 'There is no such member in this organization.',
    hint: 'List the members of the organization.',
  },
  MEMBER_LAST_OWNER: {
    kind: 'failed_precondition',
    message: 'An organization keeps at least one owner.',
    hint: 'Make another member an owner first.',
  },
  MEMBER_EXISTS: {
    kind: 'already_exists',
    message: 'This person is a member of the organization already.',
    hint: "Change the member's role instead.",
  },
  ROLE_ABOVE_OWN: {
    kind: 'permission_denied',
    message: 'You cannot grant, change or remove a role above your own.',
    hint: 'Ask somebody with that role to do it.',
  },
  INVITATION_NOT_FOUND: {
    kind: 'not_found',
    message: 'There is no such open invitation.',
    hint: 'List the invitations of the organization; an accepted, expired or revoked one is gone.',
  },
  INVITATION_INVALID: {
    kind: 'permission_denied',
    message: 'The invitation is not for this e-mail address, or it was used, has expired or was revoked.',
    hint: 'Use the address that was invited, or ask for a new invitation.',
  },
});
