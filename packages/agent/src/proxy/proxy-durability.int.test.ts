import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  quietLogger,
  rawConnection,
  route,
  send,
  startInstance,
  startProxy,
  temporaryFolder,
  until,
} from '../../test/support/proxy-bed.ts';
import { createProxy } from './proxy.ts';

const spec = (port: number) => ({ owner: 'owner', targets: [{ id: 't0', address: '127.0.0.1', port }] });

describe('routes outlive the proxy', () => {
  it('10,000 of them, changed and removed ones too', async () => {
    const stateFile = join(await temporaryFolder(), 'state', 'routes');
    const first = await createProxy({ stateFile, host: '127.0.0.1', port: 0, logger: quietLogger });
    const hosts = Array.from({ length: 10_000 }, (_, i) => `h${i}.localhost`);
    await Promise.all(hosts.map((host, i) => first.putRoute(host, spec(1 + (i % 60_000)))));
    await first.putRoute('h0.localhost', spec(4321));
    await first.removeRoute('h1.localhost');
    const before = first.listRoutes();
    await first.close(0);
    const second = await startProxy({ stateFile });
    expect(second.listRoutes()).toEqual(before);
    expect(second.listRoutes()).toHaveLength(9999);
    expect(second.getRoute('h0.localhost')?.targets[0]?.port).toBe(4321);
    expect(second.getRoute('h1.localhost')).toBeUndefined();
  });

  it('in a file that does not grow with every change', async () => {
    const stateFile = join(await temporaryFolder(), 'routes');
    const proxy = await startProxy({ stateFile });
    for (let i = 0; i < 50; i += 1) {
      await Promise.all(Array.from({ length: 500 }, (_, n) => proxy.putRoute('app.localhost', spec(1 + i + n))));
    }
    expect((await stat(stateFile)).size).toBeLessThan(25_000 * 40);
    await proxy.close(0);
    expect((await startProxy({ stateFile })).getRoute('app.localhost')?.targets[0]?.port).toBe(549);
  });

  it('every one that was confirmed, when the process is killed', async () => {
    const stateFile = join(await temporaryFolder(), 'routes');
    const instance = await startInstance((_, response) => response.end('there'));
    const confirmed = new Set<string>();
    for (let life = 0; life < 3; life += 1) {
      const script = join(import.meta.dirname, '../../test/support/proxy-process.ts');
      const child = spawn(process.execPath, [script, stateFile], { stdio: ['pipe', 'pipe', 'inherit'] });
      onTestFinished(() => {
        child.kill('SIGKILL');
      });
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      const port = Number((await lines.next()).value);
      for (const host of confirmed) {
        expect((await send(port, host)).body, `${host} in life ${life}`).toBe('there');
      }
      const puts = Array.from({ length: 400 }, (_, i) => `put l${life}n${i}.localhost ${instance.port}\n`);
      child.stdin.on('error', () => {});
      child.stdin.write(puts.join(''));
      // Killed while most are still on their way.
      for (let i = 0; i < 100; i += 1) confirmed.add(String((await lines.next()).value).slice('done '.length));
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      for await (const late of { [Symbol.asyncIterator]: () => lines }) confirmed.add(late.slice('done '.length));
      await exited;
    }
    const proxy = await startProxy({ stateFile });
    for (const host of confirmed) expect(proxy.getRoute(host)?.targets[0]?.port).toBe(instance.port);
    expect(confirmed.size).toBeGreaterThanOrEqual(300);
  });

  it('but for a line that was torn by the crash, which harms no other', async () => {
    const stateFile = join(await temporaryFolder(), 'routes');
    const first = await createProxy({ stateFile, host: '127.0.0.1', port: 0, logger: quietLogger });
    await first.putRoute('one.localhost', spec(1));
    await first.close(0);
    await appendFile(stateFile, '{"host":"two.localhost","route":{"owner":"ow');
    const second = await createProxy({ stateFile, host: '127.0.0.1', port: 0, logger: quietLogger });
    await second.putRoute('three.localhost', spec(3));
    await second.close(0);
    const third = await startProxy({ stateFile });
    expect(third.listRoutes().map(({ host }) => host)).toEqual(['one.localhost', 'three.localhost']);
  });

  it('and says how many lines of a damaged file it left out', async () => {
    const stateFile = join(await temporaryFolder(), 'routes');
    const line = (host: string) => JSON.stringify({ host, route: spec(1) });
    await writeFile(
      stateFile,
      `{"format":"davit-routes","version":1}\n${line('one.localhost')}\n\0\0\0\n${line('two.localhost')}\n`,
    );
    const errors: object[] = [];
    const proxy = await startProxy({ stateFile, logger: { ...quietLogger, error: (fields) => errors.push(fields) } });
    expect(errors).toMatchObject([{ unreadable: 1 }]);
    expect(proxy.listRoutes()).toHaveLength(2);
  });

  it('unless a newer davit wrote them: then nothing is touched', async () => {
    const stateFile = join(await temporaryFolder(), 'routes');
    const content = '{"format":"davit-routes","version":2}\n{"something":"else"}\n';
    await writeFile(stateFile, content);
    await expect(startProxy({ stateFile })).rejects.toThrow('newer davit');
    expect(await readFile(stateFile, 'utf8')).toBe(content);
  });
});

