import { access, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DockerEngine, startDockerEngine } from '../../../server/test/support/docker-engine.ts';
import { visit } from '../../../server/test/support/visit.ts';
import { waitUntil } from '../../../server/test/support/wait-until.ts';
import { createDavitCommand, type DavitCommand } from './davit-command.ts';

// `davit down` where services are containers, which need neither davit nor its agent to go on.

const program = `
require('node:http').createServer((q, r) => r.end('served')).listen(process.env.PORT, () => console.log('begins'));
const { existsSync } = require('node:fs');
process.on('SIGTERM', () => {
  console.log('says goodbye');
  setInterval(() => (existsSync('/tmp/wait') && !existsSync('/tmp/go')) || process.exit(0), 50);
});
`;

let engine: DockerEngine;
let davit: DavitCommand;
let app: string;

/** Those of this installation that run. */
async function running(label = 'davit.installation'): Promise<string[]> {
  const text = await engine.docker('ps', '-q', '--filter', `label=${label}`);
  return text.split('\n').filter(Boolean);
}

async function up(): Promise<void> {
  const stdout = await davit.done(app, 'up');
  expect((await visit(stdout.trim().split('\n').at(-1) ?? '')).body).toBe('served');
}

beforeAll(async () => {
  engine = await startDockerEngine();
  davit = await createDavitCommand({ RUNTIME: 'docker', DOCKER_HOST: engine.host });
  app = join(await mkdtemp(join(tmpdir(), 'davit-work-')), 'app');
  await mkdir(app);
  await writeFile(join(app, 'main.cjs'), program);
  const lines = ['FROM node:24-slim', 'COPY main.cjs .', 'USER 1000', 'CMD ["node", "main.cjs"]'];
  await writeFile(join(app, 'Dockerfile'), `${lines.join('\n')}\n`);
});
afterAll(async () => {
  engine?.thaw();
  await davit?.[Symbol.asyncDispose]();
  await engine?.[Symbol.asyncDispose]();
  await rm(join(app, '..'), { recursive: true, force: true });
});

test('containers end, commands among them, each with the time it has for it; the next start runs services again', async () => {
  await up();
  await davit.done(app, 'service', 'settings', 'releaseCommand=test "$QUICK" = yes || sleep 1000');
  await davit.done(app, 'deploy', '--detach');
  await waitUntil('the command runs', async () => (await running('davit.command')).length === 1);
  const [id = ''] = await running('davit.instance');
  await davit.done(app, 'env', 'set', 'QUICK=yes');
  await engine.docker('exec', id, 'touch', '/tmp/wait');
  const { stdout, stderr } = await davit.run(app, 'down');
  expect([stdout, stderr]).toEqual([
    expect.stringContaining('davit is stopped (1 instance)'),
    expect.stringContaining('services are still ending: each has the time that its settings give it'),
  ]);
  expect(await running()).toEqual([]);

  await up();
  expect(await running('davit.instance')).toHaveLength(1);
  expect(await running('davit.command')).toEqual([]);
  const log = await davit.done(app, 'logs');
  expect(log).toContain('says goodbye');
  expect(log).not.toContain('stopped by hand');
});

/** Ends davit as a crash of the machine's user session does: nobody is told. */
async function killDavit(...names: ('server' | 'agent')[]): Promise<void> {
  for (const name of names) {
    const file = name === 'server' ? join(davit.dataDir, 'server.json') : join(davit.dataDir, 'agent', 'agent.pid');
    const { pid } = JSON.parse(await readFile(file, 'utf8')) as { pid: number };
    process.kill(pid, 'SIGKILL');
    await waitUntil(
      `the ${name} is gone`,
      async () =>
        !(await access(`/proc/${pid}`).then(
          () => true,
          () => false,
        )),
    );
  }
}

test('where davit and its agent have died, what they left running ends all the same', async () => {
  await up();
  await killDavit('server', 'agent');
  expect(await running('davit.instance')).toHaveLength(1);
  expect(await davit.done(app, 'down')).toContain('davit is stopped (1 instance)');
  expect(await running()).toEqual([]);
  expect(await davit.done(app, 'down')).toContain('davit was not running here');
  await up();
  expect(await running('davit.instance')).toHaveLength(1);
});

test('an agent that is killed while it ends a container leaves none that counts as stopped by somebody else', async () => {
  await up();
  const [id = ''] = await running('davit.instance');
  await engine.docker('exec', id, 'touch', '/tmp/wait');
  const goodbyes = async () => (await engine.docker('logs', id)).split('says goodbye').length;
  const before = await goodbyes();
  const ended = davit.run(app, 'down');
  await waitUntil('its container is told to end', async () => (await goodbyes()) > before);
  await killDavit('agent');
  expect((await ended).code).toBe(1);
  // Where the engine has not lost patience with it meanwhile.
  await engine.docker('exec', id, 'touch', '/tmp/go').catch(() => '');
  await waitUntil('it has ended', async () => (await running()).length === 0);
  expect(await engine.docker('ps', '-aq', '--filter', 'label=davit.instance')).toBe(`${id}\n`);

  await up();
  const after = await running('davit.instance');
  expect(after).toHaveLength(1);
  expect(after).not.toEqual([id]);
  expect(await engine.docker('ps', '-aq', '--filter', 'label=davit.instance')).toBe(`${after[0]}\n`);
  expect(await davit.done(app, 'logs')).not.toContain('stopped by hand');
});

test('an engine that hangs is told, with what to do; all else ends', async () => {
  const label = `davit.installation=${JSON.parse(await readFile(join(davit.dataDir, 'agent', 'state-id'), 'utf8'))}`;
  await engine.freeze();
  const ended = await davit.run(app, 'down');
  engine.thaw();
  expect(ended).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^error: Containers of davit could not be ended, and may run on: .* it hangs\./m),
  });
  expect(ended.stderr).toContain(`--filter label=${label})`);
  expect(await davit.done(app, 'down')).toContain('davit was not running here');
  expect(await running()).toHaveLength(1);

  await up();
  expect(await davit.done(app, 'down')).toContain('davit is stopped (1 instance)');
  expect(await running()).toEqual([]);
});
