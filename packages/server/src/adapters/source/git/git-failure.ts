import type { AppError } from '../../../kernel/app-error.ts';
import { sourceErrors } from '../source-errors.ts';
import type { SourceUrl } from '../source-url.ts';

type Make = keyof Omit<typeof sourceErrors, 'definitions'>;

/** What Git and ssh say (with LC_ALL=C), first match first. From their sources and from what was seen in tests. */
const causes: readonly (readonly [RegExp, Make])[] = [
  // What davit's own proxy answers for an address that may not be called.
  [/(?:response|HTTP code|returned error:) 451\b/, 'SOURCE_ADDRESS_REFUSED'],
  [/No space left on device|Disk quota exceeded/, 'SOURCE_DISK_FULL'],
  [/REMOTE HOST IDENTIFICATION HAS CHANGED|Host key for .* has changed/, 'SOURCE_HOST_KEY_CHANGED'],
  [/Host key verification failed|No .* host key is known for/, 'SOURCE_HOST_KEY_UNKNOWN'],
  [/Load key .*(?:invalid format|error in libcrypto|passphrase|bad permissions)/, 'SOURCE_SECRET_INVALID'],
  [
    /SSL certificate problem|certificate verif|SSL_ERROR|gnutls_handshake|TLS connect error|server cert|SSL: no alternative/i,
    'SOURCE_TLS_FAILED',
  ],
  [
    /Could not resolve host|Failed to connect|Couldn't connect|Connection (?:refused|timed out|reset|closed)/i,
    'SOURCE_UNREACHABLE',
  ],
  [
    /unable to connect|Network is unreachable|No route to host|Temporary failure in name resolution/i,
    'SOURCE_UNREACHABLE',
  ],
  [/Empty reply from server|Operation too slow|Operation timed out|kex_exchange_identification/i, 'SOURCE_UNREACHABLE'],
  [/returned error: (?:408|429|5\d\d)/, 'SOURCE_UNREACHABLE'],
  [
    /Permission denied \(|Permission denied, please try again|Too many authentication failures/,
    'SOURCE_AUTHENTICATION_FAILED',
  ],
  [/Authentication failed|HTTP Basic: Access denied|returned error: 40[13]/i, 'SOURCE_AUTHENTICATION_FAILED'],
  [/could not read (?:Username|Password)|terminal prompts disabled/, 'SOURCE_NOT_FOUND'],
  [
    /repository '.*' not found|Repository not found|does not appear to be a git repository|dubious ownership/i,
    'SOURCE_NOT_FOUND',
  ],
  [
    /not valid: is this a git repository|returned error: 404|project you were looking for could not be found/i,
    'SOURCE_NOT_FOUND',
  ],
  [/couldn't find remote ref|not our ref|unadvertised object/i, 'SOURCE_REF_NOT_FOUND'],
  [
    /unable to update url base from redirection|protocol .* not supported|transport '.*' not allowed/i,
    'SOURCE_REDIRECT_REFUSED',
  ],
  [
    /early EOF|hung up unexpectedly|unexpected disconnect|RPC failed|bytes of body are still expected/i,
    'SOURCE_UNREACHABLE',
  ],
];

/** Whether Git failed over its own copy, which can be made anew: a lock that a killed one left, or damage. */
export function isDamagedCopy(stderr: string): boolean {
  return /\.lock': File exists|cannot lock ref|reference broken|bad object|object file .* is empty|loose object .* corrupt|(?:packfile|pack) .*(?:corrupt|cannot be accessed|invalid)|shallow file has changed|not a git repository: |bad config|did not send all necessary objects|unable to read tree|Could not read [0-9a-f]{40}|missing (?:blob|tree|commit)/.test(
    stderr,
  );
}

/** The host that asked for a secret, where it is not the one that the secret is for. */
function redirectedTo(stderr: string, url: SourceUrl): string | undefined {
  const asked = /could not read (?:Username|Password) for '([^']+)'/.exec(stderr)?.[1];
  if (asked === undefined || !URL.canParse(asked)) return undefined;
  const { protocol, host } = new URL(asked);
  const origin = `${protocol}//${host}`;
  return url.origin === '' || origin === new URL(url.origin).origin ? undefined : origin;
}

/** The last line in which Git or the other side says what is wrong, for the sentence that the user reads. */
function lastComplaint(stderr: string): string | undefined {
  const lines = stderr.split('\n').filter((line) => /^(?:fatal|error|remote|ssh|ERROR): ?/.test(line));
  const line =
    lines.findLast((text) => text.startsWith('fatal:') && !/Could not read from remote/.test(text)) ?? lines.at(-1);
  return line?.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, ' ').slice(0, 300);
}

/** Why Git failed, as an error that says it in one sentence; what Git said is kept as its cause. */
export function gitFailure(stderr: string, url: SourceUrl): AppError {
  const cause = new Error(stderr.slice(-4000));
  const elsewhere = redirectedTo(stderr, url);
  if (elsewhere !== undefined)
    return sourceErrors.SOURCE_REDIRECT_REFUSED({
      message: `The Git host redirects to ${elsewhere}, which asks for a secret that is only meant for ${url.host}.`,
      cause,
    });
  const [, code] = causes.find(([pattern]) => pattern.test(stderr)) ?? [];
  if (code !== undefined) return sourceErrors[code]({ cause });
  const complaint = lastComplaint(stderr);
  return sourceErrors.SOURCE_FETCH_FAILED({
    message: complaint === undefined ? undefined : `Git could not fetch the source: ${complaint}.`,
    cause,
  });
}
