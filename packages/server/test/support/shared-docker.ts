import { execFile } from 'node:child_process';
import { get } from 'node:http';
import { promisify } from 'node:util';
import { inject } from 'vitest';
import type { DockerEngine } from './docker-engine.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Socket on which a test asks for the Docker engine of the run. */
    dockerDoor: string;
  }
}

const run = promisify(execFile);

/** The engine that all test files of a run share. A test looks at nothing there but what it made itself. */
export async function sharedDocker(): Promise<Pick<DockerEngine, 'host' | 'docker'>> {
  const text = await new Promise<string>((resolve, reject) => {
    get({ socketPath: inject('dockerDoor'), path: '/' }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      response.on('end', () => (response.statusCode === 200 ? resolve(body) : reject(new Error(body))));
    }).on('error', reject);
  });
  const { host } = JSON.parse(text) as { host: string };
  return {
    host,
    docker: async (...argv) =>
      (await run('/usr/bin/docker', ['-H', host, ...argv], { maxBuffer: 64 * 1024 * 1024 })).stdout,
  };
}
