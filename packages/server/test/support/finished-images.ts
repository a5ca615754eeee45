import type { ApiCaller, DeploymentView } from './api-caller.ts';
import { buildImage } from './container-image.ts';
import type { DockerEngine } from './docker-engine.ts';
import type { ImageRegistry } from './image-registry.ts';
import { waitUntil } from './wait-until.ts';

/** Says its version, asks others by their addresses, and prints what it is told to. */
const program = `
const { createServer, get } = require('node:http');
createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://own');
  if (pathname === '/print') {
    console.log(searchParams.get('text'));
    return response.end('printed');
  }
  if (pathname !== '/ask') return response.end(process.env.VERSION);
  get(searchParams.get('url'), { timeout: 3000 }, (answer) => answer.pipe(response))
    .on('timeout', function () { this.destroy(new Error('timed out')) })
    .on('error', (error) => response.writeHead(502).end(error.code ?? error.message));
}).listen(process.env.PORT, () => console.log('version ' + process.env.VERSION + ' listens'));
`;

/** Puts an image of that program into the registry. @returns its name */
export async function publishVersion(
  engine: Pick<DockerEngine, 'docker'>,
  registry: ImageRegistry,
  version: string,
): Promise<string> {
  const lines = ['FROM node:24-slim', 'WORKDIR /app', 'COPY main.cjs .', `ENV VERSION=${version}`];
  await buildImage(engine, `app-${version}`, [...lines, 'EXPOSE 3000', 'USER 1000', 'CMD ["node", "main.cjs"]'], {
    'main.cjs': program,
  });
  return await registry.move(engine, `app-${version}`, `team/app:${version}`);
}

/** Tags and digests of what an engine has of a repository. */
export async function fetchedNames(engine: Pick<DockerEngine, 'docker'>, repository: string): Promise<string[]> {
  const said = await engine.docker('images', '--digests', '--format', '{{.Tag}} {{.Digest}}', repository);
  return said.split('\n').filter(Boolean).toSorted();
}

/** To the release that served before. @throws unless it serves then */
export async function rollBackService(api: ApiCaller, serviceId: string): Promise<void> {
  const path = `/v1/services/${serviceId}`;
  const { items } = await api.done<{ items: { id: string }[] }>('GET', `${path}/rollback-candidates`);
  const { id } = await api.done<DeploymentView>('POST', `${path}/rollback/${items[0]?.id}`);
  const { status, reason } = await api.settled(id);
  if (status !== 'active') throw new Error(`the rollback is ${status}: ${reason}`);
}

/** Frees what nothing needs. @returns how that ended */
export async function collectStorage(api: ApiCaller): Promise<string> {
  const { runId } = await api.done<{ runId: string }>('POST', '/v1/platform/storage/collect');
  return await waitUntil('the collection ends', async () => {
    const { state } = await api.done<{ state: string }>('GET', `/v1/platform/runs/${runId}`);
    return state === 'queued' || state === 'running' ? undefined : state;
  });
}
