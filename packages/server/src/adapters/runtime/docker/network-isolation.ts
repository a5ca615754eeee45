import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { EngineClient } from '@davit/agent/engine';
import { engineInfo, networkDetails } from './engine-answers.ts';
import { label } from './instance-labels.ts';

const timeoutMs = 5000;
/** Two chains through which packets between bridges go: the first is for those that leave one, the second for those that enter one. */
const [leaving, entering] = ['DOCKER-ISOLATION-STAGE-1', 'DOCKER-ISOLATION-STAGE-2'];

/**
 * Which bridges the firewall keeps apart from others, by `iptables -S`: `closed` and `open`. One of which these rules do not tell
 * is in neither: an engine that writes nftables, one of another network namespace or one with another layout is not judged.
 */
export function judgeBridges(rules: string, bridges: readonly string[]): { closed: string[]; open: string[] } {
  const lines = new Set(rules.split('\n').map((line) => line.trim()));
  const none = { closed: [], open: [] };
  if (!lines.has(`-N ${leaving}`) || !lines.has(`-N ${entering}`)) return none;
  const isAsked = [...lines].some((line) => line.endsWith(` -j ${leaving}`));
  const isClosed = (bridge: string) =>
    isAsked &&
    lines.has(`-A ${leaving} -i ${bridge} ! -o ${bridge} -j ${entering}`) &&
    lines.has(`-A ${entering} -o ${bridge} -j DROP`);
  // The engine's own rule for what may enter a bridge: without it the engine writes its rules elsewhere.
  const isKnown = (bridge: string) => [...lines].some((line) => line.endsWith(` -o ${bridge} -j DOCKER`));
  // Newer engines refuse what comes from elsewhere in this way too.
  const isRefused = (bridge: string) =>
    [...lines].some((line) => line.endsWith(` ! -i ${bridge} -o ${bridge} -j DROP`));
  return {
    closed: bridges.filter(isClosed),
    open: bridges.filter((bridge) => !isClosed(bridge) && isKnown(bridge) && !isRefused(bridge)),
  };
}

/** Which bridges no rule names, not by a pattern (`br-+`) either: an engine with `--iptables=false` writes none. */
export function findUnruled(rules: string, bridges: readonly string[]): string[] {
  const words = new Set(rules.split(/\s+/));
  const patterns = [...words].filter((word) => word.endsWith('+')).map((word) => word.slice(0, -1));
  return bridges.filter((bridge) => !words.has(bridge) && !patterns.some((start) => bridge.startsWith(start)));
}

export interface NetworkQuestion {
  engine: EngineClient;
  installation: string;
  /** Where `iptables` is looked for first. */
  path: string | undefined;
  /** The interfaces of the network whose firewall `iptables` shows. */
  readonly listInterfaces: () => Promise<readonly string[]>;
}

/** Names of networks. */
export interface NetworkIsolation {
  closed: string[];
  /** Can be reached from the networks of other environments. */
  open: string[];
  /** The firewall knows nothing of them: they can be reached, and have no way out. */
  unruled: string[];
}

/** `iptables` writes for one of two mechanisms of the kernel, and an engine may have chosen the other. */
async function otherRules(read: (program: string) => Promise<string>): Promise<string> {
  // Asking the older one of what is not there would put it into the kernel.
  const hasLegacy = (await readFile('/proc/net/ip_tables_names', 'utf8').catch(() => '')) !== '';
  const programs = ['iptables-nft', ...(hasLegacy ? ['iptables-legacy'] : [])];
  return (await Promise.all(programs.map((program) => read(program).catch(() => '')))).join('\n');
}

/**
 * Whether the firewall of this machine keeps the networks of environments apart. An engine takes away the rules of another
 * on the same machine when it starts.
 * @throws EngineError, or Error where rules cannot be read: no iptables, or no right to ask it
 */
export async function lookAtNetworkIsolation(
  { engine, installation, path, listInterfaces }: NetworkQuestion,
  signal: AbortSignal,
): Promise<NetworkIsolation> {
  const query = { filters: JSON.stringify({ label: [`${label.installation}=${installation}`] }) };
  const networks = networkDetails.array().parse(await engine.call('/networks', { query, signal }));
  if (networks.length === 0) return { closed: [], open: [], unruled: [] };
  const nameOf = new Map(
    networks.map(({ Id, Name, Options }) => [
      Options?.['com.docker.network.bridge.name'] ?? `br-${Id.slice(0, 12)}`,
      Name,
    ]),
  );
  const folders = [path, '/usr/sbin:/sbin:/usr/bin:/bin'].filter((each) => each !== undefined);
  async function read(program: string): Promise<string> {
    // Others may be writing: the old iptables takes turns, and waits for its own.
    const { stdout } = await promisify(execFile)(program, ['-w', '3', '-S'], {
      env: { PATH: folders.join(':') },
      signal,
      timeout: timeoutMs,
      maxBuffer: 64 * 1024 * 1024,
    });
    return stdout;
  }
  const rules = await read('iptables');
  const { closed, open } = judgeBridges(rules, [...nameOf.keys()]);
  // Only of a bridge that is here do these rules decide, and only of an engine that writes such.
  const here = new Set(await listInterfaces());
  const { FirewallBackend } = engineInfo.parse(await engine.call('/info', { signal }));
  const bridges = FirewallBackend?.Driver.startsWith('nftables') === true ? [] : [...nameOf.keys()];
  const unnamed = findUnruled(
    rules,
    bridges.filter((bridge) => here.has(bridge)),
  );
  const unruled = unnamed.length === 0 ? [] : findUnruled(await otherRules(read), unnamed);
  const toNames = (found: string[]) => found.map((bridge) => nameOf.get(bridge) ?? bridge);
  return { closed: toNames(closed), open: toNames(open), unruled: toNames(unruled) };
}
