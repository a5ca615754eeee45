/**
 * The proxy of the agent alone in a process, whose routes change while it runs: argv[2] its state file. Prints what a proxy
 * before it needs as JSON; then takes one JSON list of `[host, port]` a line, and prints a line when they are routes.
 */
import { createInterface } from 'node:readline';
import { createProxy } from '../../packages/agent/src/proxy/proxy.ts';

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const proxy = await createProxy({ stateFile: process.argv[2] ?? '', host: '127.0.0.1', port: 0, logger: quiet });
console.log(JSON.stringify(proxy.front));
for await (const line of createInterface({ input: process.stdin })) {
  const routes = JSON.parse(line) as [string, number][];
  await Promise.all(
    routes.map(([host, port]) =>
      proxy.putRoute(host, { owner: 'bench', targets: [{ id: `t${port}`, address: '127.0.0.1', port }] }),
    ),
  );
  console.log('done');
}
