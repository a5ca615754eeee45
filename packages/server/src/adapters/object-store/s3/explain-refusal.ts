import type { AppError } from '../../../kernel/app-error.ts';
import { objectStoreErrors } from '../object-store-errors.ts';

/** A request, and what was answered to it instead of what it asked for. */
export interface S3Refusal {
  method: string;
  /** '' is the bucket itself. */
  key: string;
  query: Readonly<Record<string, string>>;
  bucket: string;
  /** That the request was signed for. */
  region: string;
  host: string;
  status: number;
  headers: Headers;
  /** As S3 names it; undefined where the answer is not one of S3, or has no body. */
  code: string | undefined;
  /** The region that the answer names. */
  toldRegion: string | undefined;
  /** In the words of S3, for the log. */
  said: string | undefined;
}

interface Told {
  message: string;
  hint: string;
}
type Explanation = (refusal: S3Refusal) => Told;

/** What a key needs for a request, in Amazon's words, which others have taken over. */
function permissionFor({ method, key, query }: S3Refusal): { verb: string; permission: string } {
  if (key === '') {
    const isOfUploads = query['uploads'] !== undefined;
    return { verb: 'list', permission: isOfUploads ? 's3:ListBucketMultipartUploads' : 's3:ListBucket' };
  }
  if (method === 'GET' || method === 'HEAD') return { verb: 'read', permission: 's3:GetObject' };
  if (method !== 'DELETE') return { verb: 'write', permission: 's3:PutObject' };
  const isOfUpload = query['uploadId'] !== undefined;
  return isOfUpload
    ? { verb: 'end uploads', permission: 's3:AbortMultipartUpload' }
    : { verb: 'delete', permission: 's3:DeleteObject' };
}

const forbidden: Explanation = (refusal) => {
  const { verb, permission } = permissionFor(refusal);
  return {
    message: `The key may not ${verb} in the bucket ${refusal.bucket}.`,
    hint: `Give the key the permission ${permission} there, or correct the name of the bucket: one of somebody else's answers the same.`,
  };
};

const clock: Explanation = ({ host, headers }) => {
  const minutes = Math.round((Date.now() - Date.parse(headers.get('date') ?? '')) / 60_000);
  const apart = Math.abs(minutes);
  const how = minutes > 0 ? 'ahead of' : 'behind';
  return {
    message:
      apart > 0
        ? `The clock of this machine is ${apart} ${apart === 1 ? 'minute' : 'minutes'} ${how} that of ${host}.`
        : `The clocks of this machine and of ${host} are too far apart.`,
    hint: 'Set the clock of this machine, best by NTP (`timedatectl set-ntp true`), or that of the store where it is the wrong one.',
  };
};

const elsewhere: Explanation = ({ bucket, host, region, toldRegion }) => {
  if (toldRegion !== undefined && toldRegion !== region) {
    return {
      message: `The bucket ${bucket} is in the region ${toldRegion}, and was looked for in ${region}.`,
      hint: `Set BACKUP_S3_REGION=${toldRegion}, and where BACKUP_S3_ENDPOINT is set, let it be an address of that region.`,
    };
  }
  return {
    message: `The bucket ${bucket} is not to be had from ${host} in the region ${region}.`,
    hint: 'Set BACKUP_S3_REGION to the region of the bucket, and where BACKUP_S3_ENDPOINT is set, let it be an address of that region.',
  };
};

const unknownKey: Explanation = ({ host }) => ({
  message: `${host} does not know the key.`,
  hint: 'Correct BACKUP_S3_ACCESS_KEY_ID: the key may have been deleted, be one of another store, or a temporary one (ASIA…), which is of no use here.',
});

const expiredKey: Explanation = ({ host }) => ({
  message: `The key has expired, says ${host}.`,
  hint: 'Set a lasting key in BACKUP_S3_ACCESS_KEY_ID and BACKUP_S3_SECRET_ACCESS_KEY: backups are made without anybody there to renew it.',
});

const wrongSecret: Explanation = () => ({
  message: 'The secret is not that of the key.',
  hint: 'Correct BACKUP_S3_SECRET_ACCESS_KEY. Where it is right, a proxy before the store changes the host name or the path of what is signed.',
});

