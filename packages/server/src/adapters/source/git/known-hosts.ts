import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sourceErrors } from '../source-errors.ts';
import { copyNames } from './git-environment.ts';

const linePattern =
  /^(?:@cert-authority |@revoked )?[^\s#@][^\s]* (?:ssh|ecdsa|sk)-[a-z0-9@.-]+ [A-Za-z0-9+/=]+(?: .*)?$/;

/** What is wrong with the known host keys of a service; undefined when nothing is. */
function findKnownHostsFault(text: string): string | undefined {
  if (text.length > 65_536) return 'must be at most 65536 characters long';
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'));
  if (lines.length === 0) return 'must have at least one line "host type key"';
  return lines.every((line) => linePattern.test(line)) ? undefined : 'must have lines "host type key" only';
}

async function readHosts(folder: string): Promise<readonly string[]> {
  try {
    return (await readFile(join(folder, copyNames.knownHosts), 'utf8')).split('\n').filter((line) => line !== '');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw thrown;
  }
}

function describeKey(line: string): string {
  const [hosts = '', type = '', key = ''] = line.split(' ');
  const print = createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64').replace(/=+$/, '');
  return `First contact with ${hosts}: its ${type} key SHA256:${print} is trusted from now on. Compare it with what the host publishes.`;
}

/**
 * Runs `work` with the host keys in place and says in the output which ones were seen for the first time and are
 * trusted from now on.
 * @throws SOURCE_KNOWN_HOSTS_INVALID
 */
export async function withKnownHosts<T>(
  folder: string,
  pinned: string | undefined,
  onOutput: (line: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  if (pinned !== undefined) {
    const fault = findKnownHostsFault(pinned);
    if (fault !== undefined)
      throw sourceErrors.SOURCE_KNOWN_HOSTS_INVALID({ fields: [{ pointer: '/source/knownHosts', detail: fault }] });
    await writeFile(join(folder, copyNames.pinnedHosts), `${pinned.replaceAll('\r\n', '\n').trimEnd()}\n`);
    return await work();
  }
  const before = new Set(await readHosts(folder));
  try {
    return await work();
  } finally {
    for (const line of await readHosts(folder)) if (!before.has(line)) onOutput(describeKey(line));
  }
}
