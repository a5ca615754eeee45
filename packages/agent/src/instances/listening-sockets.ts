import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { ListeningSocket } from '../protocol/protocol.ts';

/** State LISTEN in `/proc/net/tcp` (include/net/tcp_states.h). */
const LISTEN = '0A';

/** The kernel prints addresses as 32-bit words in the machine's byte order, which is little-endian wherever Node runs. */
function decodeAddress(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => [...Buffer.from(word, 'hex')].reverse());
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, i) =>
    (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)).toString(16),
  );
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

/** Listening sockets in the text of `/proc/net/tcp` or `tcp6`, by inode. */
export function parseListening(text: string): Map<string, ListeningSocket> {
  const found = new Map<string, ListeningSocket>();
  for (const line of text.split('\n').slice(1)) {
    const fields = line.trim().split(/\s+/);
    const [address = '', port = ''] = (fields[1] ?? '').split(':');
    const inode = fields[9];
    if (fields[3] !== LISTEN || inode === undefined) continue;
    found.set(inode, { address: decodeAddress(address), port: Number.parseInt(port, 16) });
  }
  return found;
}

function* socketInodes(pid: number): Generator<string> {
  let names: string[];
  try {
    names = readdirSync(`/proc/${pid}/fd`);
  } catch {
    return;
  }
  for (const name of names) {
    try {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${name}`))?.[1];
      if (inode !== undefined) yield inode;
    } catch {
      // Closed meanwhile.
    }
  }
}

/** What these processes listen on, without repetition, by port. */
export function findListeningSockets(pids: readonly number[]): ListeningSocket[] {
  const all = ['tcp', 'tcp6'].flatMap((name) => {
    try {
      return [...parseListening(readFileSync(`/proc/net/${name}`, 'latin1'))];
    } catch {
      return [];
    }
  });
  const listening = new Map(all);
  const mine = new Map<string, ListeningSocket>();
  for (const pid of pids) {
    for (const inode of socketInodes(pid)) {
      const socket = listening.get(inode);
      if (socket) mine.set(inode, socket);
    }
  }
  return [...mine.values()].sort((a, b) => a.port - b.port || a.address.localeCompare(b.address));
}