const noBucket: Explanation = ({ bucket, host }) => ({
  message: `There is no bucket ${bucket} at ${host}.`,
  hint: 'Create it, or correct the name; davit makes no buckets.',
});

const full: Explanation = ({ bucket }) => ({
  message: `There is no room left for the bucket ${bucket}.`,
  hint: 'Free room there, raise its quota, or name another place.',
});

const archived: Explanation = ({ key }) => ({
  message: `${key} is in an archive, from which nothing is read at once.`,
  hint: 'Have the store restore it first, and keep a rule of the bucket from moving backups into an archive.',
});

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html and, of MinIO and Ceph, those that differ */
const explanations: ReadonlyMap<string, Explanation> = new Map([
  ['AccessDenied', forbidden],
  ['AllAccessDisabled', forbidden],
  ['RequestTimeTooSkewed', clock],
  ['PermanentRedirect', elsewhere],
  ['TemporaryRedirect', elsewhere],
  ['Redirect', elsewhere],
  ['AuthorizationHeaderMalformed', elsewhere],
  ['IllegalLocationConstraintException', elsewhere],
  ['InvalidRegion', elsewhere],
  ['InvalidAccessKeyId', unknownKey],
  ['ExpiredToken', expiredKey],
  ['InvalidToken', expiredKey],
  ['TokenRefreshRequired', expiredKey],
  ['SignatureDoesNotMatch', wrongSecret],
  ['NoSuchBucket', noBucket],
  ['InvalidBucketName', noBucket],
  ['QuotaExceeded', full],
  ['XMinioStorageFull', full],
  ['XMinioAdminBucketQuotaExceeded', full],
  ['InvalidObjectState', archived],
]);

/** That are worth another try, though their status says that the request was wrong. */
const passing: ReadonlySet<string> = new Set(['RequestTimeout', 'SlowDown', 'OperationAborted']);

/**
 * What answers is no S3 server, or not one alone. Another try would find it again.
 *
 * @param how what was seen, as the end of a sentence
 */
export function notS3(host: string, how: string): AppError {
  return objectStoreErrors.OBJECT_STORE_FAILED({
    message: `${host} does not answer as S3 does: ${how}.`,
    hint: 'Check the host, the port and the http or https of BACKUP_S3_ENDPOINT, and that no proxy or login page between answers in its place.',
    transient: false,
  });
}

function originOf(location: string | null): string {
  const url = URL.canParse(location ?? '') ? new URL(location ?? '') : undefined;
  return url === undefined ? 'another address' : url.origin.slice(0, 200);
}

/** Without a word of S3: what is before a store answers so, or what is none. */
function explainStranger(refusal: S3Refusal): AppError {
  const { host, status, headers, method } = refusal;
  if (status >= 300 && status < 400) return notS3(host, `it sends to ${originOf(headers.get('location'))}`);
  // An answer to HEAD has no body that could say more.
  if (method === 'HEAD' && status === 403) return objectStoreErrors.OBJECT_STORE_REFUSED(forbidden(refusal));
  return notS3(host, `it answers ${status} without a reason`);
}

/** The true cause of a request that was not done, and what to do about it. */
export function explainRefusal(refusal: S3Refusal): AppError {
  const { status, code, bucket, host, toldRegion, said } = refusal;
  const cause = said === undefined ? undefined : new Error(said);
  const explained = explanations.get(code ?? '');
  if (explained !== undefined) {
    const { message, hint } = explained(refusal);
    return objectStoreErrors.OBJECT_STORE_REFUSED({ message: `${message.slice(0, -1)} (${code}).`, hint, cause });
  }
  if (status >= 300 && status < 400 && toldRegion !== undefined)
    return objectStoreErrors.OBJECT_STORE_REFUSED({ ...elsewhere(refusal), cause });
  if (status >= 500 || status === 429 || passing.has(code ?? '')) {
    const message = `${host} answers ${status}${code === undefined ? '' : ` (${code})`}.`;
    const hint = 'Look at the state of the store, and of a proxy before it, then try again.';
    return objectStoreErrors.OBJECT_STORE_FAILED({ message, hint, cause });
  }
  if (code === undefined) return explainStranger(refusal);
  return objectStoreErrors.OBJECT_STORE_REFUSED({
    message: `The bucket ${bucket} answers ${status} (${code}).`,
    cause,
  });
}
