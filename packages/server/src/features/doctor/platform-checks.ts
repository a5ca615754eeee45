import type { RuntimeInfo } from '../../adapters/runtime/runtime.ts';
import { AppError } from '../../kernel/app-error.ts';
import { type Check, fail, ok, reasonOf, warn } from './finding.ts';

/** What runs services: whether it answers, and what this machine lets it do. */
export function createRuntimeCheck(
  describe: (signal: AbortSignal) => Promise<RuntimeInfo>,
  isServerRunning: () => Promise<boolean>,
): Check {
  const subject = { check: 'runtime.agent', title: 'Runtime' };
  return async (signal) => {
    let info: RuntimeInfo;
    try {
      info = await describe(signal);
    } catch (error) {
      if (!(await isServerRunning())) {
        return [
          warn(
            subject,
            'The agent does not run, and no service does.',
            'Start davit with `davit up` or `davit serve`.',
          ),
        ];
      }
      const mend = 'Look at DATA_DIR/agent/agent.log; the server starts it again when it ends.';
      return [fail(subject, `The agent does not answer: ${reasonOf(error)}.`, mend)];
    }
    const isolation = { check: 'runtime.isolation', title: 'Isolation of services' };
    const limits = { check: 'runtime.limits', title: 'Limits of services (cgroups)' };
    const missing = info.missing.join(' ');
    return [
      info.away === undefined
        ? ok(subject, `${info.name} answers.`)
        : fail(subject, info.away, 'Start the engine (`systemctl start docker`), or look at DOCKER_HOST.'),
      info.isolation === 'sandbox'
        ? ok(isolation, 'Each service is in a sandbox of its own.')
        : warn(
            isolation,
            `Services are kept apart by ${info.isolation === 'user' ? 'their users only' : 'nothing'}.`,
            missing || 'Install bubblewrap.',
          ),
      info.limits
        ? ok(limits, 'Memory and CPU of services can be limited.')
        : warn(
            limits,
            'Memory and CPU of services cannot be limited.',
            missing || 'Run davit where it may make cgroups.',
          ),
    ];
  };
}

const fewNames = 3;

function fewOf(names: readonly string[]): string {
  const rest = names.length > fewNames ? `, and ${names.length - fewNames} more` : '';
  return `${names.slice(0, fewNames).join(', ')}${rest}`;
}

/**
 * Whether environments are kept apart from each other. `look` gives names of networks; undefined: it could not be looked at,
 * of which nothing is said.
 */
export function createNetworkCheck(
  look: (
    signal: AbortSignal,
  ) => Promise<Readonly<Record<'closed' | 'open' | 'unruled', readonly string[]>> | undefined>,
): Check {
  const subject = { check: 'runtime.networks', title: 'Networks of environments' };
  return async (signal) => {
    const { closed, open, unruled } = (await look(signal)) ?? { closed: [], open: [], unruled: [] };
    if (unruled.length > 0) {
      return [
        fail(
          subject,
          `No rule of the firewall names them: ${fewOf(unruled)}. What runs there has no way out, and where this machine forwards packets they are not kept apart from each other. The Docker engine writes no rules when it runs with \`--iptables=false\`.`,
          'Take `--iptables=false` from the engine’s arguments, or `"iptables": false` from /etc/docker/daemon.json, and restart it (`systemctl restart docker`). Where rules of your own do its work by addresses, let them name the bridges.',
        ),
      ];
    }
    if (open.length === 0)
      return closed.length === 0 ? [] : [ok(subject, `The firewall keeps ${closed.length} apart from others.`)];
    return [
      fail(
        subject,
        `The firewall does not keep them apart: ${fewOf(open)}. The Docker engine's rules for that (DOCKER-ISOLATION-STAGE-1 and -2) are gone, as they are when a second engine starts on the same machine.`,
        'Run no second Docker engine on this machine, then restart the first (`systemctl restart docker`): it writes them anew. Without `live-restore` its containers stop, and start again.',
      ),
    ];
  };
}

