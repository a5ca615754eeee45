import { oomScores } from '@davit/agent/oom-score';
import type { ContainerCommand } from '../../executor/executor.ts';
import { type ImageRoot, type InstanceRequest, mostProcesses } from '../runtime.ts';

/**
 * What a program that begins as root commonly needs to set itself up and to become another user; everything else that root
 * may do is taken away. An image that names a user of its own gets none of them.
 *
 * CHOWN, DAC_OVERRIDE, FOWNER: entrypoints that hand a folder to the user they become. SETGID, SETUID: becoming it. KILL:
 * ending what it became. NET_BIND_SERVICE: ports below 1024, where the engine does not free them for everybody.
 */
const rootCapabilities = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETGID', 'SETUID', 'KILL', 'NET_BIND_SERVICE'];

/**
 * Half of what everything else on the machine has where the processors are all busy: davit, its agent and its database go
 * first, and services get the same as each other.
 */
const cpuShares = 512;

/** The engine's own copy of the output, from which it reaches the log store: 60 MiB at most. */
const logOptions = { 'max-size': '20m', 'max-file': '3' };

const temporaryFolder = { '/tmp': 'rw,nosuid,nodev,mode=1777,size=256m' };

/** Whether a container of an image begins as root. */
export function runsAsRoot(user: string | null | undefined): boolean {
  const name = (user ?? '').split(':')[0] ?? '';
  return name === '' || name === 'root' || /^0+$/.test(name);
}

function restartPolicy({ policy, maxRestarts }: InstanceRequest['restart']) {
  if (policy === 'never' || maxRestarts === 0) return { Name: 'no' };
  // The engine counts restarts over a container's whole life; "in a row" is counted by the restart watch.
  return { Name: policy };
}

export interface ContainerPlace {
  /** Its id: while two servers make it at once, its name is that of two. */
  networkId: string;
  address: string;
  asRoot: boolean;
}

/** What every container of davit's may have and do, whatever it runs. */
function confine(
  { memoryBytes, cpus }: { memoryBytes?: number | undefined; cpus?: number | undefined },
  readOnly: boolean,
  { asRoot, networkId }: ContainerPlace,
) {
  return {
    // Reaps what is left over and passes signals on: as process 1, most programs do neither.
    Init: true,
    ...(memoryBytes === undefined ? {} : { Memory: memoryBytes, MemorySwap: memoryBytes }),
    ...(cpus === undefined ? {} : { NanoCpus: Math.round(cpus * 1e9) }),
    CpuShares: cpuShares,
    PidsLimit: mostProcesses,
    SecurityOpt: ['no-new-privileges'],
    CapDrop: ['ALL'],
    ...(asRoot ? { CapAdd: rootCapabilities } : {}),
    ReadonlyRootfs: readOnly,
    ...(readOnly ? { Tmpfs: temporaryFolder } : {}),
    NetworkMode: networkId,
  };
}

const toEnv = (env: Readonly<Record<string, string>>) => Object.entries(env).map(([name, value]) => `${name}=${value}`);
const toProgram = (argv: readonly string[] | null) => (argv === null ? {} : { Entrypoint: [...argv], Cmd: [] });

/** In the network of its environment, under the names that the others there may call it by. */
function endpointOf({ networkId, address }: ContainerPlace, aliases: readonly string[]) {
  return {
    EndpointsConfig: { [networkId]: { Aliases: [...aliases], IPAMConfig: { IPv4Address: address } } },
  };
}

/** The body of `POST /containers/create` (Engine API 1.41) for an instance. */
export function toContainerSpec(
  request: InstanceRequest,
  root: ImageRoot,
  place: ContainerPlace,
  labels: Readonly<Record<string, string>>,
) {
  return {
    Image: root.reference,
    ...toProgram(request.argv),
    Env: toEnv({ ...request.env, ...(request.hasPort ? { PORT: String(root.port) } : {}) }),
    Labels: labels,
    StopSignal: 'SIGTERM',
    // For whoever else ends it: `davit down`, an engine that ends, an operator.
    StopTimeout: Math.ceil(request.stopGraceMs / 1000),
    HostConfig: {
      ...confine(request.limits, root.readOnly, place),
      OomScoreAdj: oomScores.instance,
      RestartPolicy: restartPolicy(request.restart),
      LogConfig: { Type: 'json-file', Config: logOptions },
    },
    NetworkingConfig: endpointOf(place, [root.network.alias]),
  };
}

/**
 * The same for a command, which runs once and has no name for others. Its output is kept whole until it is removed: whoever
 * goes on with it after a crash counts its lines from the first. What is set here wins over the daemon's own defaults; who
 * follows the output bounds it.
 */
export function toCommandSpec(
  command: ContainerCommand,
  place: ContainerPlace,
  labels: Readonly<Record<string, string>>,
) {
  const whole = { 'max-size': '100g', 'max-file': '1', compress: 'false', mode: 'blocking' };
  return {
    Image: command.image,
    ...toProgram(command.argv),
    Env: toEnv(command.env),
    Labels: labels,
    StopSignal: 'SIGTERM',
    HostConfig: {
      ...confine(command.limits, command.readOnly, place),
      OomScoreAdj: oomScores.command,
      RestartPolicy: { Name: 'no' },
      LogConfig: { Type: 'json-file', Config: whole },
    },
    NetworkingConfig: endpointOf(place, []),
  };
}
