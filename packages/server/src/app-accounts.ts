import type { FastifyInstance } from 'fastify';
import type { Config } from './config/config.ts';
import type { Secrets } from './config/secret-files.ts';
import {
  createAccessTokens,
  createAccountService,
  createApiTokenService,
  createAuthenticator,
  createAuthService,
  createClaim,
  createOperatorService,
  createSessionService,
  createStandingCheck,
  isOperator,
  moveSessionsAway,
  registerAuthRoutes,
  registerOperatorRoutes,
  revokeMemberAccess,
} from './features/auth/index.ts';
import {
  createAuditLog,
  createInvitationService,
  createMemberService,
  createOrganizationService,
  registerAuditRoutes,
  registerOrganizationRoutes,
} from './features/organizations/index.ts';
import type { Clock } from './kernel/clock.ts';
import type { Logger } from './kernel/logger.ts';
import type { Db } from './platform/db/database.ts';

export interface AppAccountsOptions {
  config: Config;
  db: Db;
  secrets: Secrets;
  clock: Clock;
  version: string;
}

/** Who is asking: accounts, sessions, API tokens, and the organizations that they act in. */
export function createAppAccounts({ config, db, secrets, clock, version }: AppAccountsOptions) {
  const audit = createAuditLog({ db });
  const accessTokens = createAccessTokens({
    secret: secrets.jwtSecret,
    expirySeconds: config.auth.accessExpirySeconds,
    clock,
  });
  const claim = createClaim({ db, dataDir: config.paths.dataDir });
  const invitations = createInvitationService({ db, audit, clock });
  const sessions = createSessionService({
    db,
    audit,
    clock,
    accessTokens,
    refreshExpirySeconds: config.auth.refreshExpirySeconds,
    secret: secrets.jwtSecret,
  });
  const apiTokens = createApiTokenService({ db, audit });
  const { openRegistration } = config.auth;
  const foundingLimit = { most: config.auth.organizationsPerAccount, isExempt: isOperator };
  const auth = createAuthService({ db, audit, claim, invitations, sessions, openRegistration, foundingLimit });
  const accounts = createAccountService({ db, audit, openRegistration, version });
  const organizations = createOrganizationService({ db, audit, foundingLimit, onDelete: moveSessionsAway });
  const operators = createOperatorService({ db, audit });
  const members = createMemberService({ db, audit, onMemberRemoved: revokeMemberAccess });
  return {
    audit,
    claim,
    /** For the HTTP server: who somebody is, and by what right. */
    standing: (logger: Logger) => ({
      authenticate: createAuthenticator({ db, accessTokens, logger }),
      findStanding: createStandingCheck({ db }),
      isOperator: (userId: string) => isOperator(db, userId),
    }),
    registerRoutes(scope: FastifyInstance): void {
      registerAuthRoutes(scope, { auth, accounts, sessions, apiTokens });
      registerOperatorRoutes(scope, { operators });
      registerOrganizationRoutes(scope, { organizations, members, invitations });
      registerAuditRoutes(scope, { audit });
    },
  };
}
