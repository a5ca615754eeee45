import { type EngineClient, EngineError } from './engine-client.ts';

/** Name and password for a registry, as the engine takes them. */
export interface RegistryAuth {
  username: string;
  password: string;
  serveraddress: string;
}

interface Progress {
  status?: string;
  error?: string;
}

/** Why an image did not come. */
export type PullFault = 'denied' | 'not-found' | 'other-platform' | 'unreachable';

/** A pull that failed, with what the registry or the engine said. */
export class PullError extends Error {
  override name = 'PullError';
  readonly fault: PullFault;

  constructor(fault: PullFault, message: string, cause?: unknown) {
    super(message, { cause });
    this.fault = fault;
  }
}

/** What the engine says is a sentence for people; there is no code beside it. */
export function pullFault(said: string): PullFault {
  if (/no matching manifest|does not match the (?:detected|specified) platform|no match for platform/i.test(said))
    return 'other-platform';
  if (
    /unauthorized|authentication required|no basic auth|access denied|denied:|forbidden|incorrect username/i.test(said)
  )
    return 'denied';
  if (/manifest unknown|not found|name unknown|does not exist/i.test(said)) return 'not-found';
  return 'unreachable';
}

/** In the alphabet of URLs, but with its padding: an engine that cannot read it says nothing and signs nobody in. */
export function encodeAuth(auth: RegistryAuth): string {
  return Buffer.from(JSON.stringify(auth)).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}

async function* progressOf(answer: AsyncIterable<Buffer>): AsyncIterable<Progress> {
  let rest = '';
  for await (const chunk of answer) {
    const lines = (rest + chunk.toString('utf8')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield JSON.parse(line) as Progress;
  }
  if (rest.trim() !== '') yield JSON.parse(rest) as Progress;
}

/** Lets the engine fetch `name:tag` or `name@sha256:…`. `say` is given its sentences, without the progress of each layer. @throws PullError */
export async function pullImage(
  engine: EngineClient,
  reference: string,
  auth: RegistryAuth | undefined,
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const headers: Record<string, string> = auth === undefined ? {} : { 'x-registry-auth': encodeAuth(auth) };
  try {
    const query = { fromImage: reference };
    const answer = await engine.stream('/images/create', { method: 'POST', query, headers, signal });
    for await (const { status, error } of progressOf(answer)) {
      if (error !== undefined) throw new PullError(pullFault(error), error);
      if (status !== undefined && /^(?:Digest|Status|Pulling from)/.test(status)) say(status);
    }
  } catch (error) {
    if (error instanceof EngineError) throw new PullError(pullFault(error.message), error.message, error);
    throw error;
  }
}
