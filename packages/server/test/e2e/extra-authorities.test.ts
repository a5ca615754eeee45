import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { deployFiles, nodeServer } from '../support/deploy-files.ts';
import { startPlatform } from '../support/platform.ts';

const privateKey = '-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----\n';

/** What a build reads of the file that it is told to trust. */
const readingBuild = {
  ...nodeServer("'built'"),
  'package.json': JSON.stringify({
    name: 'app',
    scripts: { build: 'node build.cjs', start: 'node server.js' },
    type: 'module',
  }),
  'build.cjs': `
    const text = require('node:fs').readFileSync(process.env.NODE_EXTRA_CA_CERTS, 'utf8');
    console.log('authorities: ' + text.split('BEGIN CERTIFICATE').length + ', keys: ' + text.split('PRIVATE').length);
    console.log('by all names: ' + (process.env.SSL_CERT_FILE === process.env.NODE_EXTRA_CA_CERTS));`,
};

test('builds trust the authorities of EXTRA_CA_FILE where davit alone may read it; nothing else of the file gets out', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'davit-authorities-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'company.pem');
  await writeFile(file, `# ours\n${rootCertificates.slice(0, 3).join('\n')}\n${privateKey}`, { mode: 0o600 });
  await chmod(folder, 0o700);
  await using platform = await startPlatform({ environment: { EXTRA_CA_FILE: file } });
  const { id } = await platform.api.createProject('company');
  const service = await platform.api.createService(id, { name: 'app' });
  const deployment = await deployFiles(platform.api, service.id, readingBuild);
  const lines = await platform.api.outputOf(deployment.runId);
  expect(lines).toEqual(expect.arrayContaining(['authorities: 4, keys: 1', 'by all names: true']));
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});
