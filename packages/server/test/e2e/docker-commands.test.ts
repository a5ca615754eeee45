import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runDavit } from '../../../cli/test/support/run-davit.ts';
import { typeDavit } from '../../../cli/test/support/type-davit.ts';
import { deployFiles, startDeployment } from '../support/deploy-files.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { sharedDocker } from '../support/shared-docker.ts';
import { visit } from '../support/visit.ts';
import { waitUntil } from '../support/wait-until.ts';

// Commands beside what serves, where services are images: before a release, by a schedule, and once by hand.

let docker: Awaited<ReturnType<typeof sharedDocker>>;
let platform: Platform;
let projectId: string;

beforeAll(async () => {
  docker = await sharedDocker();
  platform = await startPlatform({
    environment: { RUNTIME: 'auto', DOCKER_HOST: docker.host, BASE_IMAGES: 'node-build=node:24-slim' },
  });
  projectId = (await platform.api.createProject('commands')).id;
});
afterAll(() => platform?.[Symbol.asyncDispose]());

const app = (version: string, command = '["node", "/srv/server.js"]') => ({
  Dockerfile: `FROM node:24-slim\nENV OF_IMAGE="${version}"\nCOPY server.js /srv/\nUSER 1234\nCMD ${command}\n`,
  'server.js':
    'require("node:http").createServer((_, answer) => answer.end(process.env.OF_IMAGE)).listen(process.env.PORT);',
});

const commandsOf = async (serviceId: string) =>
  (await docker.docker('ps', '-aq', '--filter', 'label=davit.command', '--filter', `label=davit.service=${serviceId}`))
    .split('\n')
    .filter(Boolean);

interface RunItem {
  id: string;
  state: string;
  reason: string | null;
}

async function scheduledRuns(serviceId: string): Promise<RunItem[]> {
  const path = `/v1/runs?kind=cron.run&subject=${encodeURIComponent(`${serviceId}:cron`)}`;
  return (await platform.api.done<{ items: RunItem[] }>('GET', path)).items;
}

test('a release command runs in the new image, among its neighbours, before it serves; one that fails changes nothing', async () => {
  const { api } = platform;
  const neighbour = await api.createService(projectId, { name: 'neighbour' });
  expect(await deployFiles(api, neighbour.id, app('next door'))).toMatchObject({ status: 'active' });
  const ask = `node -e "fetch('http://neighbour:8080').then((answer) => answer.text()).then(console.log)"`;
  const releaseCommand = `echo "migrate $DATABASE by $OF_IMAGE as $(id -u) ($DAVIT_PROCESS)" && ${ask}`;
  const shop = await api.createService(projectId, { name: 'shop', settings: { releaseCommand } });
  await api.done('POST', `/v1/services/${shop.id}/env`, { name: 'DATABASE', value: 'books' });
  const first = await deployFiles(api, shop.id, app('one'));
  const output = await api.outputOf(first.runId);
  expect(first, output.join('\n')).toMatchObject({ status: 'active' });
  expect(output.filter((line) => line === 'migrate books by one as 1234 (release)')).toHaveLength(1);
  expect(output).toContain('next door');
  expect(output.join('\n')).not.toContain('plain processes');
  expect(await commandsOf(shop.id)).toEqual([]);

  await api.done('PATCH', `/v1/services/${shop.id}`, { settings: { releaseCommand: 'echo no table; exit 3' } });
  const second = await deployFiles(api, shop.id, app('two'));
  expect(second).toMatchObject({
    status: 'failed',
    errorCode: 'RELEASE_COMMAND_FAILED',
    reason: expect.stringContaining('exit code 3'),
  });
  expect(await api.outputOf(second.runId)).toContain('no table');
  expect((await visit(shop.url)).body).toBe('one');
  expect(await commandsOf(shop.id)).toEqual([]);
});

test('a release command goes on while the server is killed: it runs once, and each of its lines is stored once', async () => {
  const { api } = platform;
  const releaseCommand =
    'echo "begun $(od -An -N8 -tx8 /dev/urandom)"; for i in 1 2 3 4 5 6; do sleep 1; echo "line $i"; done';
  const service = await api.createService(projectId, { name: 'survivor', settings: { releaseCommand } });
  const { id, runId } = await startDeployment(api, service.id, app('one'));
  await waitUntil('the command began', async () => (await api.outputOf(runId)).includes('line 1'));
  await platform.kill();
  await platform.start();
  const deployment = await api.settled(id);
  const output = await api.outputOf(runId);
  expect(deployment, output.join('\n')).toMatchObject({ status: 'active' });
  expect(output.filter((line) => line.startsWith('begun'))).toHaveLength(1);
  expect(output.filter((line) => line.startsWith('line '))).toEqual([1, 2, 3, 4, 5, 6].map((i) => `line ${i}`));
  expect(await commandsOf(service.id)).toEqual([]);
});

