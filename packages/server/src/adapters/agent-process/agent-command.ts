import { createRequire } from 'node:module';
import { join } from 'node:path';

/** How the agent of a state folder is run, and where its proxy is. */
export interface AgentPlace {
  socketPath: string;
  stateDir: string;
  proxy: { hosts: readonly string[]; port: number };
  /** Folders below which the agent may remove folders. */
  folderRoots: readonly string[];
}

/** The agent's program, of this davit. */
export const agentMain = createRequire(import.meta.url).resolve('@davit/agent/main');

export function agentArguments({ stateDir, socketPath, proxy, folderRoots }: AgentPlace): string[] {
  return [
    agentMain,
    '--state-dir',
    stateDir,
    '--socket',
    socketPath,
    '--proxy-port',
    String(proxy.port),
    ...proxy.hosts.flatMap((host) => ['--proxy-host', host]),
    ...folderRoots.flatMap((root) => ['--folder-root', root]),
  ];
}

export const agentLogOf = ({ stateDir }: Pick<AgentPlace, 'stateDir'>): string => join(stateDir, 'agent.log');
