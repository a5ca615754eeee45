import { buildConnector, Client } from 'undici';
import type { ProxyLimits } from './proxy-limits.ts';

/** Idle connections kept to one upstream; more are closed when their request ends. */
const MAX_IDLE = 256;

/**
 * A connection that rested longer than this may be about to be closed by the other side. A request that cannot be sent
 * twice takes a new one instead: servers' idle timeouts start at about 2 s (gunicorn), most are at 5 s.
 */
const FRESH_MS = 1000;

/** One connection to an upstream; carries one request at a time. */
export interface UpstreamConnection {
  readonly client: Client;
  /** It carried a request before, so its failure says little about whether the upstream is there. */
  reused: boolean;
  idleSince: number;
}

/**
 * The connections to one address and port. Not undici's Pool, for three things it does not do: newest-first reuse (the
 * rest can go idle and close), knowing how long a connection has rested, and O(1) choice (Pool looks at each in turn).
 */
export class Upstream {
  /** Targets that send requests here. */
  references = 0;
  readonly address: string;
  readonly port: number;
  readonly #origin: string;
  readonly #options: Client.Options;
  readonly #idle: UpstreamConnection[] = [];
  #retired = false;

  constructor(address: string, port: number, limits: ProxyLimits, connect: buildConnector.connector) {
    this.address = address;
    this.port = port;
    this.#origin = `http://${address.includes(':') ? `[${address.replace(/^\[|\]$/g, '')}]` : address}:${port}`;
    this.#options = {
      pipelining: 1,
      allowH2: false,
      connect,
      headersTimeout: limits.upstreamTimeoutMs,
      // A stream may pause for as long as it likes.
      bodyTimeout: 0,
      maxHeaderSize: limits.maxHeaderBytes,
    };
  }

  /** @param safeToRepeat false asks for a connection that is certainly still open, a new one when in doubt. */
  acquire(safeToRepeat: boolean): UpstreamConnection {
    const newest = this.#idle.at(-1);
    if (newest && (safeToRepeat || performance.now() - newest.idleSince < FRESH_MS)) {
      this.#idle.pop();
      newest.idleSince = 0;
      newest.reused = true;
      return newest;
    }
    return this.connect();
  }

  /** A new connection, opened when the first request is dispatched on it. */
  connect(): UpstreamConnection {
    const client = new Client(this.#origin, this.#options);
    const connection: UpstreamConnection = { client, reused: false, idleSince: 0 };
    // Only a resting connection is dropped here: one with a request that was not written yet connects again by itself.
    client.on('disconnect', () => {
      if (connection.idleSince !== 0) this.#drop(connection);
    });
    return connection;
  }

  /** Gives a connection back after a response was read to its end. */
  release(connection: UpstreamConnection): void {
    if (this.#retired || this.#idle.length >= MAX_IDLE) {
      void connection.client.close();
      return;
    }
    connection.idleSince = performance.now();
    this.#idle.push(connection);
  }

  /** Ends a connection whose request failed. */
  discard(connection: UpstreamConnection): void {
    void connection.client.destroy();
  }

  /** Closes what is idle now, and the rest as their requests end. */
  retire(): void {
    this.#retired = true;
    for (const connection of this.#idle.splice(0)) {
      connection.idleSince = 0;
      void connection.client.close();
    }
  }

  #drop(connection: UpstreamConnection): void {
    const index = this.#idle.indexOf(connection);
    if (index === -1) return;
    this.#idle.splice(index, 1);
    void connection.client.destroy();
  }
}

/** Upstreams by address and port, shared by the routes of a service that has several host names. */
export class UpstreamRegistry {
  readonly #upstreams = new Map<string, Upstream>();
  readonly #limits: ProxyLimits;
  /** One for all: each Client would make its own, with a TLS session cache that nobody needs. */
  readonly #connect: buildConnector.connector;

  constructor(limits: ProxyLimits) {
    this.#limits = limits;
    this.#connect = buildConnector({ timeout: limits.connectTimeoutMs, allowH2: false });
  }

  retain(address: string, port: number): Upstream {
    const key = `${address} ${port}`;
    let upstream = this.#upstreams.get(key);
    if (!upstream) {
      upstream = new Upstream(address, port, this.#limits, this.#connect);
      this.#upstreams.set(key, upstream);
    }
    upstream.references += 1;
    return upstream;
  }

  release(upstream: Upstream): void {
    upstream.references -= 1;
    if (upstream.references > 0) return;
    this.#upstreams.delete(`${upstream.address} ${upstream.port}`);
    upstream.retire();
  }

  retireAll(): void {
    for (const upstream of this.#upstreams.values()) upstream.retire();
    this.#upstreams.clear();
  }
}
