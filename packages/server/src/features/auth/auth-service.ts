import { randomBytes } from 'node:crypto';
import { AppError } from '../../kernel/app-error.ts';
import { createId } from '../../kernel/id.ts';
import { hashPassword, verifyPassword } from '../../platform/crypto/password.ts';
import type { Db, Tx } from '../../platform/db/database.ts';
import type { Principal } from '../../platform/http/principal.ts';
import { bucketOfAddress } from '../../platform/http/rate-buckets.ts';
import {
  type AuditLog,
  type FoundingLimit,
  findMembership,
  foundOrganization,
  type InvitationService,
  listMemberships,
  type MembershipRow,
  organizationErrors,
} from '../organizations/index.ts';
import type { LoginInput, Me, RegisterInput, SignedIn } from './auth.ts';
import { authErrors } from './auth-errors.ts';
import type { Claim } from './claim.ts';
import { insertOperator, isOperator } from './operator-store.ts';
import type { SignInTarget } from './password-tries.ts';
import type { Client, SessionService } from './session-service.ts';
import { listSignInPlaces } from './session-store.ts';
import { findUser, findUserByEmail, hasUsers, insertUser, type UserRow } from './user-store.ts';

export interface AuthServiceOptions {
  db: Db;
  audit: AuditLog;
  claim: Claim;
  invitations: InvitationService;
  sessions: SessionService;
  /** OPEN_REGISTRATION: anybody may make an account with an organization of their own. */
  openRegistration: boolean;
  foundingLimit: FoundingLimit;
}

export type AuthService = ReturnType<typeof createAuthService>;

