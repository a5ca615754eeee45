import { type EngineClient, EngineError, type RegistryAuth } from '@davit/agent/engine';
import { createKeyedLock } from '../../../kernel/keyed-lock.ts';
import type { Logger } from '../../../kernel/logger.ts';
import type { ImageRoot, InstanceRequest, InstanceUsage, Runtime, RuntimeInfo, RuntimeInstance } from '../runtime.ts';
import { runtimeErrors } from '../runtime-errors.ts';
import { type ContainerExecutor, createContainerExecutor } from './container-executor.ts';
import { type ContainerPlace, toContainerSpec } from './container-spec.ts';
import { describeEnd, endOf, isLastWord, isLeftEnded, toRuntimeInstance } from './container-state.ts';
import { tailOf } from './container-tail.ts';
import { usageOf } from './container-usage.ts';
import { type DiskLimit, endOverfull } from './disk-watch.ts';
import { openDockerTerminal } from './docker-terminal.ts';
import { createOverfullEnd } from './end-overfull.ts';
import { type ContainerDetails, containerList, engineInfo } from './engine-answers.ts';
import { createEnvironmentNetworks } from './environment-networks.ts';
import { explainEngine } from './explain-engine.ts';
import type { AddressRange } from './free-subnet.ts';
import { fromContainerLabels, label, toContainerLabels } from './instance-labels.ts';
import { createInterruptions, type Interruption } from './interruptions.ts';
import { createRestartWatch } from './restart-watch.ts';
import { containerName, createContainerStarter, findContainer, removeContainer } from './start-container.ts';
import { waitUntilHealthy } from './wait-until-healthy.ts';

export interface DockerRuntimeOptions {
  engine: EngineClient;
  /** Tells this davit's containers from another's on the same engine. */
  installation: () => Promise<string>;
  /** Where environments get their networks from. */
  networkPool: AddressRange;
  /** Who may pull the images of a service. */
  authOf: (serviceId: string, reference: string, signal: AbortSignal) => Promise<RegistryAuth | undefined>;
  /** Resolves once everything that the instance has printed is in its log; a container takes what is not there along. */
  drainLogs: (instanceId: string, signal: AbortSignal) => Promise<void>;
  /** Adds a line of davit's own to the log of an instance. Never rejects: a log that cannot be written must not stop an instance. */
  say: (instance: Pick<RuntimeInstance, 'id' | 'labels'>, content: string, signal: AbortSignal) => Promise<void>;
  /** Of what a container writes; absent: none. */
  diskLimit?: DiskLimit | undefined;
  /** Something about an instance of this service changed. */
  onChanged?: (serviceId: string) => void;
  /** The engine answers again after it was away. */
  onReturned?: () => void;
  logger: Logger;
}

/** A runtime that follows its engine while it is open. */
export interface DockerRuntime extends Runtime {
  /** Commands in containers of their own. */
  readonly commands: ContainerExecutor;
  /** Ends what has written more than it may; to be called now and then. */
  endOverfull(signal: AbortSignal): Promise<void>;
  open(): void;
  close(): Promise<void>;
}

/** Made, but whoever made it did not come to start it; or half removed, or on its way to that. */
function isHalfMade(details: ContainerDetails): boolean {
  const { Status: status } = details.State;
  return (status === 'created' && !isLastWord(details)) || status === 'dead' || isLeftEnded(details);
}