test('a release command that is canceled is ended, and its container is gone', async () => {
  const { api } = platform;
  const service = await api.createService(projectId, {
    name: 'canceled',
    settings: { releaseCommand: 'trap "echo asked to end; exit 0" TERM; echo begun; while :; do sleep 0.1; done' },
  });
  const { id, runId } = await startDeployment(api, service.id, app('one'));
  await waitUntil('the command began', async () => (await api.outputOf(runId)).includes('begun'));
  await api.done('POST', `/v1/deployments/${id}/cancel`);
  expect(await api.settled(id)).toMatchObject({ status: 'canceled' });
  expect(await commandsOf(service.id)).toEqual([]);
});

test('a scheduled command runs in the image of the active release, and leaves no container', async () => {
  const { api } = platform;
  const service = await api.createService(projectId, {
    name: 'nightly',
    kind: 'cron',
    settings: { schedule: '* * * * * *', memoryMb: 64 },
  });
  await api.done('POST', `/v1/services/${service.id}/env`, { name: 'REPORT', value: 'sales' });
  const print = '["node", "-e", "console.log(process.env.REPORT, process.env.OF_IMAGE, process.getuid())"]';
  expect(await deployFiles(api, service.id, app('image', print))).toMatchObject({ status: 'active' });
  const done = await waitUntil('a scheduled run', async () =>
    (await scheduledRuns(service.id)).find(({ state }) => state === 'succeeded' || state === 'failed'),
  );
  expect(done).toMatchObject({ state: 'succeeded' });
  expect(await api.outputOf(done.id)).toContain('sales image 1234');

  const greedy = '["sh", "-c", "x=x; while :; do x=$x$x; done"]';
  expect(await deployFiles(api, service.id, app('greedy', greedy))).toMatchObject({ status: 'active' });
  const failed = await waitUntil('a run that failed', async () =>
    (await scheduledRuns(service.id)).find(({ state }) => state === 'failed'),
  );
  expect(failed.reason).toContain('more than its memory limit of 64 MiB');

  const { runId } = await api.done<{ runId: string }>('DELETE', `/v1/services/${service.id}`);
  expect(await api.runEnded(runId)).toMatchObject({ state: 'succeeded' });
  await waitUntil('its containers to be gone', async () => (await commandsOf(service.id)).length === 0);
});

interface CommandView {
  runId: string;
  state: string;
  reason: string | null;
  exitCode: number | null;
}

const ask = (serviceId: string, command: string[], more: object = {}) =>
  platform.api.done<CommandView>('POST', `/v1/services/${serviceId}/commands`, { command, ...more });

const commandEnded = (serviceId: string, runId: string) =>
  waitUntil('the command to end', async () => {
    const path = `/v1/services/${serviceId}/commands/${runId}`;
    const view = await platform.api.done<CommandView>('GET', path).catch(() => undefined);
    return view !== undefined && !['queued', 'running'].includes(view.state) && view;
  });

test('a person runs a command once in a fresh container of the active release, and is told its exit code', async () => {
  const { api } = platform;
  const service = await api.createService(projectId, { name: 'console' });
  const never = await api.call('POST', `/v1/services/${service.id}/commands`, { command: ['true'] });
  expect(never).toMatchObject({ status: 409, body: { code: 'SERVICE_NEVER_DEPLOYED' } });
  for (const command of [[], [''], ['a\0b'], 'ls']) {
    expect((await api.call('POST', `/v1/services/${service.id}/commands`, { command })).status).toBe(400);
  }
  await api.done('POST', `/v1/services/${service.id}/env`, { name: 'TOKEN', value: 'a-l0ng-secret-value' });
  expect(await deployFiles(api, service.id, app('one'))).toMatchObject({ status: 'active' });

  const script =
    'echo "$OF_IMAGE $DAVIT_PROCESS $(id -u) $1"; echo "$TOKEN" | tr -d "\\n" | wc -c; echo "$TOKEN"; exit 7';
  const { runId } = await ask(service.id, ['sh', '-c', script, 'sh', '$HOME; "quoted"']);
  expect(await commandEnded(service.id, runId)).toMatchObject({
    state: 'failed',
    exitCode: 7,
    reason: expect.stringContaining('exit code 7'),
  });
  const output = await api.outputOf(runId);
  expect(output).toContain('one command 1234 $HOME; "quoted"');
  expect(output).toContain('19');
  expect(output.slice(1)).not.toContain('a-l0ng-secret-value');
  expect(await commandsOf(service.id)).toEqual([]);

  const fine = await ask(service.id, ['true']);
  expect(await commandEnded(service.id, fine.runId)).toMatchObject({ state: 'succeeded', exitCode: 0 });
  const killed = await ask(service.id, ['sh', '-c', 'kill -TERM $$']);
  expect(await commandEnded(service.id, killed.runId)).toMatchObject({ state: 'failed', exitCode: 143 });
});

