import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ServiceView } from '../support/api-caller.ts';
import { deployFiles, nodeServer, startDeployment } from '../support/deploy-files.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { visit } from '../support/visit.ts';
import { waitUntil } from '../support/wait-until.ts';

// Variables reach the process byte for byte, and reach nobody else.

let platform: Platform;
let projectId: string;

beforeAll(async () => {
  platform = await startPlatform();
  projectId = (await platform.api.createProject('variables')).id;
});

afterAll(() => platform[Symbol.asyncDispose]());

const create = (name: string, settings: object = {}) => platform.api.createService(projectId, { name, settings });
const showEnvironment = nodeServer('JSON.stringify(process.env)');

async function environmentOf(service: ServiceView): Promise<Record<string, string>> {
  return JSON.parse((await visit(service.url)).body) as Record<string, string>;
}

describe('what a process is given', () => {
  test('is byte for byte what was set', async () => {
    const { api } = platform;
    const service = await create('exact');
    const variables = {
      QUOTES: `it's "quoted" \`too\``,
      SHELL_TEXT: '$HOME $(id) ${PATH} \\$5 !! ; rm -rf "$X" & | > < * ? ~ #',
      LINES: 'first\nsecond\r\n\n\tlast\n',
      UNICODE: 'žluťoučký kůň 🚀 日本語 e\u0301',
      SPACES: '  around  ',
      EQUALS: '=a=b==',
      EMPTY: '',
      BACKSLASHES: '\\n \\\\ \\x41',
      PERCENT: '%s %d %%',
      CONTROL: 'bell \u0007 escape \u001b[31m unit \u001f delete \u007f',
      LARGE: 'x'.repeat(65_536),
      lower_case_1: 'kept as it is',
    };
    await api.done('PUT', `/v1/services/${service.id}/env`, { variables });
    expect(await deployFiles(api, service.id, showEnvironment)).toMatchObject({ status: 'active' });
    expect(await environmentOf(service)).toMatchObject(variables);
  });

  test('is what a dotenv text says', async () => {
    const { api } = platform;
    const service = await create('dotenv');
    const dotenv = [
      '# a comment',
      'PLAIN=value # after the value',
      'export EXPORTED=yes',
      "SINGLE='$HOME stays'",
      'DOUBLE="two\\nlines"',
      'MULTI="-----BEGIN-----',
      'abc==',
      '-----END-----"',
      'EMPTY=',
      'URL="postgres://user:p%40ss@db:5432/x?y=z#f"',
      '',
    ].join('\n');
    const list = await api.done<{ items: { name: string }[] }>('PUT', `/v1/services/${service.id}/env`, { dotenv });
    expect(list.items.map(({ name }) => name)).toEqual([
      'DOUBLE',
      'EMPTY',
      'EXPORTED',
      'MULTI',
      'PLAIN',
      'SINGLE',
      'URL',
    ]);
    expect(JSON.stringify(list)).not.toContain('stays');
    await deployFiles(api, service.id, showEnvironment);
    expect(await environmentOf(service)).toMatchObject({
      PLAIN: 'value',
      EXPORTED: 'yes',
      SINGLE: '$HOME stays',
      DOUBLE: 'two\nlines',
      MULTI: '-----BEGIN-----\nabc==\n-----END-----',
      EMPTY: '',
      URL: 'postgres://user:p%40ss@db:5432/x?y=z#f',
    });
  });

  test("has davit's own variables, and nothing of the server's", async () => {
    const { api } = platform;
    const service = await create('own');
    const deployment = await deployFiles(api, service.id, showEnvironment);
    const environment = await environmentOf(service);
    expect(environment).toMatchObject({
      DAVIT: '1',
      DAVIT_SERVICE_ID: service.id,
      DAVIT_SERVICE_NAME: 'own',
      DAVIT_PROJECT_NAME: 'variables',
      DAVIT_ENVIRONMENT_NAME: 'production',
      DAVIT_DEPLOYMENT_ID: deployment.id,
      DAVIT_PUBLIC_URL: service.url,
      DAVIT_PUBLIC_DOMAIN: new URL(service.url).host,
      DAVIT_PROCESS: 'web',
      DAVIT_INSTANCE: '0',
      PORT: expect.stringMatching(/^\d+$/),
    });
    for (const name of ['DATABASE_URL', 'DATA_DIR', 'JWT_SECRET', 'ROOT_KEY'])
      expect(environment).not.toHaveProperty(name);
  });

  test('changes with the next deployment, which is announced', async () => {
    const { api } = platform;
    const service = await create('pending');
    const path = `/v1/services/${service.id}/env`;
    await api.done('POST', path, { name: 'COLOUR', value: 'blue' });
    await deployFiles(api, service.id, showEnvironment);
    expect(await api.done('GET', path)).toMatchObject({ pendingDeployment: false });
    await api.done('PATCH', `${path}/COLOUR`, { value: 'green' });
    expect(await api.done('GET', path)).toMatchObject({ pendingDeployment: true });
    expect(await environmentOf(service)).toMatchObject({ COLOUR: 'blue' });
    await api.settled((await api.deploy(service.id)).id);
    expect(await environmentOf(service)).toMatchObject({ COLOUR: 'green' });
    await api.done('DELETE', `${path}/COLOUR`);
    await api.settled((await api.deploy(service.id)).id);
    expect(await environmentOf(service)).not.toHaveProperty('COLOUR');
    expect(await api.done('GET', path)).toMatchObject({ items: [], pendingDeployment: false });
  });
});

