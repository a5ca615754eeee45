import type { AgentClient } from '@davit/agent/client';
import type { LogStore } from '../log-store.ts';

/** Logs kept by the agent, on the machine where the instances run. */
export function createAgentLogStore(agent: AgentClient): LogStore {
  return {
    read: (serviceId, query, signal) => agent.readLogs(serviceId, query, signal),
    follow: (serviceId, query, signal) => agent.followLogs(serviceId, query, signal),
    append: (serviceId, line, signal) => agent.appendLog(serviceId, { ...line, labels: { ...line.labels } }, signal),
    setRetention: (serviceId, retention, signal) => agent.setLogRetention(serviceId, retention, signal),
    remove: (serviceId, signal) => agent.removeLogs(serviceId, signal),
  };
}
