import { AppError } from '../../../kernel/app-error.ts';
import type { ImageRegistry, RegistryAccess, RegistryVerdict } from '../image-registry.ts';
import { connectionFault } from './connection-fault.ts';

/** A call that is not followed when it is redirected. @throws AppError with the system's error as its cause */
export type RegistryFetch = (request: {
  method: 'GET' | 'POST' | 'DELETE';
  url: string;
  headers: Readonly<Record<string, string>>;
  signal: AbortSignal;
}) => Promise<{ status: number; headers: Readonly<Record<string, string | string[] | undefined>>; text: string }>;

export interface DistributionRegistryOptions {
  /** `https://registry.example.com`, without a path. */
  origin: string;
  /** What images are named below, such as `team`. */
  path: string;
  /** Empty: nobody signs in. */
  username: string;
  password: string;
  fetch: RegistryFetch;
  /** What people change when something is wrong; the settings of the server by default. */
  settings?: { address: string; login: string };
}

const ownSettings = { address: 'REGISTRY_URL', login: 'REGISTRY_USERNAME and REGISTRY_PASSWORD' };

type Answer = Awaited<ReturnType<RegistryFetch>>;

const repositoryName = /^[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*$/;
const digestText = /^sha256:[0-9a-f]{64}$/;
const tagText = /^\w[\w.-]{0,127}$/;

/** Without these a registry may turn a manifest into one of an older kind, whose digest it does not know. */
const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

const headerOf = (answer: Answer, name: string): string => String(answer.headers[name] ?? '');
const parameter = (challenge: string, name: string) => new RegExp(`${name}="([^"]{1,500})"`, 'i').exec(challenge)?.[1];

/** What the registry itself says, where it says something. */
function said({ text }: Answer): string {
  try {
    const { errors } = JSON.parse(text) as { errors?: { code?: string; message?: string }[] };
    const [first] = errors ?? [];
    const words = [first?.code, first?.message].filter((word) => typeof word === 'string' && word !== '');
    return words.length === 0 ? '' : ` It says: ${words.join(', ').slice(0, 300)}.`;
  } catch {
    return '';
  }
}

const bad = (detail: string, mend: string): RegistryVerdict => ({ ok: false, detail, mend });
const refused = (detail: string, mend: string) => ({ verdict: bad(detail, mend) });

/**
 * Speaks with a registry by the OCI distribution API (https://github.com/opencontainers/distribution-spec) with names and
 * passwords or with tokens, as Harbor, GHCR, Artifact Registry and Docker Hub want them.
 */
export function createDistributionRegistry(options: DistributionRegistryOptions): ImageRegistry {
  const { origin, path, username, password, fetch, settings = ownSettings } = options;
  const who = username === '' ? 'Nobody' : username;
  const basic: Record<string, string> =
    username === '' ? {} : { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };

  /** The headers that open a repository, or what is in the way. */
  async function signIn(
    repository: string,
    actions: string,
    signal: AbortSignal,
  ): Promise<{ headers: Record<string, string> } | { verdict: RegistryVerdict }> {
    const first = await fetch({ method: 'GET', url: `${origin}/v2/`, headers: {}, signal });
    if (first.status === 200) return { headers: basic };
    const challenge = headerOf(first, 'www-authenticate');
    if (first.status !== 401 || !/^(?:basic|bearer)\b/i.test(challenge)) {
      return refused(
        `${origin}/v2/ answers ${first.status}, as no image registry does.`,
        `Check the host and port in ${settings.address}: it names the registry itself, not its web interface.`,
      );
    }
    if (username === '') return refused('The registry wants to know who asks.', `Set ${settings.login}.`);
    if (/^basic/i.test(challenge)) {
      const second = await fetch({ method: 'GET', url: `${origin}/v2/`, headers: basic, signal });
      return second.status === 200 ? { headers: basic } : { verdict: wrongPassword(second) };
    }
    const realm = URL.parse(parameter(challenge, 'realm') ?? '');
    // A registry must not send the password elsewhere in the clear.
    if (realm === null || (realm.protocol !== 'https:' && realm.protocol !== new URL(origin).protocol))
      return refused('The registry names no usable place to sign in.', 'Ask whoever runs the registry.');
    const service = parameter(challenge, 'service');
    if (service !== undefined) realm.searchParams.set('service', service);
    realm.searchParams.set('scope', `repository:${repository}:${actions}`);
    const answer = await fetch({ method: 'GET', url: realm.href, headers: basic, signal });
    if (answer.status === 401 || answer.status === 403) return { verdict: wrongPassword(answer) };
    const { token, access_token: accessToken } = tokenOf(answer);
    const given = token ?? accessToken;
    if (answer.status !== 200 || given === undefined)
      return refused(
        `${realm.host} gives no token: it answers ${answer.status}.${said(answer)}`,
        'Ask whoever runs the registry.',
      );
    return { headers: { authorization: `Bearer ${given}` } };
  }

  function wrongPassword(answer: Answer): RegistryVerdict {
    return bad(
      `The registry does not let ${username} in: the name or the password is wrong.${said(answer)}`,
      `Set ${settings.login} to what the registry knows; a token may have run out.`,
    );
  }

  async function tryUpload(repository: string, signal: AbortSignal): Promise<RegistryVerdict> {
    const signedIn = await signIn(repository, 'pull,push', signal);
    if ('verdict' in signedIn) return signedIn.verdict;
    const { headers } = signedIn;
    const begun = await fetch({
      method: 'POST',
      url: `${origin}/v2/${repository}/blobs/uploads/`,
      headers,
      signal,
    });
    const place = repository.replace(/\/?davit-connection-test$/, '');
    if (begun.status === 202) {
      const location = URL.parse(headerOf(begun, 'location'), origin);
      // Only there: the registry could name any place, and would get the password there.
      if (location?.origin === new URL(origin).origin)
        await fetch({ method: 'DELETE', url: location.href, headers, signal });
      const pusher = username === '' ? 'Anybody' : username;
      const where = `${new URL(origin).host}/${place}`;
      return { ok: true, detail: `${pusher} may push ${place === repository ? 'to' : 'below'} ${where}.` };
    }
    if (begun.status === 401 || begun.status === 403) {
      return bad(
        `${who} has no permission to push ${place === repository ? 'to' : 'below'} ${place}.${said(begun)}`,
        `Give the user or robot the right to push there, or name another path${place === repository ? '' : ` in ${settings.address}`}.`,
      );
    }
    if (begun.status === 404)
      return bad(
        `The registry has no place ${place}.${said(begun)}`,
        `Make the project there, or name another path${place === repository ? '' : ` in ${settings.address}`}.`,
      );
    return bad(
      `The registry takes no upload: it answers ${begun.status}.${said(begun)}`,
      'Ask whoever runs the registry.',
    );
  }

  async function tryPull(repository: string, signal: AbortSignal): Promise<RegistryVerdict> {
    const signedIn = await signIn(repository, 'pull', signal);
    if ('verdict' in signedIn) return signedIn.verdict;
    const answer = await fetch({
      method: 'GET',
      url: `${origin}/v2/${repository}/tags/list?n=1`,
      headers: signedIn.headers,
      signal,
    });
    const where = `${new URL(origin).host}/${repository}`;
    if (answer.status === 200)
      return { ok: true, detail: `${username === '' ? 'Anybody' : username} may pull from ${where}.` };
    if (answer.status === 401 || answer.status === 403)
      return bad(
        `${who} has no permission to pull from ${where}.${said(answer)}`,
        'Give the user or robot the right to pull there.',
      );
    if (answer.status === 404)
      return bad(
        `The registry has no repository ${repository}, or does not show it to ${username === '' ? 'strangers' : username}.${said(answer)}`,
        'Check its name; if it is new, push an image to it first.',
      );
    return bad(
      `The registry lists no tags: it answers ${answer.status}.${said(answer)}`,
      'Ask whoever runs the registry.',
    );
  }

  async function judge(work: Promise<RegistryVerdict>, signal: AbortSignal): Promise<RegistryVerdict> {
    try {
      return await work;
    } catch (error) {
      signal.throwIfAborted();
      return connectionFault(new URL(origin).host, settings.address, error);
    }
  }

  /** By digest: registries delete no tag but that what it stands for. */
  async function remove(
    repository: string,
    findDigest: (headers: Readonly<Record<string, string>>) => Promise<string>,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      const signedIn = await signIn(repository, 'pull,push,delete', signal);
      if ('verdict' in signedIn) return;
      const { headers } = signedIn;
      const digest = await findDigest(headers);
      if (!digestText.test(digest)) return;
      const url = `${origin}/v2/${repository}/manifests/${digest}`;
      await fetch({ method: 'DELETE', url, headers, signal });
    } catch (error) {
      signal.throwIfAborted();
      // A registry that is away keeps an image that nobody needs: no reason to fail what goes on here.
      if (!(error instanceof AppError)) throw error;
    }
  }

  return {
    test: (signal) => judge(tryUpload(`${path}/davit-connection-test`, signal), signal),

    async testAccess(repository, access: RegistryAccess, signal) {
      if (!repositoryName.test(repository)) throw new Error('this is no name of a repository');
      return await judge(access === 'push' ? tryUpload(repository, signal) : tryPull(repository, signal), signal);
    },

    async removeManifest(repository, digest, signal) {
      if (!repositoryName.test(repository) || !digestText.test(digest))
        throw new Error('this is no manifest of an image');
      await remove(repository, async () => digest, signal);
    },

    async removeTag(repository, tag, signal) {
      if (!repositoryName.test(repository) || !tagText.test(tag)) throw new Error('this is no tag of an image');
      const find = async (headers: Readonly<Record<string, string>>) => {
        const url = `${origin}/v2/${repository}/manifests/${tag}`;
        const answer = await fetch({ method: 'GET', url, headers: { ...headers, accept: manifestTypes }, signal });
        return headerOf(answer, 'docker-content-digest');
      };
      await remove(repository, find, signal);
    },
  };
}

function tokenOf({ text }: Answer): { token?: string; access_token?: string } {
  try {
    return JSON.parse(text) as { token?: string; access_token?: string };
  } catch {
    return {};
  }
}
