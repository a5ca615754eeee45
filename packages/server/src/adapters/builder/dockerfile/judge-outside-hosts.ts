import { registryOf, repositoryOf } from '../../../kernel/image-name.ts';
import { builderErrors } from '../builder-errors.ts';
import { findOutsideHosts, type NamedImage } from './outside-hosts.ts';

/** Why a host may not be called; undefined: it may be, as far as this server can see. */
export interface HostRefusal {
  (host: string): Promise<string | undefined>;
  /** The same of a registry, `host:port`: where it leads whoever asks it, and where it has tokens asked for. */
  readonly ofRegistry: (registry: string) => Promise<string | undefined>;
}

function refuse(line: number, problem: string, hint?: string): never {
  const detail = `line ${line + 1}: ${problem}`;
  throw builderErrors.BUILD_DOCKERFILE_REFUSED({
    message: `The Dockerfile is refused, ${detail}`,
    fields: [{ pointer: '/settings/build/dockerfilePath', detail }],
    ...(hint === undefined ? {} : { hint }),
  });
}

/** Images are named after their service, in the engine and in every registry that davit has ever pushed to. */
const serviceName = /^svc_[0-9a-z]{26}$/;

/** The service of davit that an image is of, unless it is this one; the engine and davit's own login would give it to anybody. */
const otherService = (image: string, cacheKey: string): string | undefined =>
  repositoryOf(image)
    .toLowerCase()
    .split('/')
    .find((part) => serviceName.test(part) && part !== cacheKey.toLowerCase());

/**
 * Refuses a Dockerfile that makes BuildKit call what people may not aim at. BuildKit makes the connection, so that what is
 * judged is the name as it resolves now, and what a registry answers now: what a redirect of ADD leads to, and what is changed
 * meanwhile, it does not see.
 * Refuses as well what davit has built for another service: BuildKit takes it from the engine, or by davit's own login.
 *
 * @returns the images that it names
 * @throws AppError BUILD_DOCKERFILE_REFUSED with the line
 */
export async function judgeOutsideHosts(
  content: string,
  buildArgs: Readonly<Record<string, string>>,
  refusalOf: HostRefusal,
  cacheKey: string,
): Promise<NamedImage[]> {
  const { hosts, hidden, images } = findOutsideHosts(content, buildArgs);
  const [first] = hidden;
  if (first !== undefined) {
    const hint = 'Write the host out, or give its variable a default by ARG.';
    refuse(first.line, `nobody can say which host ${JSON.stringify(first.hidden)} is.`, hint);
  }
  for (const { image, line } of images) {
    if (otherService(image, cacheKey) === undefined) continue;
    const hint = 'Push what services share to a registry under a name of its own, and sign in there by a credential.';
    refuse(line, `${JSON.stringify(image)} is the image of another service.`, hint);
  }
  const hint =
    'Name a host of the public Internet. An operator can allow others by their network in OUTBOUND_NETWORKS.';
  // A name that is written often is asked for once.
  const known = new Set<string>();
  for (const { host, line } of hosts) {
    if (known.has(host)) continue;
    known.add(host);
    const refusal = await refusalOf(host);
    if (refusal !== undefined) refuse(line, refusal, hint);
  }
  const registries = Map.groupBy(images, ({ image }) => registryOf(image));
  for (const [registry, [first]] of registries) {
    const refusal = await refusalOf.ofRegistry(registry);
    if (refusal !== undefined && first !== undefined) refuse(first.line, refusal, hint);
  }
  return images;
}