test('commands of people go on at once beside each other and a deployment, and end with their service', async () => {
  const { api } = platform;
  const service = await api.createService(projectId, { name: 'busy' });
  expect(await deployFiles(api, service.id, app('one'))).toMatchObject({ status: 'active' });
  const long = await ask(service.id, ['sh', '-c', 'echo begun; sleep 600']);
  await waitUntil('it began', async () => (await api.outputOf(long.runId)).includes('begun'));
  const short = await ask(service.id, ['echo', 'meanwhile']);
  expect(await commandEnded(service.id, short.runId)).toMatchObject({ state: 'succeeded' });
  expect(await deployFiles(api, service.id, app('two'))).toMatchObject({ status: 'active' });
  expect(await commandsOf(service.id)).toHaveLength(1);
  const { runId } = await api.done<{ runId: string }>('DELETE', `/v1/services/${service.id}`);
  expect(await api.runEnded(runId)).toMatchObject({ state: 'succeeded' });
  expect(await api.runEnded(long.runId)).toMatchObject({ state: 'canceled' });
  await waitUntil('its container to be gone', async () => (await commandsOf(service.id)).length === 0);
});

test('a command whose run is over, which nobody removed, is removed by the reconciler; a foreign one is not', async () => {
  const { api } = platform;
  const service = await api.createService(projectId, { name: 'leftover' });
  expect(await deployFiles(api, service.id, app('one'))).toMatchObject({ status: 'active' });
  const installation = (
    await docker.docker(
      'inspect',
      '-f',
      '{{index .Config.Labels "davit.installation"}}',
      (await docker.docker('ps', '-q', '--filter', `label=davit.service=${service.id}`)).trim(),
    )
  ).trim();
  const leave = async (own: string, command: string) => {
    const labels = { installation: own, command, run: 'run_of_nobody', service: service.id };
    const argv = Object.entries(labels).flatMap(([name, value]) => ['--label', `davit.${name}=${value}`]);
    const name = `davit-${own.slice(0, 8)}-command-${command}`;
    return (await docker.docker('run', '-d', '--name', name, ...argv, 'debian:12', 'sleep', '600')).trim();
  };
  const foreign = await leave('of-another-davit', 'left');
  await leave(installation, 'left');
  // What happens to an instance wakes the reconciler; else it looks twice a minute.
  await docker.docker(
    'kill',
    (
      await docker.docker(
        'ps',
        '-q',
        '--filter',
        `label=davit.service=${service.id}`,
        '--filter',
        'label=davit.instance',
      )
    ).trim(),
  );
  const left = await waitUntil('its own to be removed', async () => {
    const ids = await commandsOf(service.id);
    return ids.length < 2 && ids;
  });
  expect(left).toEqual([foreign.slice(0, 12)]);
  await docker.docker('rm', '-f', foreign);
});

test('`davit exec` opens a shell in a container, and runs a command there with what is piped into it', async () => {
  const { api, url } = platform;
  const shop = await api.createService(projectId, { name: 'looked-into' });
  await api.done('POST', `/v1/services/${shop.id}/env`, { name: 'DATABASE', value: 'books' });
  expect(await deployFiles(api, shop.id, app('inside'))).toMatchObject({ status: 'active' });
  const home = { HOME: process.env['HOME'] ?? '', XDG_CONFIG_HOME: tmpdir(), NO_COLOR: '1' };
  const env = { ...home, DAVIT_URL: url, DAVIT_TOKEN: api.token ?? '' };

  const script = 'cat; echo "$OF_IMAGE, $DATABASE, $(id -u)"; ls /srv; echo wrong >&2; exit 7';
  const words = ['exec', '-s', shop.id, '--', 'sh', '-c', script];
  expect(await runDavit(words, { cwd: tmpdir(), env, input: 'piped\n' })).toEqual({
    code: 7,
    stdout: 'piped\ninside, books, 1234\nserver.js\n',
    stderr: 'wrong\n',
  });
  const missing = await runDavit(['exec', '-s', shop.id, '--', 'davit-no-such-program'], { cwd: tmpdir(), env });
  expect([126, 127]).toContain(missing.code);
  expect(`${missing.stdout}${missing.stderr}`).toContain('davit-no-such-program');

  const shell = typeDavit(['exec', '-s', shop.id], { env, cols: 91, rows: 33 });
  await shell.shows('A shell in web.0 of looked-into');
  shell.type('echo "<$OF_IMAGE" "$DATABASE>"; stty size; exit 9\n');
  await shell.shows('<inside books>');
  await shell.shows('33 91');
  expect(await shell.ended).toBe(9);
});