describe('a secret', () => {
  const secret = 'sk_live_9fQ2vXwLr7TzB4mNc8Hd';
  // How it looks in places where bytes are kept as text.
  const disguises = [
    secret,
    Buffer.from(secret).toString('hex'),
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
  ];
  const findIn = (text: string) => disguises.filter((disguise) => text.includes(disguise));
  let service: ServiceView;

  async function everyRow(): Promise<string> {
    const { pool } = platform.database;
    const tables = await pool.query<{ name: string }>(
      `select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
       where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
    );
    const rows = await Promise.all(
      tables.rows.map(({ name }) => pool.query<{ row: string }>(`select t::text as row from ${name} t`)),
    );
    return rows.flatMap((result) => result.rows.map(({ row }) => row)).join('\n');
  }

  async function everyCommandLine(): Promise<string> {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    return (await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '')))).join(
      '\n',
    );
  }

  /** Files of davit's own; what the application has written itself is its own affair. */
  async function everyFile(): Promise<string> {
    const entries = await readdir(platform.dataDir, { recursive: true, withFileTypes: true });
    const own = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => !path.includes('/toolchains/') && !path.includes('/builds/'));
    return (await Promise.all(own.map((path) => readFile(path, 'latin1').catch(() => '')))).join('\n');
  }

  beforeAll(async () => {
    const { api } = platform;
    const buildCommand =
      'echo "the key is $API_KEY"; printf %s "$API_KEY" | base64; echo "again $API_KEY" >&2; while [ ! -e go ]; do sleep 0.05; done';
    service = await create('secretive', { build: { buildCommand } });
    await api.done('POST', `/v1/services/${service.id}/env`, { name: 'API_KEY', value: secret });
  });

  test('is hidden in the output of a build, also when it is encoded, and stands in no command line', async () => {
    const { api } = platform;
    const { id, runId } = await startDeployment(api, service.id, nodeServer('process.env.API_KEY.length'));
    const output = await waitUntil('the build to speak', async () => {
      const lines = await api.outputOf(runId);
      return lines.some((line) => line.startsWith('again')) && lines;
    });
    expect(findIn(await everyCommandLine())).toEqual([]);
    await api.done('POST', `/v1/deployments/${id}/cancel`);
    await api.settled(id);
    expect(output.join('\n')).toContain('the key is ');
    expect(findIn((await api.outputOf(runId)).join('\n'))).toEqual([]);
  });

  test('reaches the instance and nothing else: no row, no file, no log, no command line', async () => {
    const { api } = platform;
    const source = { ...nodeServer('process.env.API_KEY.length'), go: '' };
    const deployment = await deployFiles(api, service.id, source);
    expect(deployment).toMatchObject({ status: 'active' });
    expect((await visit(service.url)).body).toBe(String(secret.length));
    expect(findIn((await api.outputOf(deployment.runId)).join('\n'))).toEqual([]);
    const [commands, rows, files] = await Promise.all([everyCommandLine(), everyRow(), everyFile()]);
    expect(commands).toContain('server.js');
    expect(findIn(commands)).toEqual([]);
    expect(rows).toContain('API_KEY');
    expect(findIn(rows)).toEqual([]);
    expect(files).toContain(deployment.id);
    expect(findIn(files)).toEqual([]);
  });

  test('is shown by no answer but the one that was asked to reveal it, which is recorded', async () => {
    const { api } = platform;
    const path = `/v1/services/${service.id}/env`;
    expect(findIn(JSON.stringify(await api.done('GET', path)))).toEqual([]);
    expect(await api.done('POST', `${path}/API_KEY/reveal`)).toEqual({ name: 'API_KEY', value: secret });
    const { items } = await api.done<{ items: { id: string }[] }>('GET', '/v1/organizations');
    const log = await api.done<{ items: { action: string; subject: string }[] }>(
      'GET',
      `/v1/organizations/${items[0]?.id}/audit-log`,
    );
    expect(log.items).toContainEqual(expect.objectContaining({ action: 'variable.reveal', subject: service.id }));
    expect(findIn(JSON.stringify(log))).toEqual([]);
  });
});
