import type { InstanceLabels, InstanceRequest } from '../runtime.ts';

/** By these labels davit knows what is its own: nothing without them is ever touched. */
export const label = {
  /** Which davit, where several use one engine. */
  installation: 'davit.installation',
  instance: 'davit.instance',
  service: 'davit.service',
  release: 'davit.release',
  deployment: 'davit.deployment',
  process: 'davit.process',
  ordinal: 'davit.ordinal',
  generation: 'davit.generation',
  environment: 'davit.environment',
  address: 'davit.address',
  port: 'davit.port',
  restart: 'davit.restart',
  graceMs: 'davit.stop-grace-ms',
  /** Of one that took the place of another: how that one ended, and what was counted of it. */
  formerEnd: 'davit.former-end',
  restarts: 'davit.restarts',
  inARow: 'davit.in-a-row',
  givenUp: 'davit.given-up',
  /** Of a command, which is no instance. */
  command: 'davit.command',
  run: 'davit.run',
  timeoutMs: 'davit.timeout-ms',
} as const;

/** What a container is labelled with. */
export function toContainerLabels(
  installation: string,
  request: InstanceRequest,
  environmentId: string,
  place: { address: string; port: number | null },
): Record<string, string> {
  const { labels, restart } = request;
  return {
    [label.installation]: installation,
    [label.instance]: request.id,
    [label.service]: labels.serviceId,
    [label.release]: labels.releaseId,
    [label.deployment]: labels.deploymentId,
    [label.process]: labels.process,
    [label.ordinal]: String(labels.ordinal),
    [label.generation]: String(labels.generation),
    [label.environment]: environmentId,
    [label.address]: place.address,
    [label.port]: place.port === null ? '' : String(place.port),
    [label.restart]: `${restart.policy}:${restart.maxRestarts}`,
    [label.graceMs]: String(request.stopGraceMs),
  };
}

/** The way back. */
export function fromContainerLabels(given: Readonly<Record<string, string>>): {
  id: string;
  labels: InstanceLabels;
  environmentId: string;
  address: { host: string; port: number } | null;
  restart: InstanceRequest['restart'];
  stopGraceMs: number;
  formerEnd: { detail: string | null; restarts: number; inARow: number; isGivenUp: boolean };
} {
  const of = (name: keyof typeof label) => given[label[name]] ?? '';
  const [policy = 'always', max = '0'] = of('restart').split(':');
  return {
    id: of('instance'),
    labels: {
      serviceId: of('service'),
      releaseId: of('release'),
      deploymentId: of('deployment'),
      process: of('process'),
      ordinal: Number(of('ordinal')),
      generation: Number(of('generation')),
    },
    environmentId: of('environment'),
    address: of('port') === '' ? null : { host: of('address'), port: Number(of('port')) },
    restart: { policy: policy as InstanceRequest['restart']['policy'], maxRestarts: Number(max) },
    stopGraceMs: Number(of('graceMs')),
    formerEnd: {
      detail: of('formerEnd') === '' ? null : of('formerEnd'),
      restarts: Number(of('restarts')),
      inARow: Number(of('inARow')),
      isGivenUp: of('givenUp') === 'true',
    },
  };
}

/** What the agent is told, so that the output of instances comes into their logs. */
export function instanceLogSource(engine: string, installation: string) {
  return {
    engine,
    label: `${label.installation}=${installation}`,
    instanceLabel: label.instance,
    keyLabel: label.service,
    labels: {
      release: label.release,
      deployment: label.deployment,
      process: label.process,
      ordinal: label.ordinal,
      generation: label.generation,
    },
  };
}
