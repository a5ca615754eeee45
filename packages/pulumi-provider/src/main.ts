/** `pulumi-resource-davit`: Pulumi's engine starts it, reads a port from its standard output, and ends it. */
import { createProvider } from './provider.ts';
import { serveProvider } from './server/serve-provider.ts';

const { DAVIT_URL: url, DAVIT_TOKEN: token } = process.env;
const { port } = await serveProvider(createProvider({ url, token }));
process.stdout.write(`${port}\n`);
