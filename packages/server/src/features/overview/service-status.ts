import type { RuntimeInstance } from '../../adapters/runtime/runtime.ts';
import type { DeploymentStatus } from '../deployments/index.ts';
import type { ServiceOverview, ServiceStatus } from './overview.ts';

/** All that decides on the status of a service. */
export interface ServiceFacts {
  kind: ServiceOverview['kind'];
  desiredState: ServiceOverview['desiredState'];
  latestDeployment: { status: DeploymentStatus; currentStep: string | null; reason: string | null } | null;
  activeReleaseId: string | null;
  /** How many instances it should have, over all of its processes. */
  wanted: number;
  /** Those of all of its releases; null when nobody can say which there are. */
  instances: readonly Pick<RuntimeInstance, 'labels' | 'state' | 'startedAt' | 'restarts' | 'lastExit'>[] | null;
  /** Why its instances could not be started, as the last look at what should run has found. */
  fault: { message: string; hint: string } | null;
  /** How the last scheduled run that has ended did, of a cron service. */
  lastCronRun: { state: string; reason: string | null } | null;
}

export interface JudgedService {
  status: ServiceStatus;
  statusDetail: string | null;
  replicas: { running: number; wanted: number };
}

type Instance = NonNullable<ServiceFacts['instances']>[number];

/** After a restart an instance counts as running once it has stayed up this long: else a crash loop would look well between two crashes. */
const steadyAfterMs = 10_000;

/** Whether an instance does its work, as far as one can see. */
export function isUp(
  { state, restarts, startedAt }: Pick<Instance, 'state' | 'restarts' | 'startedAt'>,
  now: number,
): boolean {
  // `incomplete`: it runs under an agent that was restarted, and is asked for again in a moment.
  if (state !== 'running' && state !== 'incomplete') return false;
  return restarts === 0 || startedAt === null || now - Date.parse(startedAt) >= steadyAfterMs;
}

/** How many of the wanted places have an instance that is up: in a restart a place has two for a while. */
function countUp(instances: readonly Instance[], now: number): number {
  const places = instances
    .filter((instance) => isUp(instance, now))
    .map(({ labels: { process, ordinal } }) => `${process} ${ordinal}`);
  return new Set(places).size;
}

const sentence = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`);

function judgeWithoutRelease({ latestDeployment }: ServiceFacts): [ServiceStatus, string | null] {
  if (latestDeployment === null) return ['empty', null];
  return [latestDeployment.status === 'failed' ? 'failed' : 'empty', latestDeployment.reason];
}

function judgeCron({ lastCronRun }: ServiceFacts): [ServiceStatus, string | null] {
  if (lastCronRun?.state !== 'failed') return ['running', null];
  return ['degraded', `The last scheduled run failed: ${sentence(lastCronRun.reason ?? 'no reason is known')}`];
}

function judgeInstances(
  instances: readonly Instance[],
  running: number,
  wanted: number,
  fault: ServiceFacts['fault'],
): [ServiceStatus, string | null] {
  const broken = instances.filter(
    ({ state, restarts }) => state === 'failed' || state === 'backing-off' || (state === 'running' && restarts > 0),
  );
  const cause = broken.map(({ lastExit }) => lastExit).find((exit) => exit !== null);
  const why = cause ?? fault?.message;
  const how = why === undefined ? '' : ` ${sentence(why)}`;
  if (running >= wanted) return ['running', null];
  if (running > 0) return ['degraded', `${running} of ${wanted} instances run.${how}`];
  if (broken.some(({ state }) => state === 'failed')) return ['crashed', `It is not started again any more.${how}`];
  if (broken.length > 0) return ['crashed', `It is started again and again.${how}`];
  if (fault !== null) return ['crashed', `It cannot be started:${how} ${fault.hint}`];
  const ended = instances.filter(({ state }) => state === 'stopped');
  const exit = ended[0]?.lastExit ?? null;
  if (ended.length > 0)
    return ['stopped', exit === null ? 'It ended by itself.' : `It ended by itself: ${sentence(exit)}`];
  return ['degraded', 'Its instances are being started.'];
}

function judge(facts: ServiceFacts, running: number): [ServiceStatus, string | null] {
  const { latestDeployment: latest, instances, wanted, activeReleaseId } = facts;
  if (facts.desiredState === 'deleted') return ['stopped', 'It is being deleted.'];
  if (latest?.status === 'queued') return ['deploying', 'The deployment waits for its turn.'];
  if (latest?.status === 'running')
    return ['deploying', latest.currentStep === null ? null : `Step ${latest.currentStep}.`];
  if (activeReleaseId === null) return judgeWithoutRelease(facts);
  if (facts.desiredState === 'stopped') return ['stopped', null];
  if (facts.kind === 'cron') return judgeCron(facts);
  if (wanted === 0) return ['stopped', 'It is scaled to 0 instances.'];
  if (instances === null) return ['degraded', 'Which instances run is not known: what runs them does not answer.'];
  return judgeInstances(
    instances.filter(({ labels }) => labels.releaseId === activeReleaseId),
    running,
    wanted,
    facts.fault,
  );
}

/** Says in what state a service is, from what the database and the runtime know. A failed deployment leaves what serves running. */
export function judgeService(facts: ServiceFacts, now: number): JudgedService {
  const wanted = facts.desiredState === 'running' && facts.activeReleaseId !== null ? facts.wanted : 0;
  const own = (facts.instances ?? []).filter(({ labels }) => labels.releaseId === facts.activeReleaseId);
  const running = countUp(own, now);
  const [status, statusDetail] = judge({ ...facts, wanted: facts.wanted }, running);
  return { status, statusDetail, replicas: { running, wanted } };
}
