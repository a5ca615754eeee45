import type { Schemas } from '@davit/api';
import { adviceOf } from './advice.ts';

type Deployment = Pick<Schemas['Deployment'], 'id' | 'hint' | 'steps'>;

/** Which commands help, by the step that failed. */
function commandsFor({ id, steps = [] }: Deployment): string {
  const all = `\`davit logs --build --deployment ${id}\` shows all of its output`;
  // The current step is none that says why: the last one cleans up.
  const step = steps.find(({ state }) => state === 'failed')?.name;
  if (step === 'start' || step === 'healthy') {
    return `${all}, \`davit logs\` what the service itself printed. What served before goes on serving.`;
  }
  if (step === 'plan') return `\`davit plan\` shows how the source is understood; ${all}.`;
  return `${all}. What served before goes on serving.`;
}

/** What to do about a deployment that failed, to whoever has not seen all of its output; with its steps, as it is read alone. */
export function deploymentAdvice(deployment: Deployment): string {
  const commands = commandsFor(deployment);
  return adviceOf(deployment.hint, commands) ?? commands;
}
