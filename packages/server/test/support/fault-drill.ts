import { join } from 'node:path';
import type { ApiCaller, DeploymentView, ServiceView } from './api-caller.ts';
import { deployFiles, type SourceFiles, startDeployment } from './deploy-files.ts';
import { flags, type HeldStep } from './drill-app.ts';
import { type DrillPlace, processPlace } from './drill-place.ts';
import { freePort } from './free-port.ts';
import { type ServerProcess, type StartOptions, startServerProcess } from './server-process.ts';
import { startSteadyVisitor, type Visits } from './steady-visitor.ts';
import { type StepWatch, watchSteps } from './step-watch.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

/** A platform with one service that serves `v1` and is visited all the time, whatever is done to the platform. */
export interface FaultDrill {
  platform: ServerProcess;
  place: DrillPlace;
  database: TestDatabase;
  steps: StepWatch;
  api: ApiCaller;
  service: ServiceView;
  /** The deployment that serves from the beginning. */
  good: DeploymentView;
  /** What was asked for and what came, up to now. */
  visits: Readonly<Visits>;
  /** Asks for a deployment of another version, some of whose steps wait until {@link letGo}. */
  deploy(version: string, held?: readonly HeldStep[], more?: SourceFiles): Promise<DeploymentView>;
  /**
   * Says that what was broken is whole, or nothing but davit keeps a run from its end any more. A start of the server,
   * {@link letGo}, and {@link deploy} with no step that waits say so by themselves.
   */
  faultEnds(): Promise<void>;
  /** When that was said last, by the clock of the database; undefined: never. */
  readonly faultEndedAt: string | undefined;
  /** Lets a held step go on; `fail`: to fail. */
  letGo(deployment: DeploymentView, step: HeldStep, fail?: 'fail'): Promise<void>;
  folderOf(deployment: DeploymentView): string;
  /** Stops a process where it stands; the result lets it go on, which the end of the drill does too. */
  freeze(pid: number | undefined): () => void;
  agentPid(): Promise<number>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface FaultDrillOptions {
  /** What runs the service; plain processes by default. */
  place?: DrillPlace;
  environment?: Readonly<Record<string, string>>;
  /** On top of the settings that make steps slow. */
  settings?: object;
  /** Instead of one of the test run's PostgreSQL. It ends with the drill. */
  database?: TestDatabase;
  /** Another way to the database for the server, which can be disturbed. */
  through?: (connectionString: string) => Promise<{ connectionString: string } & AsyncDisposable>;
  /** Before the platform's first start. */
  prepare?: StartOptions['prepare'];
  /** Where the service's source is; else it is uploaded. */
  source?: object;
}

/** After so long the runs of a server that is gone are taken over: a take-over is shown as well in seconds as in the default's twenty. */
export const drillLeaseMs = 6000;

/** Starts a platform and brings its first version into service. */
export async function startFaultDrill(options: FaultDrillOptions = {}): Promise<FaultDrill> {
  await using stack = new AsyncDisposableStack();
  const { place = processPlace } = options;
  const database = stack.use(options.database ?? (await createTestDatabase({ settleMs: 60_000 })));
  const steps = stack.use(await watchSteps(database.connectionString));
  const way = options.through && stack.use(await options.through(database.connectionString));
  const platform = stack.use(
    await startServerProcess(
      {
        DATABASE_URL: way?.connectionString ?? database.connectionString,
        RUN_LEASE: `${drillLeaseMs / 1000}s`,
        // An agent that comes back must listen where its visitors look for it.
        PROXY_PORT: String(await freePort()),
        ...place.environment,
        ...options.environment,
      },
      options.prepare === undefined ? {} : { prepare: options.prepare },
    ),
  );
  const { api } = platform;
  const project = await api.createProject('drill');
  const service = await api.createService(project.id, {
    name: 'drill',
    ...(options.source === undefined ? {} : { source: options.source }),
    settings: { ...place.settings, ...options.settings },
  });
  const uploaded = options.source === undefined;
  const good = uploaded
    ? await deployFiles(api, service.id, place.app('v1'))
    : await api.settled((await api.deploy(service.id)).id);
  if (good.status !== 'active') throw new Error(`the first deployment: ${JSON.stringify(good)}`);
  const visitor = startSteadyVisitor(service.url, { visitors: 2, pauseMs: 20 });
  stack.defer(async () => void (await visitor.stop()));
  const folderOf = ({ id }: DeploymentView) =>
    join(options.environment?.['BUILD_DIR'] ?? join(platform.dataDir, 'builds'), service.id, id);
  let faultEndedAt: string | undefined;
  async function faultEnds(): Promise<void> {
    const { rows } = await database.pool.query<{ at: string }>('select clock_timestamp()::text as at');
    faultEndedAt = rows[0]?.at;
  }
  const start = platform.start.bind(platform);
  platform.start = async (main) => {
    await start(main);
    await faultEnds();
  };
  const frozen = new Set<number>();
  stack.defer(() => {
    for (const pid of frozen) process.kill(pid, 'SIGCONT');
  });
  const own = stack.move();

  return {
    platform,
    place,
    database,
    steps,
    api,
    service,
    good,
    visits: visitor.seen,
    folderOf,
    faultEnds,
    get faultEndedAt() {
      return faultEndedAt;
    },
    async deploy(version, held = [], more) {
      const deployment = await startDeployment(api, service.id, place.app(version, held, more));
      if (held.length === 0) await faultEnds();
      return deployment;
    },
    async letGo(deployment, step, fail) {
      const folder = folderOf(deployment);
      if (fail !== undefined) await place.touch(deployment, folder, `fail-${step}`);
      await place.touch(deployment, folder, flags[step]);
      await faultEnds();
    },
    freeze(pid) {
      if (pid === undefined) throw new Error('there is no process to freeze');
      process.kill(pid, 'SIGSTOP');
      frozen.add(pid);
      return () => {
        if (frozen.delete(pid)) process.kill(pid, 'SIGCONT');
      };
    },
    agentPid: async () => (await platform.agent.info()).pid,
    [Symbol.asyncDispose]: () => own.disposeAsync(),
  };
}
