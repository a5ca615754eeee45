import type { SourceFiles } from './deploy-files.ts';

/** Files in the folder of a release that let a held step go on. */
export const flags = { build: 'go-build', release: 'go-release', healthy: 'ready' } as const;
export type HeldStep = keyof typeof flags;

/** Waits for a file, then fails when another is there too: a command as slow as a test needs it. */
function waitingCommand(step: 'build' | 'release'): string {
  const wait = `while [ ! -e ${flags[step]} ]; do sleep 0.05; done`;
  return `echo ${step} begins; ${wait}; echo ${step} ends; [ ! -e fail-${step} ]`;
}

/** Settings with which every step of a deployment can be held by means of the application itself. */
export const drillSettings = {
  build: { buildCommand: waitingCommand('build'), startCommand: 'node server.js' },
  releaseCommand: waitingCommand('release'),
  healthCheck: { path: '/health', intervalSeconds: 0.1, timeoutSeconds: 60 },
  drainSeconds: 20,
  stopGraceSeconds: 5,
};

const server = (version: string) => `
import { createServer } from 'node:http';
import { existsSync } from 'node:fs';
const server = createServer((request, response) => {
  if (request.url === '/health') response.writeHead(existsSync('${flags.healthy}') ? 200 : 503).end();
  else if (request.url === '/hold') response.write('${version}');
  else response.end('${version}');
});
server.on('upgrade', (request, socket) => {
  socket.on('error', () => {});
  socket.write('HTTP/1.1 101 Switching Protocols\\r\\nconnection: upgrade\\r\\nupgrade: websocket\\r\\n\\r\\n');
  setInterval(() => socket.write('.'), 50);
});
server.listen(Number(process.env.PORT), process.env.HOST ?? '127.0.0.1', () => console.log('listening'));
process.on('SIGTERM', () => {
  if (existsSync('slow-stop')) return;
  server.close(() => process.exit(0));
  server.closeAllConnections();
});
`;

/** An application that answers with `version`; the steps in `held` wait for their flag. */
export function drillApp(version: string, held: readonly HeldStep[] = [], more: SourceFiles = {}): SourceFiles {
  const open = Object.entries(flags).filter(([step]) => !held.includes(step as HeldStep));
  return {
    'package.json': JSON.stringify({ name: 'drill', private: true, type: 'module' }),
    'server.js': server(version),
    ...Object.fromEntries(open.map(([, flag]) => [flag, ''])),
    ...more,
  };
}

/** Settings of the same application as a container. */
export const containerSettings = {
  healthCheck: drillSettings.healthCheck,
  drainSeconds: drillSettings.drainSeconds,
  stopGraceSeconds: drillSettings.stopGraceSeconds,
};

/** The same with a Dockerfile. Nobody reaches into a build: a held one takes its time, and goes on by itself. */
export function containerApp(version: string, held: readonly HeldStep[] = [], more: SourceFiles = {}): SourceFiles {
  const build = held.includes('build') ? 'echo build begins; sleep 6; echo build ends' : 'echo built';
  const lines = ['FROM node:24-slim', 'ENV HOST=0.0.0.0', 'WORKDIR /app', 'COPY . .', `RUN ${build}`];
  const dockerfile = [...lines, 'CMD ["node", "server.js"]'].join('\n');
  return drillApp(version, held, { Dockerfile: dockerfile, ...more });
}