describe('a change that cannot be made durable', () => {
  it('fails and changes nothing; the next one works again', async () => {
    const stateFile = join(await temporaryFolder(), 'routes');
    const first = await createProxy({ stateFile, host: '127.0.0.1', port: 0, logger: quietLogger });
    await first.close(0);
    await rm(stateFile);
    // A device that is always full stands in for the disk; rewriting the table replaces the link by a file.
    const proxy = await startProxy({ stateFile });
    await proxy.putRoute('one.localhost', spec(1));
    await symlink('/dev/full', `${stateFile}.tmp`);
    const puts = Array.from({ length: 6000 }, (_, i) => proxy.putRoute('one.localhost', spec(2 + i)));
    await Promise.allSettled(puts);
    await expect(proxy.putRoute('one.localhost', spec(9999))).rejects.toThrow('ENOSPC');
    expect(proxy.getRoute('one.localhost')?.targets[0]?.port).not.toBe(9999);
    await rm(`${stateFile}.tmp`);
    await proxy.putRoute('two.localhost', spec(2));
    const kept = proxy.listRoutes();
    await proxy.close(0);
    expect((await startProxy({ stateFile })).listRoutes()).toEqual(kept);
  });

  it.each(['', 'a b', 'user@host', 'host/path', '1.2.3.4:5', '[::1', 'a\nb'])(
    'is refused for a target at "%s"',
    async (address) => {
      const proxy = await startProxy();
      const put = proxy.putRoute('app.localhost', { owner: 'owner', targets: [{ id: 't0', address, port: 1 }] });
      await expect(put).rejects.toMatchObject({ code: 'AGENT_BAD_REQUEST' });
      expect(proxy.listRoutes()).toEqual([]);
    },
  );

  it.each(['', 'a b', '<script>', 'a/b', '..', 'a'.repeat(300)])('is refused for the host "%s"', async (host) => {
    const proxy = await startProxy();
    await expect(proxy.putRoute(host, spec(1))).rejects.toMatchObject({ code: 'AGENT_BAD_REQUEST' });
    expect(proxy.listRoutes()).toEqual([]);
  });
});

describe('closing', () => {
  it('accepts no more, and lets an open request finish', async () => {
    const proxy = await startProxy();
    const answers: (() => void)[] = [];
    const instance = await startInstance((_, response) => {
      answers.push(() => response.end('finished'));
    });
    await route(proxy, 'app.localhost', instance);
    const pending = send(proxy.address.port, 'app.localhost');
    await until(() => answers.length === 1, 'an open request');
    const closed = proxy.close(60_000);
    await expect(send(proxy.address.port, 'app.localhost')).rejects.toThrow('ECONNREFUSED');
    for (const answer of answers) answer();
    expect((await pending).body).toBe('finished');
    await closed;
  });

  it('cuts what is still open at the deadline', async () => {
    const proxy = await startProxy();
    await route(proxy, 'app.localhost', await startInstance(() => {}));
    const client = rawConnection(proxy.address.port);
    client.write('GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n');
    await until(() => proxy.getRoute('app.localhost')?.active['t0'] === 1, 'an open request');
    await Promise.all([once(client, 'close'), proxy.close(50)]);
    await expect(proxy.putRoute('app.localhost', spec(1))).rejects.toThrow('closed');
  });

  it('fails to start on a port that is taken, without holding the state file', async () => {
    const proxy = await startProxy();
    await expect(startProxy({ port: proxy.address.port })).rejects.toThrow('EADDRINUSE');
  });
});
