import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { startServerProcess } from '../support/server-process.ts';

const program = fileURLToPath(new URL('../../../../.cache/tools/schemathesis/bin/schemathesis', import.meta.url));

/** No answer may be one of these checks' findings: a 5xx, a status or a type that is not declared, a body unlike its schema. */
const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_schema_conformance',
  'unsupported_method',
];

interface Operation {
  operationId: string;
  responses: Record<string, { content?: Record<string, { schema: { properties?: { code?: { enum?: string[] } } } }> }>;
}
interface OpenApi {
  paths: Record<string, Record<string, Operation>>;
}

/** Operations whose document says by which codes somebody outside is away: only there a 503 is no finding. */
const mayBeUnavailable = ({ responses }: Operation) =>
  Object.values(responses['503']?.content ?? {}).some(({ schema }) => schema.properties?.code?.enum !== undefined);

const isEventStream = ({ responses }: Operation) => responses['200']?.content?.['text/event-stream'] !== undefined;

/** The settings of schemathesis. The token is in them, not among the arguments, which every user of the machine can read. */
function settingsFor(document: OpenApi, token: string): string {
  const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
  const named = (matches: (operation: Operation) => boolean) =>
    operations.filter(matches).map(({ operationId }) => operationId);
  const outside = named(mayBeUnavailable);
  const streams = named(isEventStream);
  expect(outside.toSorted()).toEqual(['getPlatformStorage', 'listStoredArtifacts', 'validateCredential']);
  expect(streams.length).toBeGreaterThan(2);
  return `
headers = { Authorization = "Bearer ${token}" }

[[operations]]
include-operation-id = ${JSON.stringify(outside)}
[operations.checks.not_a_server_error]
expected-statuses = ["2xx", "3xx", "4xx", "503"]

# A stream that is let in does not end: what it carries is shown elsewhere, here it is asked for wrongly.
[[operations]]
include-operation-id = ${JSON.stringify(streams)}
request-timeout = 3
[operations.generation]
mode = "negative"
`;
}

/** Bounded by the number of examples, not by time: the same requests on every machine. */
const argv = [
  '--checks',
  checks.join(','),
  '--phases',
  'coverage,fuzzing',
  '--max-examples',
  '2',
  '--seed',
  '20261121',
  '--generation-deterministic',
  '--no-shrink',
  '--continue-on-failure',
  // Two threads that read Python's sources at once have been seen to end in an error of CPython 3.11 itself (ast.parse).
  '--workers',
  '1',
  '--request-timeout',
  '60',
  '--warnings',
  'off',
  '--no-color',
];

test('schemathesis finds no fault of the server and no answer that the OpenAPI document does not declare', async () => {
  if (!existsSync(program)) throw new Error('schemathesis is missing: run scripts/setup');
  await using server = await startServerProcess({ LOG_LEVEL: 'warn' });
  const made = await server.api.done<{ token: string }>('POST', '/v1/api-tokens', { name: 'fuzz', scope: 'admin' });
  const document = await server.api.done<OpenApi>('GET', '/openapi.json');
  const folder = await mkdtemp(join(tmpdir(), 'davit-fuzz-'));
  try {
    const settings = join(folder, 'schemathesis.toml');
    await writeFile(settings, settingsFor(document, made.token), { mode: 0o600 });
    const said = await promisify(execFile)(
      program,
      ['--config-file', settings, 'run', `${server.url}/openapi.json`, ...argv],
      {
        cwd: folder,
        env: { PATH: process.env['PATH'], HOME: folder, PYTHONDONTWRITEBYTECODE: '1' },
        maxBuffer: 64 * 1024 * 1024,
      },
    ).then(
      ({ stdout }) => stdout,
      (error: { stdout?: string; stderr?: string; message: string }) => {
        const text = `${error.stdout ?? ''}${error.stderr ?? ''}`;
        throw new Error(text === '' ? error.message : text.slice(-20_000));
      },
    );
    expect(said).toMatch(/No issues found/);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 900_000);
