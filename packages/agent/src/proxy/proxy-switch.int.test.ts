import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import {
  type Instance,
  rawConnection,
  route,
  send,
  startInstance,
  startProxy,
  until,
} from '../../test/support/proxy-bed.ts';

const named = (name: string) => startInstance((_, response) => response.end(name));

/** An instance whose answers wait until they are let go. */
async function startSlow(): Promise<Instance & { waiting: () => number; letGo: (count?: number) => void }> {
  const waiting: (() => void)[] = [];
  const instance = await startInstance((_, response) => {
    waiting.push(() => response.end('slow'));
  });
  // Says to its clients that it keeps connections for ten minutes: who closes one earlier does so for another reason.
  instance.server.keepAliveTimeout = 600_000;
  const letGo = (count = waiting.length): void => {
    for (const answer of waiting.splice(0, count)) answer();
  };
  return { ...instance, waiting: () => waiting.length, letGo };
}

describe('a switch', () => {
  it('sends new requests to the new instance, and lets the old one finish what it has', async () => {
    const proxy = await startProxy();
    const old = await startSlow();
    await route(proxy, 'app.localhost', { port: old.port, id: 'old' });
    const first = send(proxy.address.port, 'app.localhost');
    const second = send(proxy.address.port, 'app.localhost');
    await until(() => old.waiting() === 2, 'two requests at the old instance');
    const status = await route(proxy, 'app.localhost', { port: (await named('new')).port, id: 'new' });
    expect(status.active).toEqual({ old: 2, new: 0 });
    expect((await send(proxy.address.port, 'app.localhost')).body).toBe('new');
    old.letGo(1);
    expect((await Promise.race([first, second])).body).toBe('slow');
    await until(() => proxy.getRoute('app.localhost')?.active['old'] === 1, 'one open request');
    expect(await proxy.drainTarget('app.localhost', 'old', 50)).toBe(false);
    const drained = proxy.drainTarget('app.localhost', 'old', 60_000);
    old.letGo();
    expect(await drained).toBe(true);
    for (const reply of await Promise.all([first, second])) expect(reply.body).toBe('slow');
    expect(proxy.getRoute('app.localhost')?.active).toEqual({ new: 0 });
    // Nothing keeps connections to an instance that is about to stop.
    await until(async () => (await connectionsOf(old)) === 0, 'no connection to the old instance');
  });

  it('of a route that is removed lets open requests finish too', async () => {
    const proxy = await startProxy();
    const old = await startSlow();
    await route(proxy, 'app.localhost', { port: old.port, id: 'old' });
    const pending = send(proxy.address.port, 'app.localhost');
    await until(() => old.waiting() === 1, 'a request at the instance');
    await proxy.removeRoute('app.localhost');
    expect((await send(proxy.address.port, 'app.localhost')).status).toBe(404);
    const drained = proxy.drainTarget('app.localhost', 'old', 60_000);
    old.letGo();
    expect(await drained).toBe(true);
    expect((await pending).body).toBe('slow');
  });

  it('can be given up while it drains', async () => {
    const proxy = await startProxy();
    const old = await startSlow();
    await route(proxy, 'app.localhost', { port: old.port, id: 'old' });
    const pending = send(proxy.address.port, 'app.localhost');
    await until(() => old.waiting() === 1, 'a request at the instance');
    const controller = new AbortController();
    const drained = proxy.drainTarget('app.localhost', 'old', 60_000, controller.signal);
    controller.abort(new Error('the deployment was canceled'));
    await expect(drained).rejects.toThrow('the deployment was canceled');
    old.letGo();
    await pending;
  });

  it('of a target that nobody knows is drained', async () => {
    const proxy = await startProxy();
    expect(await proxy.drainTarget('app.localhost', 'nothing', 0)).toBe(true);
  });
});

function connectionsOf(instance: Instance): Promise<number> {
  return new Promise((resolve, reject) => {
    instance.server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
  });
}

describe('requests that meet an instance going away', () => {
  it('go to another one when the first cannot be reached, whatever the method', async () => {
    const proxy = await startProxy();
    const dead = await named('dead');
    await dead.stop();
    await route(proxy, 'app.localhost', dead, await named('alive'));
    for (const method of ['GET', 'POST', 'GET', 'POST']) {
      const reply = await send(proxy.address.port, 'app.localhost', { method, body: method === 'POST' ? 'body' : '' });
      expect(reply).toMatchObject({ status: 200, body: 'alive' });
    }
    expect(proxy.usage()[0]).toMatchObject({ requests: 4, failures: 0 });
  });

  it('are sent again on a new connection when a kept one is closed under them, if that does no harm', async () => {
    const proxy = await startProxy();
    const seen: string[] = [];
    const known = new Set<Socket>();
    // Closes every connection at its second request, unread: what a server does whose idle timeout ran out just then.
    const instance = await startInstance((incoming, response) => {
      seen.push(`${incoming.method}`);
      if (known.has(incoming.socket)) incoming.socket.destroy();
      else incoming.resume().on('end', () => response.end('ok'));
      known.add(incoming.socket);
    });
    await route(proxy, 'app.localhost', instance);
    for (let i = 0; i < 6; i += 1) {
      expect(await send(proxy.address.port, 'app.localhost')).toMatchObject({ status: 200, body: 'ok' });
    }
    seen.length = 0;
    // A POST that may have been read is never sent a second time, with a body or without.
    for (const body of ['', '', 'once', 'once']) {
      await send(proxy.address.port, 'app.localhost', { method: 'POST', body });
    }
    expect(seen).toEqual(['POST', 'POST', 'POST', 'POST']);
  });

  it('are not sent again to an instance that dies of them', async () => {
    const proxy = await startProxy();
    let deaths = 0;
    const deadly = () =>
      startInstance((incoming) => {
        deaths += 1;
        incoming.socket.destroy();
      });
    await route(proxy, 'app.localhost', await deadly(), await deadly());
    expect((await send(proxy.address.port, 'app.localhost')).status).toBe(502);
    expect(deaths).toBe(1);
  });
});

