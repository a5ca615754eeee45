import type { ApiCaller, DeploymentView } from './api-caller.ts';
import { archiveOf } from './archive.ts';

export type SourceFiles = Readonly<Record<string, string | { content: string; mode: number }>>;

/** Uploads files as a service's source and asks for a deployment of them. */
export async function startDeployment(api: ApiCaller, serviceId: string, files: SourceFiles): Promise<DeploymentView> {
  const uploadId = await api.upload(await archiveOf(files));
  return await api.deploy(serviceId, { uploadId });
}

/** Deploys files and waits for the end, whatever it is. */
export async function deployFiles(api: ApiCaller, serviceId: string, files: SourceFiles): Promise<DeploymentView> {
  const { id } = await startDeployment(api, serviceId, files);
  return await api.settled(id);
}

/** A Node server without dependencies that answers every request with the value of a JavaScript expression. */
export function nodeServer(expression: string, extra = ''): Record<string, string> {
  return {
    'package.json': JSON.stringify({
      name: 'app',
      private: true,
      type: 'module',
      scripts: { start: 'node server.js' },
    }),
    'server.js': `import { createServer } from 'node:http';
const server = createServer((request, response) => response.end(String(${expression})));
server.listen(Number(process.env.PORT), '127.0.0.1', () => console.log('listening'));
process.on('SIGTERM', () => server.close(() => process.exit(0)));
${extra}
`,
  };
}
