/** How far processes are kept apart on this host, and why not further. */
export interface IsolationInfo {
  /** `sandbox`: own file system view and process space. `user`: own unprivileged user. `none`: the agent's own user. */
  level: 'sandbox' | 'user' | 'none';
  limits: 'cgroup-v2' | 'cgroup-v1' | 'none';
  /** What is missing and how to get it, one sentence each. */
  missing: string[];
}

export interface AgentInfo {
  /** The same for as long as the agent's folder lives; tells what is this davit's from what is another's. */
  id: string;
  version: string;
  /** Of its code; an agent from before there were builds has none. */
  build?: string;
  protocol: number;
  pid: number;
  startedAt: string;
  isolation: IsolationInfo;
  /** Where `lendsGroup` makes groups, or why it makes none; an agent from before there were any has none. */
  lentGroups?: { path: string } | { missing: string };
  proxy: { host: string; port: number } | null;
  counts: { commands: number; instances: number; routes: number };
}
