import { defineErrors } from '../../kernel/app-error.ts';

export const agentProcessErrors = defineErrors({
  AGENT_NOT_STARTED: {
    kind: 'unavailable',
    message: 'The agent of this machine does not answer, so nothing can be built or run.',
    hint: 'Look into agent/agent.log in the data folder for the cause.',
  },
  AGENT_NOT_RENEWED: {
    kind: 'unavailable',
    message: 'The agent of this machine is of another version of davit, and no agent of this one could take its place.',
    hint: 'It goes on meanwhile, and so does all that it runs. Look into agent/agent.log in the data folder for the cause, then restart davit.',
  },
  AGENT_UNREACHABLE: {
    kind: 'unavailable',
    message: 'The agent of this machine does not answer.',
    hint: 'It is started again by itself; if it stays away, look into agent/agent.log in the data folder.',
  },
  AGENT_OUTDATED: {
    kind: 'failed_precondition',
    message: 'The agent of this machine speaks another version of the protocol than this davit.',
    hint: 'Restart the agent (for systemd: `systemctl restart davit-agent`); what it runs goes on.',
  },
  AGENT_DISK_FULL: {
    kind: 'resource_exhausted',
    message: 'The disk of this machine is full: the agent can write down nothing new, and start nothing.',
    hint: 'What runs goes on. Free space in the data folder of davit, then try again.',
  },
  AGENT_REFUSED: {
    kind: 'internal',
    message: 'The agent of this machine refused what was asked.',
    hint: 'Look into agent/agent.log in the data folder for the cause.',
  },
});
