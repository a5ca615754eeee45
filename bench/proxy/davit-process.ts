/** The embedded proxy alone in a process: argv[2] its state file; reads `[[host, port], …]` and prints its port. */
import { text } from 'node:stream/consumers';
import { createProxy } from '../../packages/agent/src/proxy/proxy.ts';

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const routes = JSON.parse(await text(process.stdin)) as [string, number][];
const proxy = await createProxy({
  stateFile: process.argv[2] ?? '',
  host: '127.0.0.1',
  port: 0,
  logger: quiet,
});
await Promise.all(
  routes.map(([host, port], i) =>
    proxy.putRoute(host, { owner: 'bench', targets: [{ id: `t${i}`, address: '127.0.0.1', port }] }),
  ),
);
console.log(proxy.address.port);
process.on('SIGTERM', () => process.exit(0));
