import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DockerEngine, startDockerEngine } from './docker-engine.ts';

/** Where a test asks for the engine of the run, which is started for the first who asks. */
export interface DockerDoor extends AsyncDisposable {
  readonly socketPath: string;
}

/** Opens the door; nothing is started before somebody asks. */
export async function openDockerDoor(): Promise<DockerDoor> {
  const folder = await mkdtemp(join(tmpdir(), 'davit-door-'));
  const socketPath = join(folder, 'door.sock');
  let engine: Promise<DockerEngine> | undefined;
  const server = createServer((_request, response) => {
    engine ??= startDockerEngine();
    engine.then(
      ({ host }) => response.end(JSON.stringify({ host })),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  return {
    socketPath,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await (await engine?.catch(() => undefined))?.[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
