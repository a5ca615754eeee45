import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Address {
  host: string;
  port: number;
  headers: Record<string, string>;
}

/** A packet that a bridge drops, which is just learning where a container is, is sent again by the kernel after a whole second. */
const PATIENCE_MS = 100;

function ask(address: Address): Promise<string | undefined> {
  return new Promise((resolve) => {
    const call = request({ ...address, agent: false, timeout: PATIENCE_MS }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.once('end', () => resolve(response.statusCode === 200 ? body : undefined));
      response.once('error', () => resolve(undefined));
    });
    call.once('timeout', () => call.destroy());
    call.once('error', () => resolve(undefined));
    call.end();
  });
}

/** Asks every 2 ms until this version answers with 200. */
export async function answered(address: Address, version: string): Promise<void> {
  const deadline = performance.now() + 120_000;
  while ((await ask(address)) !== version) {
    if (performance.now() > deadline) throw new Error(`${version} never answered`);
    await sleep(2);
  }
}
