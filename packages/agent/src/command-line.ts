import { realpathSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { z } from 'zod';
import { type AgentOptions, createAgent } from './agent.ts';
import { lowerOwnOomScore } from './process/oom-score.ts';
import { announceReady } from './succession/successor.ts';

const usage = `Usage: node main.ts --state-dir DIR --socket PATH [options]

  --state-dir DIR      where the agent keeps its state (mode 0700)
  --socket PATH        unix socket to answer on (mode 0600)
  --proxy-host HOST    address of the proxy, may be repeated (default 127.0.0.1)
  --proxy-port PORT    port of the proxy; without it there is no proxy; 0 asks the system
  --proxy-socket FD    open socket that the proxy listens on instead, may be repeated; from the agent before this one
  --folder-root DIR    folder below which folders may be removed, may be repeated
  --uid-base N         first user id for services when run as root (default 210000)
  --isolation LEVEL    auto (default), user (no sandbox), none (everything as the agent's own user)
  --log-level LEVEL    debug, info (default), warn, error
`;

const argumentsSchema = z.object({
  'state-dir': z.string().min(1),
  socket: z.string().min(1).max(107, 'a unix socket has at most 107 characters'),
  'proxy-host': z.array(z.string()).default(['127.0.0.1']),
  'proxy-port': z.coerce.number().int().min(0).max(65_535).optional(),
  'proxy-socket': z.array(z.coerce.number().int().min(3).max(1000)).default([]),
  'folder-root': z.array(z.string().startsWith('/')).default([]),
  'uid-base': z.coerce.number().int().min(1000).max(2_000_000_000).default(210_000),
  isolation: z.enum(['auto', 'user', 'none']).default('auto'),
  'log-level': z.enum(['debug', 'info', 'warn', 'error']).default('info'),
});

function readArguments(): z.output<typeof argumentsSchema> {
  const { values } = parseArgs({
    options: {
      'state-dir': { type: 'string' },
      socket: { type: 'string' },
      'proxy-host': { type: 'string', multiple: true },
      'proxy-port': { type: 'string' },
      'proxy-socket': { type: 'string', multiple: true },
      'folder-root': { type: 'string', multiple: true },
      'uid-base': { type: 'string' },
      isolation: { type: 'string' },
      'log-level': { type: 'string' },
    },
  });
  return argumentsSchema.parse(values);
}

function toOptions(values: z.output<typeof argumentsSchema>): AgentOptions {
  const port = values['proxy-port'];
  return {
    stateDir: values['state-dir'],
    socketPath: values.socket,
    proxy: port === undefined ? null : { host: values['proxy-host'], port, sockets: values['proxy-socket'] },
    uidBase: values['uid-base'],
    folderRoots: values['folder-root'].map((root) => realpathSync(root)),
    isolation: values.isolation,
    logger: pino({ level: values['log-level'], base: { pid: process.pid } }),
  };
}

/** Runs an agent as the command line says, until it is told to go; then ends this process. */
export async function runCommandLine(): Promise<void> {
  let options: AgentOptions;
  try {
    options = toOptions(readArguments());
  } catch (thrown) {
    const reason = thrown instanceof z.ZodError ? z.prettifyError(thrown) : (thrown as Error).message;
    process.stderr.write(`${reason}\n\n${usage}`);
    process.exitCode = 2;
    return;
  }
  lowerOwnOomScore();
  announceReady();
  try {
    const agent = await createAgent(options);
    // At the end would be too late: an agent may be killed.
    flushCompileCache();
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void agent.close());
    await agent.closed;
    process.exit(0);
  } catch (thrown) {
    options.logger.error({ err: thrown }, 'the agent could not start');
    process.exit(1);
  }
}
