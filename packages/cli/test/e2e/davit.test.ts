import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { visit } from '../../../server/test/support/visit.ts';
import { createDavitCommand, type DavitCommand } from './davit-command.ts';

const examples = fileURLToPath(new URL('../../../../examples/', import.meta.url));

describe('the davit command, from nothing to a service that is taken back', () => {
  let davit: DavitCommand;
  let work: string;
  let app: string;
  let url: string;

  beforeAll(async () => {
    davit = await createDavitCommand();
    work = await mkdtemp(join(tmpdir(), 'davit-work-'));
    app = join(work, 'hello');
    await cp(join(examples, 'hello-node'), app, { recursive: true });
  });
  afterAll(async () => {
    await davit[Symbol.asyncDispose]();
    await rm(work, { recursive: true, force: true });
  });

  it('up sets everything up, deploys the folder and prints its address last', async () => {
    const { code, stdout } = await davit.run(work, 'up', 'hello');
    expect(code).toBe(0);
    url = stdout.trim().split('\n').at(-1) ?? '';
    expect(url).toMatch(/^http:\/\/hello\.localhost:\d+$/);
    expect((await visit(url)).body).toContain('Hello from davit');
  });

  it('up again goes to the deployment at once', async () => {
    await writeFile(
      join(app, 'server.js'),
      `require('node:http').createServer((q, r) => r.end(process.env.GREETING ?? 'second')).listen(process.env.PORT, () => console.log('second is up'))`,
    );
    await writeFile(join(app, 'package.json'), '{"scripts":{"start":"node server.js"}}');
    const { stdout, stderr } = await davit.run(app, 'up');
    expect(stdout.trim().split('\n').at(-1)).toBe(url);
    expect(stdout + stderr).not.toContain('starting davit');
    expect((await visit(url)).body).toBe('second');
  });

  it('status and ps tell what runs, for people and for programs', async () => {
    expect(await davit.done(app, 'status')).toMatch(/isolation: (sandbox|user|none)[^]*active/);
    const instances = JSON.parse(await davit.done(app, 'ps', '--json')) as { state: string; process: string }[];
    expect(instances).toMatchObject([{ state: 'running', process: 'web' }]);
  });

  it('a variable reaches the service with the next deployment', async () => {
    const { stdout, stderr } = await davit.run(app, 'env', 'set', 'GREETING=good morning $HOME "you"');
    expect(stdout + stderr).toContain('davit deploy');
    expect((await visit(url)).body).toBe('second');
    await davit.done(app, 'deploy');
    expect((await visit(url)).body).toBe('good morning $HOME "you"');
    expect(await davit.done(app, 'env', 'list')).toContain('GREETING');
    expect(await davit.done(app, 'run', '--', 'node', '-p', 'process.env.GREETING')).toBe('good morning $HOME "you"\n');
  });

  it('logs are those of all its instances; a failing deployment says why and leaves what serves alone', async () => {
    expect(await davit.done(app, 'logs', '--search', 'SECOND')).toContain('second is up');
    const good = await readFile(join(app, 'server.js'), 'utf8');
    await writeFile(join(app, 'server.js'), `throw new Error('no such moon')`);
    const failing = await davit.run(app, 'deploy');
    expect(failing.code).toBe(1);
    expect(failing.stdout + failing.stderr).toMatch(/ended before the service answered[^]*/);
    expect(failing.stdout + failing.stderr).toContain('no such moon');
    const detached = await davit.run(app, 'deploy', '--detach');
    const [, id = ''] = /Follow it with `davit logs --build -f --deployment (dep_\w+)`/.exec(detached.stderr) ?? [];
    const followed = await davit.run(app, 'logs', '--build', '-f', '--deployment', id);
    expect(followed).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^error: .*ended before the service .*\nhint: /m),
    });
    expect((await visit(url)).body).toBe('good morning $HOME "you"');
    await writeFile(join(app, 'server.js'), good);
  });

  it('rollback brings the release before back, with the variables it had', async () => {
    const { stderr } = await davit.run(app, 'rollback', '--detach');
    const [, id = ''] = /--deployment (dep_\w+)/.exec(stderr) ?? [];
    const followed = await davit.run(app, 'logs', '--build', '-f', '--deployment', id);
    expect(followed).toMatchObject({ code: 0, stderr: expect.stringMatching(/ is live \(deployment \d+ in .*\)\n$/) });
    expect((await visit(url)).body).toBe('second');
  });

  it('plan says how a folder would be built, without a server', async () => {
    expect(await davit.done(join(examples, 'vite-spa'), 'plan')).toMatch(/vite/i);
  });

  it('the exit code tells what went wrong', async () => {
    expect((await davit.run(work, 'nonsense')).code).toBe(2);
    expect((await davit.run(app, 'ps', '--service', 'nobody/nothing')).code).toBe(4);
    const elsewhere = await createDavitCommand();
    const { code, stderr } = await elsewhere.run(work, 'ps');
    expect(code).not.toBe(0);
    expect(stderr).toContain('davit up');
    await elsewhere[Symbol.asyncDispose]();
  });

  it('down stops everything; up brings it back with its data', async () => {
    await davit.done(app, 'down');
    await expect(visit(url)).rejects.toThrow();
    const { stdout } = await davit.run(app, 'up');
    const again = stdout.trim().split('\n').at(-1) ?? '';
    expect((await visit(again)).body).toBe('good morning $HOME "you"');
  });

  it('deploys other examples beside it, each at its own address', async () => {
    for (const [name, expected] of [
      ['static-site', /<html/i],
      ['procfile', /./],
    ] as const) {
      const { stdout } = await davit.run(work, 'up', join(examples, name));
      expect((await visit(stdout.trim().split('\n').at(-1) ?? '')).body).toMatch(expected);
    }
  });
});
