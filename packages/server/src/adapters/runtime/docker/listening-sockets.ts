import { readFile } from 'node:fs/promises';

const LISTEN = '0A';

function address4(hex: string): string {
  return (hex.match(/../g) ?? [])
    .toReversed()
    .map((byte) => Number.parseInt(byte, 16))
    .join('.');
}

/** Sockets that listen, of a table of proc(5), /proc/net/tcp and tcp6. */
export function parseListening(table: string, isV6: boolean): { address: string; port: number }[] {
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .flatMap(([, local = '', , state]) => {
      if (state !== LISTEN) return [];
      const [address = '', port = ''] = local.split(':');
      const isAny = /^0+$/.test(address);
      const shown = isV6 ? (isAny ? '::' : '::1') : address4(address);
      return [{ address: shown, port: Number.parseInt(port, 16) }];
    });
}

/** What listens in the network of a process; nothing where this machine does not show it. */
export async function listeningIn(pid: number): Promise<{ address: string; port: number }[]> {
  const read = async (name: string) => await readFile(`/proc/${pid}/net/${name}`, 'utf8').catch(() => '');
  // 127.0.0.11 is the engine's own name server.
  const sockets = [...parseListening(await read('tcp'), false), ...parseListening(await read('tcp6'), true)];
  return sockets.filter(({ address }) => address !== '127.0.0.11');
}