/** Accounts: how they are made and how one signs in. */
export function createAuthService(options: AuthServiceOptions) {
  const { db, audit, claim, invitations, sessions, openRegistration, foundingLimit } = options;
  // Compared with where there is no account, so that the time of the answer does not tell which addresses have one.
  let noPassword: Promise<string> | undefined;
  const hashOfNobody = () => (noPassword ??= hashPassword(randomBytes(32).toString('base64')));

  /** Says no before a password is hashed, which is costly on purpose. */
  async function refuseEarly(input: RegisterInput): Promise<void> {
    if (input.invitationToken !== undefined) {
      if (await invitations.isOpen(input.invitationToken, input.email)) return;
      throw organizationErrors.INVITATION_INVALID();
    }
    if (input.claimToken !== undefined) {
      if (await claim.isValid(input.claimToken)) return;
      throw authErrors.CLAIM_INVALID();
    }
    if (!(await hasUsers(db))) throw authErrors.CLAIM_REQUIRED();
    if (!openRegistration) throw authErrors.REGISTRATION_CLOSED();
  }

  /** The organization that a new account begins in, and by what right. */
  async function join(trx: Tx, input: RegisterInput, user: UserRow): Promise<MembershipRow> {
    if (input.invitationToken !== undefined) {
      return await invitations.accept(trx, { token: input.invitationToken, email: user.email, userId: user.id });
    }
    if (input.claimToken !== undefined) {
      if (!(await claim.consume(trx, input.claimToken))) throw authErrors.CLAIM_INVALID();
      await insertOperator(trx, user.id);
    }
    // 80 characters is the longest name of an organization.
    const name = input.organizationName ?? `${user.name.slice(0, 65)}'s organization`;
    return await foundOrganization(trx, { name, ownerId: user.id }, foundingLimit);
  }

  function asPrincipal(user: UserRow, organization: MembershipRow): Principal {
    const { id: organizationId, role } = organization;
    return { kind: 'user', userId: user.id, organizationId, role, sessionId: null, apiTokenId: null };
  }

  async function refuseLogin(user: UserRow | undefined, address: string): Promise<never> {
    const [organization] = user === undefined ? [] : await listMemberships(db, user.id, 1);
    await audit.record({
      principal: null,
      organizationId: organization?.id ?? null,
      action: 'auth.login',
      subject: user?.id ?? null,
      result: 'refused',
      address,
    });
    throw authErrors.CREDENTIALS_INVALID();
  }

  /** Whoever wanted an account is nobody yet: what they were refused is in no organization's log. */
  async function recordRefusedRegistration(thrown: unknown, address: string): Promise<void> {
    const { code, kind } = AppError.from(thrown);
    if (kind === 'internal' || kind === 'unavailable') return;
    await audit.record({
      principal: null,
      action: 'auth.register',
      result: 'refused',
      address,
      details: { code },
    });
  }

  /** Where a sign-in acts: in what it was invited to, what it asks for, or the user's first organization. */
  async function chooseOrganization(trx: Tx, input: LoginInput, user: UserRow): Promise<MembershipRow> {
    if (input.invitationToken !== undefined) {
      return await invitations.accept(trx, { token: input.invitationToken, email: user.email, userId: user.id });
    }
    if (input.organizationId !== undefined) {
      const membership = await findMembership(trx, user.id, input.organizationId);
      if (membership === undefined) throw organizationErrors.ORGANIZATION_NOT_FOUND();
      return membership;
    }
    const [first] = await listMemberships(trx, user.id, 1);
    if (first === undefined) throw authErrors.NO_ORGANIZATION();
    return first;
  }

  async function createAccount(input: RegisterInput, client: Client): Promise<SignedIn> {
    await refuseEarly(input);
    const passwordHash = await hashPassword(input.password);
    const user = { id: createId('usr'), email: input.email, name: input.name };
    return await db.transaction().execute(async (trx) => {
      if (!(await insertUser(trx, { ...user, passwordHash }))) throw authErrors.EMAIL_TAKEN();
      const organization = await join(trx, input, user);
      await audit.record(trx, {
        principal: asPrincipal(user, organization),
        action: 'auth.register',
        subject: user.id,
        result: 'done',
        details: { by: input.claimToken ? 'claim' : input.invitationToken ? 'invitation' : 'open registration' },
        address: client.address,
      });
      return await sessions.open(trx, user, organization, client);
    });
  }

  return {
    /** Makes an account and signs it in. Throws CLAIM_*, INVITATION_INVALID, REGISTRATION_CLOSED, EMAIL_TAKEN. */
    async register(input: RegisterInput, client: Client): Promise<SignedIn> {
      const signedIn = await createAccount(input, client).catch(async (error: unknown) => {
        await recordRefusedRegistration(error, client.address);
        throw error;
      });
      if (input.claimToken !== undefined) await claim.removeFile();
      return signedIn;
    },

    /** What a try at the password of this account counts for, when it comes from this IP address. */
    async findSignInTarget(email: string, address: string): Promise<SignInTarget> {
      const user = await findUserByEmail(db, email);
      const places = await listSignInPlaces(db, user?.id ?? '');
      const place = bucketOfAddress(address);
      const isKnown = places.some((known) => bucketOfAddress(known) === place);
      return { email, passwordHash: user?.passwordHash, knownPlace: isKnown ? place : undefined };
    },

    /** Throws CREDENTIALS_INVALID, after the same work for every reason. */
    async login(input: LoginInput, client: Client): Promise<SignedIn> {
      const nobody = await hashOfNobody();
      const found = await findUserByEmail(db, input.email);
      const isRight = await verifyPassword(found?.passwordHash ?? nobody, input.password);
      if (found === undefined || !isRight) return await refuseLogin(found, client.address);
      const user = { id: found.id, email: found.email, name: found.name };
      return await db.transaction().execute(async (trx) => {
        const organization = await chooseOrganization(trx, input, user);
        await audit.record(trx, {
          principal: asPrincipal(user, organization),
          action: 'auth.login',
          subject: user.id,
          result: 'done',
          details: input.invitationToken === undefined ? {} : { by: 'invitation' },
          address: client.address,
        });
        return await sessions.open(trx, user, organization, client);
      });
    },

    async me(principal: Principal): Promise<Me> {
      const user = await findUser(db, principal.userId);
      const organization = await findMembership(db, principal.userId, principal.organizationId);
      // Removed since this request was let in.
      if (user === undefined || organization === undefined) throw authErrors.NO_ORGANIZATION();
      return {
        user,
        organization: { id: organization.id, name: organization.name, role: principal.role },
        via: principal.kind,
        scope: principal.scope ?? null,
        sessionId: principal.sessionId,
        apiTokenId: principal.apiTokenId,
        isOperator: await isOperator(db, principal.userId),
      };
    },
  };
}
