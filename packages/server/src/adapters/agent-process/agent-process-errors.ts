import { defineErrors } from '../../kernel/app-error.ts';

export const agentProcessErrors = defineErrors({
  AGENT_NOT_STARTED: {
    kind: 'unavailable',
    message: 'The agent of this machine does not answer, so nothing can be built or run.',
    hint: 'Look into agent/agent.log in the data folder for the cause.',
  },
});
