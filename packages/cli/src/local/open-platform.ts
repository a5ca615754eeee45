import { type Context, sayLimited } from '../command-line/context.ts';
import { type Connection, chooseServer, connectTo } from '../session/connection.ts';
import { formatDuration } from '../terminal/duration.ts';
import { createLiveRegion } from '../terminal/live-region.ts';
import { claimLocalServer } from './claim-local-server.ts';
import type { LocalServer } from './local-server.ts';
import { ensureLocalServer } from './start-local-server.ts';

async function startHere({ environment, output }: Context): Promise<LocalServer> {
  const startedAt = Date.now();
  const region = output.isLive ? createLiveRegion(process.stderr) : undefined;
  let title = '';
  let doing = '';
  const draw = () => region?.draw([`${title} ${formatDuration(Date.now() - startedAt)}`, `  ${doing}`]);
  const timer = setInterval(() => {
    if (title !== '') draw();
  }, 100);
  try {
    const server = await ensureLocalServer(environment, {
      onStart(isFirst) {
        title = isFirst
          ? 'starting davit; the first time it sets up its database, which takes some seconds'
          : 'starting davit';
        if (region === undefined) output.note(`→ ${title}`);
        if (environment.variables.DATABASE_URL) output.note('  its database is the one in DATABASE_URL');
      },
      onProgress(text) {
        doing = text;
        if (region === undefined && text !== '') output.note(`  ${text}`);
      },
    });
    region?.clear();
    if (title !== '') {
      const time = output.noteStyle.dim(formatDuration(Date.now() - startedAt));
      output.note(`${output.noteStyle.green('✓')} davit runs at ${server.url} ${time}`);
    }
    return server;
  } finally {
    clearInterval(timer);
    region?.clear();
  }
}

/** The server to deploy to: a remote one when that was chosen, else the one of this machine, which is started and claimed. */
export async function openPlatform(context: Context, linked: string | undefined): Promise<Connection> {
  const { environment, config, output } = context;
  const choice = await chooseServer(environment, config, linked);
  if (choice.kind === 'remote') {
    output.note(output.noteStyle.dim(`(deploying to ${choice.url})`));
    return await connectTo(environment, config, { url: choice.url, isLocal: false }, sayLimited(output));
  }
  const server = await startHere(context);
  const owner = await claimLocalServer(environment, config, server.url);
  if (owner !== undefined) {
    output.note(
      `${output.noteStyle.green('✓')} made you its owner: ${owner.email}, with the password in ${config.path}`,
    );
    output.note(`  to sign in from elsewhere: davit login ${server.url}`);
  }
  return await connectTo(environment, config, { url: server.url, isLocal: true }, sayLimited(output));
}
