import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { shareAuthorities } from './shared-authorities.ts';

const [first = '', second = ''] = rootCertificates;
const key = '-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----';

/** A folder that all may pass, with a file of these rights. */
async function stand(text: string, mode: number) {
  const folder = await mkdtemp(join(tmpdir(), 'davit-authorities-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await chmod(folder, 0o711);
  const file = join(folder, 'company.pem');
  await writeFile(file, text);
  await chmod(file, mode);
  return { folder, file };
}

test('a file that all may read is used where it is', async () => {
  const { folder, file } = await stand(first, 0o644);
  expect(await shareAuthorities(file, folder)).toBe(file);
  expect(await readdir(folder)).toEqual(['company.pem']);
});

test.skipIf(process.getuid?.() !== 0)(
  'of a file that davit alone may read, the certificates can be read by all, as they are at each start',
  async () => {
    const { folder, file } = await stand(`# ours\n${first}\n${key}\n`, 0o600);
    const copy = await shareAuthorities(file, folder);
    expect([await readFile(copy, 'utf8'), (await stat(copy)).mode & 0o777]).toEqual([`${first}\n`, 0o644]);
    await writeFile(file, `${first}\n${second}\n`);
    expect(await shareAuthorities(file, folder)).toBe(copy);
    expect(await readFile(copy, 'utf8')).toBe(`${first}\n${second}\n`);
    expect(await readdir(join(folder, 'authorities'))).toEqual(['extra-ca.pem']);
  },
);

test.skipIf(process.getuid?.() !== 0)('so it is with one in a folder that others may not enter', async () => {
  const { folder, file } = await stand(first, 0o644);
  await chmod(folder, 0o700);
  expect(await shareAuthorities(file, folder)).toBe(join(folder, 'authorities', 'extra-ca.pem'));
});

test.skipIf(process.getuid?.() !== 0)('one of which nothing could be shared is refused', async () => {
  const { folder, file } = await stand(key, 0o600);
  await expect(shareAuthorities(file, folder)).rejects.toMatchObject({ code: 'EXTRA_CA_FILE_EMPTY' });
});