/** Instances as containers of the Docker engine of this machine, each in the network of its environment. */
export function createDockerRuntime(options: DockerRuntimeOptions): DockerRuntime {
  const { installation, networkPool, authOf, drainLogs, logger } = options;
  const engine = explainEngine(options.engine);
  const networks = createEnvironmentNetworks({ engine, installation, pool: networkPool });
  const starter = createContainerStarter({ engine, networks, installation, authOf });
  const watch = createRestartWatch({
    engine,
    installation,
    logger,
    onChanged: options.onChanged ?? (() => undefined),
    onReturned: options.onReturned ?? (() => undefined),
  });
  const interruptions = createInterruptions(engine);
  const lock = createKeyedLock();
  /** Of the kernel, so the same until the machine starts anew; to be asked, the engine starts runc and docker-init each time. */
  let countsDisk: boolean | undefined;

  const look = async (instanceId: string, signal: AbortSignal): Promise<ContainerDetails | undefined> =>
    await findContainer(engine, containerName(await installation(), instanceId), signal);

  async function lookAll(signal: AbortSignal, serviceId?: string): Promise<ContainerDetails[]> {
    // Commands have no label of an instance.
    const labels = [`${label.installation}=${await installation()}`, label.instance];
    if (serviceId !== undefined) labels.push(`${label.service}=${serviceId}`);
    const filters = JSON.stringify({ label: labels });
    const answer = await engine.call('/containers/json', { query: { all: 'true', filters }, signal });
    const found = await Promise.all(containerList.parse(answer).map(({ Id }) => findContainer(engine, Id, signal)));
    return found.filter((details) => details !== undefined);
  }

  async function present(
    details: ContainerDetails,
    signal: AbortSignal,
    engineSince = () => networks.engineSince(signal),
  ): Promise<RuntimeInstance> {
    const interruption = await interruptions.find(details, engineSince, signal);
    return toRuntimeInstance(details, interruption !== undefined, watch.lastEnd(details.Id));
  }

  /** Of one that may be started again for it. @throws AppError RUNTIME_UNREACHABLE */
  async function findInterruption(details: ContainerDetails, signal: AbortSignal): Promise<Interruption | undefined> {
    const find = async (seen: ContainerDetails) =>
      await interruptions.find(seen, () => networks.engineSince(signal), signal);
    const found = await find(details);
    if (found !== 'by-hand') return found;
    // An engine that is ending stops its containers like somebody does. What is started in it then fails in odd ways, or
    // outlives it.
    await engine.call('/_ping', { method: 'HEAD', fresh: true, signal });
    const now = await findContainer(engine, details.Id, signal);
    return now === undefined ? found : await find(now);
  }

  /** One that exists and has ended. @returns false: it cannot be started again as it is, since its network or address is gone */
  async function beginAgain(details: ContainerDetails, signal: AbortSignal): Promise<boolean> {
    try {
      await starter.begin(details.Id, signal);
      return true;
    } catch (error) {
      if (error instanceof EngineError) return false;
      throw error;
    }
  }

  async function sayStartedAgain(request: InstanceRequest, former: ContainerDetails, signal: AbortSignal) {
    const end = endOf(former);
    const how = end === undefined ? '' : ` ${describeEnd(end)}`;
    const what = 'Its container was stopped by hand (docker stop or docker kill), and davit has started it again.';
    await options.say(request, `${what}${how}`, signal);
  }

  /** `former`: one of its name that is of no use any more. */
  async function makeAnew(
    request: InstanceRequest,
    root: ImageRoot,
    former: ContainerDetails | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    if (former !== undefined) {
      if (isLeftEnded(former)) await drainLogs(request.id, signal);
      await removeContainer(engine, former.Id, signal);
    }
    const own = await installation();
    const { environmentId } = root.network;
    const toSpec = (place: ContainerPlace) => {
      const port = request.hasPort ? root.port : null;
      const labels = toContainerLabels(own, request, environmentId, { address: place.address, port });
      return toContainerSpec(request, root, place, labels);
    };
    const name = containerName(own, request.id);
    const { serviceId } = request.labels;
    await starter.make({ name, image: root.reference, environmentId, serviceId, toSpec }, signal);
  }

  const describe = async (signal: AbortSignal): Promise<RuntimeInfo> => {
    const info = engineInfo.parse(await engine.call('/info', { signal }));
    const missing: string[] = [];
    if (!info.MemoryLimit) missing.push('The kernel does not limit memory: boot it with cgroup_enable=memory.');
    if (!info.CpuCfsQuota) missing.push('The kernel does not limit CPU time: use one with CONFIG_CFS_BANDWIDTH.');
    return { name: 'docker', isolation: 'sandbox', limits: info.MemoryLimit && info.CpuCfsQuota, missing };
  };

  const start: Runtime['start'] = async (request, signal) => {
    const { root } = request;
    if (root.kind !== 'image') {
      throw runtimeErrors.RELEASE_OF_OTHER_RUNTIME({
        message: 'This release is a folder, built for plain processes; services run as containers now.',
      });
    }
    return await lock(request.id, async () => {
      const known = await look(request.id, signal);
      if (known === undefined || isHalfMade(known)) await makeAnew(request, root, known, signal);
      else {
        const interruption = await findInterruption(known, signal);
        if (interruption === undefined) return await present(known, signal);
        if (!(await beginAgain(known, signal))) await makeAnew(request, root, known, signal);
        if (interruption === 'by-hand') await sayStartedAgain(request, known, signal);
      }
      const details = await look(request.id, signal);
      if (details === undefined)
        throw runtimeErrors.INSTANCE_EXITED({ message: 'The container was removed while it started.' });
      return await present(details, signal);
    });
  };

  const stop: Runtime['stop'] = async (instanceId, signal) => {
    await lock(instanceId, async () => {
      const details = await look(instanceId, signal);
      if (details === undefined) return;
      const { stopGraceMs, environmentId } = fromContainerLabels(details.Config.Labels ?? {});
      const query = { t: String(Math.ceil(stopGraceMs / 1000)) };
      await engine.call(`/containers/${details.Id}/stop`, { method: 'POST', query, signal }).catch((error: unknown) => {
        if (!(error instanceof EngineError) || error.status !== 404) throw error;
      });
      await drainLogs(instanceId, signal);
      await removeContainer(engine, details.Id, signal);
      interruptions.forget(details.Id);
      await networks.removeEmpty(environmentId, signal);
    });
  };

  const usage: Runtime['usage'] = async (signal, { serviceId } = {}) => {
    const running = (await lookAll(signal, serviceId)).filter(({ State }) => State.Status === 'running');
    countsDisk ??= engineInfo.parse(await engine.call('/info', { signal })).CgroupVersion === '2';
    const isCounted = countsDisk;
    const samples = await Promise.all(
      running.map((details) =>
        // One that ends in between has no figures any more.
        usageOf(engine, details, isCounted, signal).catch((error: unknown): InstanceUsage | undefined => {
          if (signal.aborted || !(error instanceof EngineError)) throw error;
          return undefined;
        }),
      ),
    );
    return samples.filter((sample) => sample !== undefined);
  };

  const commands = createContainerExecutor({ engine, installation, networks, starter });

  return {
    commands,
    async endOverfull(signal) {
      const { diskLimit: limit, say } = options;
      if (limit === undefined) return;
      const end = createOverfullEnd({ engine, commands, lock, drainLogs, say, limitBytes: limit.bytes });
      await endOverfull({ engine, installation, limit, end, logger }, signal);
    },
    describe,
    start,
    waitUntilHealthy: (instanceId, check, signal) =>
      waitUntilHealthy({ look: () => look(instanceId, signal), lastEnd: watch.lastEnd }, check, signal),
    async list(signal, { kind = 'image', serviceId } = {}) {
      if (kind !== 'image') return [];
      const found = await lookAll(signal, serviceId);
      let since: Promise<Date | undefined> | undefined;
      const engineSince = () => (since ??= networks.engineSince(signal));
      return await Promise.all(found.map((details) => present(details, signal, engineSince)));
    },
    stop,
    usage,
    async tail(instanceId, maxBytes, signal) {
      const details = await look(instanceId, signal);
      return details === undefined ? '' : await tailOf(engine, details.Id, maxBytes, signal);
    },
    openTerminal: (instanceId, request, signal) =>
      openDockerTerminal(engine, (within) => look(instanceId, within), request, signal),
    open: () => watch.start(),
    close: () => watch.stop(),
  };
}
