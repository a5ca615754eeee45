import type { SourceSecret } from '../git-source.ts';
import { sourceErrors } from '../source-errors.ts';
import type { SourceUrl } from '../source-url.ts';

function findFault(url: SourceUrl, secret: SourceSecret): readonly [field: string, detail: string] | undefined {
  if (secret.kind === 'deploy-key') {
    if (url.transport !== 'ssh') return ['kind', 'a deploy key is for ssh URLs: use the ssh URL, or set a token'];
    const isKey =
      /^-----BEGIN [A-Z ]*PRIVATE KEY-----\r?\n[A-Za-z0-9+/=\r\n:,. -]+-----END [A-Z ]*PRIVATE KEY-----\s*$/;
    return isKey.test(secret.privateKey) ? undefined : ['privateKey', 'must be a private key in PEM or OpenSSH format'];
  }
  if (url.transport !== 'https' && url.transport !== 'http')
    return ['kind', 'a token is for https URLs: use the https URL, or set a deploy key'];
  if (!/^[\u0021-\u007e]{1,4096}$/.test(secret.token)) return ['token', 'must be printable characters without spaces'];
  // Those that an URL may hold as they are, or that every version of Git escapes in the same way.
  if (secret.username !== undefined && !/^[A-Za-z0-9._~@+-]{1,255}$/.test(secret.username))
    return ['username', 'must be letters, digits and . _ ~ @ + - only'];
  return undefined;
}

/**
 * Judges whether a secret can be used with the URL; what it says is never repeated.
 * @throws SOURCE_SECRET_INVALID naming the field
 */
export function judgeSecret(url: SourceUrl, secret: SourceSecret | undefined): void {
  const fault = secret === undefined ? undefined : findFault(url, secret);
  if (fault === undefined) return;
  const [field, detail] = fault;
  throw sourceErrors.SOURCE_SECRET_INVALID({
    message: `The secret of the repository is refused: ${detail}.`,
    fields: [{ pointer: `/sourceCredential/${field}`, detail }],
  });
}
