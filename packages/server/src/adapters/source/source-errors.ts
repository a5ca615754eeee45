import { defineErrors } from '../../kernel/app-error.ts';

/** What can be wrong with where code comes from: a Git repository or an archive. */
export const sourceErrors = defineErrors({
  SOURCE_URL_INVALID: {
    kind: 'invalid_argument',
    message: 'This is not a Git URL that davit fetches from.',
    hint: 'Use https://host/owner/repository.git, ssh://git@host/owner/repository.git or git@host:owner/repository.git.',
  },
  SOURCE_REF_INVALID: {
    kind: 'invalid_argument',
    message: 'This is not a name that a branch, a tag or a commit can have.',
    hint: 'Give the name of a branch or a tag as Git shows it, or 7 to 64 hexadecimal digits of a commit.',
  },
  SOURCE_ROOT_FOLDER_INVALID: {
    kind: 'invalid_argument',
    message: 'The root folder is not a folder inside the source.',
    hint: 'Give a relative path such as apps/web, or leave it empty for the whole source.',
  },
  SOURCE_SECRET_INVALID: {
    kind: 'invalid_argument',
    message: 'The secret of the repository has a form that Git cannot use.',
    hint: 'A token is one line of printable text, a deploy key a private key in OpenSSH format without a passphrase.',
  },
  SOURCE_KNOWN_HOSTS_INVALID: {
    kind: 'invalid_argument',
    message: 'The known host keys are not lines of an OpenSSH known_hosts file.',
    hint: 'Paste what your Git host publishes as its SSH host keys, one "host type key" a line.',
  },
  SOURCE_NOT_FOUND: {
    kind: 'failed_precondition',
    message: 'The repository was not found, or davit has no access to it.',
    hint: 'Check the URL. For a private repository set a token or a deploy key that may read it.',
  },
  SOURCE_AUTHENTICATION_FAILED: {
    kind: 'failed_precondition',
    message: 'The Git host refused the token or the deploy key.',
    hint: 'Check that it has not expired and may read this repository, and set it again.',
  },
  SOURCE_UNREACHABLE: {
    kind: 'unavailable',
    message: 'The Git host could not be reached, or broke the connection off.',
    hint: 'Check the host name and that this machine reaches it. davit tries again by itself.',
  },
  SOURCE_TLS_FAILED: {
    kind: 'failed_precondition',
    message: "The Git host's TLS certificate could not be verified.",
    hint: 'Where a company authority signs certificates, name its bundle in EXTRA_CA_FILE.',
  },
  SOURCE_REDIRECT_REFUSED: {
    kind: 'failed_precondition',
    message: 'The Git host redirects to another place, and davit does not follow it there.',
    hint: 'Set the URL that the repository has now.',
  },
  SOURCE_HOST_KEY_CHANGED: {
    kind: 'failed_precondition',
    message: 'The SSH host key of the Git host is not the one that is known: someone may be listening in.',
    hint: "Compare it with what the Git host publishes; when it was changed on purpose, set the service's known host keys.",
  },
  SOURCE_HOST_KEY_UNKNOWN: {
    kind: 'failed_precondition',
    message: 'The known host keys of this service have none for the Git host.',
    hint: 'Add the host key that the Git host publishes, or clear the setting to trust the first one seen.',
  },
  SOURCE_REF_NOT_FOUND: {
    kind: 'failed_precondition',
    message: 'The repository has no such branch, tag or commit.',
    hint: 'Check the spelling, and that it was pushed.',
  },
  SOURCE_EMPTY: {
    kind: 'failed_precondition',
    message: 'The repository has no commit on its default branch.',
    hint: 'Push a commit, or name the branch to deploy.',
  },
  SOURCE_ROOT_FOLDER_MISSING: {
    kind: 'failed_precondition',
    message: 'The commit has no such root folder.',
    hint: "Correct the service's root folder, or leave it empty for the whole repository.",
  },
  SOURCE_COMMIT_MISSING: {
    kind: 'unavailable',
    message: 'The commit is not in the copy of the repository.',
    hint: 'Fetch it again; davit does so when it tries again.',
  },
  SOURCE_TOO_LARGE: {
    kind: 'resource_exhausted',
    message: 'The repository is larger than this server fetches.',
    hint: 'Keep large files out of Git, or raise the limit.',
  },
  SOURCE_FETCH_FAILED: {
    kind: 'failed_precondition',
    message: 'Git could not fetch the source.',
    hint: "Read what Git said in the step's output.",
  },
  SOURCE_FETCH_CANCELED: {
    kind: 'canceled',
    message: 'Getting the source was cancelled.',
    hint: 'Start it again when you want it.',
  },
  SOURCE_ADDRESS_REFUSED: {
    kind: 'failed_precondition',
    message: 'The Git host leads to an address in a network that is not public, which davit does not call.',
    hint: 'Use a host of the public Internet. An operator can allow others by their network in OUTBOUND_NETWORKS.',
  },
  GIT_MISSING: {
    kind: 'failed_precondition',
    message: 'The command git was not found on this machine.',
    hint: 'Install git (2.29 or newer) where the server runs.',
  },
  ARCHIVE_ENTRY_REFUSED: {
    kind: 'invalid_argument',
    message: 'The archive has an entry that is not safe to unpack.',
    hint: 'An archive may hold files, folders and links that stay inside it.',
  },
  ARCHIVE_DAMAGED: {
    kind: 'invalid_argument',
    message: 'This is not a tar archive, or a damaged one.',
    hint: 'Send a tar archive, plain or compressed with gzip or zstd.',
  },
  ARCHIVE_TOO_LARGE: {
    kind: 'invalid_argument',
    message: 'The archive unpacks to more than this server takes.',
    hint: 'Leave out what the build makes again, with .gitignore or .davitignore.',
  },
  SOURCE_DISK_FULL: {
    kind: 'unavailable',
    message: 'The disk of the server is full.',
    hint: 'Free some space below DATA_DIR, then try again.',
  },
  SOURCE_EXCEEDS_DISK: {
    kind: 'failed_precondition',
    message: 'The source is larger than the disk of the server has room for.',
    hint: 'Leave out what the build makes again, with .gitignore or .davitignore, or ask for a larger disk on the server.',
  },
});

/** A full disk as an AppError, since a person can act on it; everything else as it is. */
export function diskFault(thrown: unknown): unknown {
  const code = thrown instanceof Error ? (thrown as NodeJS.ErrnoException).code : undefined;
  return code === 'ENOSPC' || code === 'EDQUOT' ? sourceErrors.SOURCE_DISK_FULL({ cause: thrown }) : thrown;
}