describe('ten redeployments under load', () => {
  const SWITCHES = 10;

  it('lose no request, and close nothing of a neighbour', async () => {
    const proxy = await startProxy();
    const { port } = proxy.address;
    const neighbour = await startNeighbour();
    await route(proxy, 'neighbour.localhost', neighbour);
    const streams = await openStreams(port);
    let current = await named('v0');
    await route(proxy, 'app.localhost', { port: current.port, id: 'v0' });
    const load = startLoad(port);
    for (let version = 1; version <= SWITCHES; version += 1) {
      const next = await named(`v${version}`);
      await load.answered(50);
      await route(proxy, 'app.localhost', { port: next.port, id: `v${version}` });
      expect(await proxy.drainTarget('app.localhost', `v${version - 1}`, 60_000)).toBe(true);
      await current.stop();
      current = next;
    }
    await load.answered(50);
    const { replies, failures } = await load.stop();
    expect(failures).toEqual([]);
    expect(replies).toBeGreaterThan(SWITCHES * 50);
    expect(streams.closed()).toBe(0);
    neighbour.emit('still here');
    await until(() => streams.heard('still here') === 10, 'all of the neighbour hears the last event');
  });

  interface Neighbour extends Instance {
    emit(text: string): void;
  }

  async function startNeighbour(): Promise<Neighbour> {
    const events = new Set<(text: string) => void>();
    const instance = await startInstance((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.flushHeaders();
      events.add((text) => response.write(`data: ${text}\n\n`));
    });
    const sockets = new WebSocketServer({ server: instance.server });
    sockets.on('connection', (socket) => events.add((text) => socket.send(text)));
    onTestFinished(() => {
      for (const client of sockets.clients) client.terminate();
    });
    return {
      ...instance,
      emit: (text) => {
        for (const send of events) send(text);
      },
    };
  }

  /** Five WebSockets and five event streams of the neighbour. */
  async function openStreams(port: number): Promise<{ closed: () => number; heard: (text: string) => number }> {
    let closed = 0;
    const received: string[] = [];
    for (let i = 0; i < 5; i += 1) {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { headers: { host: 'neighbour.localhost' } });
      socket.on('message', (data: Buffer) => received.push(String(data)));
      socket.on('close', () => {
        closed += 1;
      });
      onTestFinished(() => socket.terminate());
      await once(socket, 'open');
      const stream = rawConnection(port);
      stream.write('GET / HTTP/1.1\r\nHost: neighbour.localhost\r\n\r\n');
      stream.on('data', (data: string) => received.push(data));
      stream.on('close', () => {
        closed += 1;
      });
      await until(() => stream.received().includes('event-stream'), 'the stream');
    }
    return { closed: () => closed, heard: (text) => received.filter((each) => each.includes(text)).length };
  }

  /** About 300 requests a second on connections that are kept, GET and POST. */
  function startLoad(port: number) {
    const agent = new Agent({ keepAlive: true });
    const failures: string[] = [];
    let replies = 0;
    const end = new AbortController();
    const one = async (n: number): Promise<void> => {
      const method = n % 4 === 0 ? 'POST' : 'GET';
      const outgoing = request({ host: '127.0.0.1', port, agent, method, headers: { host: 'app.localhost' } });
      outgoing.end(method === 'POST' ? 'some content' : undefined);
      const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
      const body = await text(incoming);
      if (incoming.statusCode !== 200 || !/^v\d+$/.test(body))
        failures.push(`${method} ${incoming.statusCode} ${body}`);
      replies += 1;
    };
    const worker = async (): Promise<void> => {
      for (let n = 0; !end.signal.aborted; n += 1) {
        await one(n).catch((error: unknown) => failures.push(String(error)));
        await sleep(20);
      }
    };
    const workers = Array.from({ length: 8 }, worker);
    return {
      answered: async (more: number): Promise<void> => {
        const goal = replies + more;
        await until(() => replies >= goal, `${more} more replies`);
      },
      stop: async () => {
        end.abort();
        await Promise.all(workers);
        agent.destroy();
        return { replies, failures };
      },
    };
  }
});
