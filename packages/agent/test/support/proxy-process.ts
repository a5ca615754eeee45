/**
 * The proxy in a process of its own, to be killed or to have its memory read: argv[2] is its state file. Prints its port,
 * then takes one command a line: `put HOST PORT` prints `done HOST` once the route is durable.
 */
import { createInterface } from 'node:readline';
import { createProxy } from '../../src/proxy/proxy.ts';

const logger = { debug() {}, info() {}, warn() {}, error() {} };
const proxy = await createProxy({ stateFile: process.argv[2] ?? '', host: '127.0.0.1', port: 0, logger });
process.stdout.write(`${proxy.address.port}\n`);

async function put(host: string, port: number): Promise<void> {
  await proxy.putRoute(host, { owner: 'owner', targets: [{ id: 't0', address: '127.0.0.1', port }] });
  process.stdout.write(`done ${host}\n`);
}

const input = createInterface({ input: process.stdin });
input.on('line', (line) => {
  const [, host = '', port = ''] = line.split(' ');
  void put(host, Number(port));
});
input.on('close', () => process.exit(0));