export interface AgentBuildCheckOptions {
  /** The build of the agent that runs; undefined for one from before there were builds. */
  find(signal: AbortSignal): Promise<string | undefined>;
  /** That of the code which is installed. */
  readInstalled(): string;
  /** False where somebody else, such as systemd, keeps the agent running. */
  serverStartsAgent: boolean;
}

/** Whether the agent runs the code that is installed: it outlives an upgrade where the server may not renew it. */
export function createAgentBuildCheck(options: AgentBuildCheckOptions): Check {
  const subject = { check: 'runtime.agent-build', title: 'Code of the agent' };
  return async (signal) => {
    let running: string | undefined;
    try {
      running = await options.find(signal);
    } catch {
      // That it does not answer is the finding of another check.
      return [];
    }
    const installed = options.readInstalled();
    if (running === installed) return [ok(subject, `It runs what is installed (build ${installed}).`)];
    const seen = `It runs build ${running ?? 'unknown'}, and ${installed} is installed.`;
    const mend = options.serverStartsAgent
      ? 'Restart davit: its server puts an agent of this build in the place of the other, and what runs goes on.'
      : 'Restart it when it suits: `systemctl restart davit-agent`. What it runs goes on; no service is reached for a moment.';
    return [warn(subject, seen, mend)];
  };
}

/** The server itself, for who looks from outside. */
export function createServerCheck(find: () => Promise<{ url: string; isRunning: boolean } | undefined>): Check {
  const subject = { check: 'server.running', title: 'Server' };
  return async (signal) => {
    const server = await find();
    const start = 'Start davit with `davit up` or `davit serve`.';
    if (server === undefined) return [warn(subject, 'No server runs on this data folder.', start)];
    if (!server.isRunning)
      return [warn(subject, 'The last server ended without a word.', `${start} Look at DATA_DIR/server.log.`)];
    const answer = await fetch(`${server.url}/health`, { signal }).catch(() => undefined);
    if (answer?.ok) return [ok(subject, `It answers at ${server.url}.`)];
    return [fail(subject, `It does not answer at ${server.url}.`, 'Look at DATA_DIR/server.log, and at BASE_URL.')];
  };
}

/** Whether a shell that looks from beside the server says what the server was told; of what is the same nothing is said. */
export function createSettingsCheck(different: readonly string[]): Check {
  const subject = { check: 'server.settings', title: 'Settings' };
  const detail = `This shell has others than the server, and everything below is looked at with them: ${different.join(', ')}.`;
  const mend =
    'Take them out of this shell, or load the file with the settings of the server; where the new ones are meant, start the server anew with them.';
  return async () => (different.length === 0 ? [] : [warn(subject, detail, mend)]);
}

/** How old the newest backup is, of those that the owner has made. */
export function createBackupCheck<Owner>(options: {
  readonly findOwner: () => Promise<Owner>;
  readonly newest: (owner: Owner, signal: AbortSignal) => Promise<Date | undefined>;
  oldAfterMs: number;
}): Check {
  const subject = { check: 'backups.age', title: 'Backups' };
  return async (signal) => {
    const owner = await options.findOwner().then(
      (found) => ({ found }),
      () => undefined,
    );
    if (owner === undefined) {
      const unknown = 'Which backups are of this installation is not known: its database does not answer.';
      return [warn(subject, unknown, 'Start davit, and ask again.')];
    }
    const mend = 'Make one with `davit admin backup`; BACKUP_SCHEDULE makes them by the clock.';
    try {
      const madeAt = await options.newest(owner.found, signal);
      if (madeAt === undefined) return [warn(subject, 'This installation has made none.', mend)];
      const ageMs = Date.now() - Number(madeAt);
      const detail = `The newest is ${Math.round(ageMs / 3_600_000)} hours old.`;
      return [ageMs > options.oldAfterMs ? warn(subject, detail, mend) : ok(subject, detail)];
    } catch (error) {
      // The store knows best: a clock, a secret, a permission that is missing.
      const advice = error instanceof AppError ? error.hint : 'Check BACKUP_TO and the BACKUP_S3_… settings.';
      return [fail(subject, reasonOf(error), advice)];
    }
  };
}
