import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A network of its own (ip-netns(8)), with a firewall that neither the machine nor another test has a part in. */
export interface NetworkNamespace extends AsyncDisposable {
  name: string;
  /** Has `iptables` for the firewall there. */
  folder: string;
  /** What `iptables …` prints there. */
  iptables(...argv: string[]): Promise<string>;
  /** Their names. */
  readonly listInterfaces: () => Promise<string[]>;
}

/** Makes one; it takes root. */
export async function makeNetworkNamespace(): Promise<NetworkNamespace> {
  const name = `davit-${randomBytes(5).toString('hex')}`;
  const run = promisify(execFile);
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };
  await run('ip', ['netns', 'add', name], { env });
  const folder = await mkdtemp(join(tmpdir(), 'davit-namespace-'));
  const script = `#!/bin/sh\nexec ip netns exec ${name} /usr/sbin/iptables "$@"\n`;
  await writeFile(join(folder, 'iptables'), script);
  await chmod(join(folder, 'iptables'), 0o755);
  return {
    name,
    folder,
    iptables: async (...argv) => (await run('ip', ['netns', 'exec', name, 'iptables', '-w', ...argv], { env })).stdout,
    async listInterfaces() {
      const { stdout } = await run('ip', ['-json', '-netns', name, 'link', 'show'], { env });
      return (JSON.parse(stdout) as { ifname: string }[]).map(({ ifname }) => ifname);
    },
    async [Symbol.asyncDispose]() {
      await run('ip', ['netns', 'delete', name], { env });
      await rm(folder, { recursive: true });
    },
  };
}
