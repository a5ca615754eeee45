import { boolean, duration, integer, optional, readableFile, rootKey, setting, signingSecret } from './setting.ts';

/** Who comes in, how often, and the keys behind it. */
export const accessSettings = {
  JWT_SECRET: optional(signingSecret, {
    shownDefault: 'generated, kept in `DATA_DIR/jwt-secret`',
    meaning: 'Signs access tokens. Another one signs everybody out for as long as an access token lasts.',
    secret: true,
  }),
  JWT_ACCESS_EXPIRY: setting(duration, { default: '15m', meaning: 'How long an access token is valid.' }),
  JWT_REFRESH_EXPIRY: setting(duration, {
    default: '168h',
    meaning: 'How long one can stay away and still be signed in.',
  }),
  OPEN_REGISTRATION: setting(boolean, {
    default: 'false',
    meaning: 'Anybody who reaches davit may make an account and an organization, without an invitation.',
  }),
  ORGANIZATIONS_PER_ACCOUNT: setting(integer(1, 1_000_000), {
    default: '10',
    meaning:
      'How many organizations one account may found. Each has a share of the places for runs, so that nobody is to have very many. Operators have no limit.',
  }),
  ROOT_KEY: optional(rootKey, {
    shownDefault: 'generated, kept in `DATA_DIR/root-key`',
    meaning: 'Encrypts the keys that encrypt stored secrets. Keep a copy elsewhere: without it they are lost.',
    secret: true,
  }),
  ROOT_KEY_FILE: optional(readableFile, {
    shownDefault: 'unset',
    meaning: 'A file with the root key, closed to others (mode 0600), instead of ROOT_KEY.',
  }),
  RATE_LIMIT_REQUESTS: setting(integer(1, 1_000_000), {
    default: '100',
    meaning:
      'Requests of one user, and of one address where nobody is signed in, in each RATE_LIMIT_WINDOW; all servers on one database count together. Twenty times as many for `/health/ready`, `/metrics` and the files of the UI, which each server counts for itself.',
  }),
  RATE_LIMIT_SIGN_IN: setting(integer(1, 1_000_000), {
    default: '10',
    meaning:
      'Tries of one address to sign in, to make an account or to refresh a session that come to nothing, in each RATE_LIMIT_WINDOW.',
  }),
  RATE_LIMIT_WINDOW: setting(duration, {
    default: '60s',
    meaning: 'The window of RATE_LIMIT_REQUESTS and RATE_LIMIT_SIGN_IN.',
  }),
};
