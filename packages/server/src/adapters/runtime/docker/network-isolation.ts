import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { EngineClient } from '@davit/agent/engine';
import { networkDetails } from './engine-answers.ts';
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

export interface NetworkQuestion {
  engine: EngineClient;
  installation: string;
  /** Where `iptables` is looked for first. */
  path: string | undefined;
}

/** Names of networks. */
export interface NetworkIsolation {
  closed: string[];
  /** Can be reached from the networks of other environments. */
  open: string[];
}

/**
 * Whether the firewall of this machine keeps the networks of environments apart. An engine takes away the rules of another
 * on the same machine when it starts.
 * @throws EngineError, or Error where rules cannot be read: no iptables, or no right to ask it
 */
export async function lookAtNetworkIsolation(
  { engine, installation, path }: NetworkQuestion,
  signal: AbortSignal,
): Promise<NetworkIsolation> {
  const query = { filters: JSON.stringify({ label: [`${label.installation}=${installation}`] }) };
  const networks = networkDetails.array().parse(await engine.call('/networks', { query, signal }));
  if (networks.length === 0) return { closed: [], open: [] };
  const nameOf = new Map(
    networks.map(({ Id, Name, Options }) => [
      Options?.['com.docker.network.bridge.name'] ?? `br-${Id.slice(0, 12)}`,
      Name,
    ]),
  );
  const folders = [path, '/usr/sbin:/sbin:/usr/bin:/bin'].filter((each) => each !== undefined);
  // Others may be writing: the old iptables takes turns, and waits for its own.
  const { stdout } = await promisify(execFile)('iptables', ['-w', '3', '-S'], {
    env: { PATH: folders.join(':') },
    signal,
    timeout: timeoutMs,
    maxBuffer: 64 * 1024 * 1024,
  });
  const { closed, open } = judgeBridges(stdout, [...nameOf.keys()]);
  const toNames = (bridges: string[]) => bridges.map((bridge) => nameOf.get(bridge) ?? bridge);
  return { closed: toNames(closed), open: toNames(open) };
}
