import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CommandStand, startCommandStand } from './support/command-stand.ts';

// What davit says of manifests and kinds before anything is done with them.

let stand: CommandStand;
beforeAll(async () => {
  stand = await startCommandStand();
});
afterAll(() => stand[Symbol.asyncDispose]());

const davit = (...words: string[]) => stand.davit(words);
const bucket = (name: string, spec: string) =>
  `apiVersion: v1\nkind: AwsS3Bucket\nmetadata: { name: ${name} }\nspec:\n  region: eu-central-1\n${spec}`;

test('what is wrong in a manifest is told with its place, and exit code 2', async () => {
  await stand.home.write({ 'wrong.yaml': bucket('wrong', '  versionning: true\n') });
  const { code, stderr } = await davit('deploy', '-f', 'wrong.yaml');
  expect(code).toBe(2);
  expect(stderr).toContain('line 6, column 3, spec.versionning: there is no such field; did you mean "versioning"?');
});

test('what is wrong in one of several files is told with the file and the line in it', async () => {
  const wrong = bucket('wrong', '  versionning: true\n  forceDestroy: 7\n');
  await stand.home.write({ 'several/a.yaml': bucket('fine', ''), 'several/b.yaml': wrong });
  const { code, stderr } = await davit('resource', 'validate', '-f', 'several');
  expect(code).toBe(2);
  expect(stderr).toContain(
    `error: The manifest cannot be used: ${join('several', 'b.yaml')}, line 6, column 3, spec.versionning`,
  );
  expect(stderr).toContain(`  ${join('several', 'b.yaml')}, line 7, column 17, spec.forceDestroy: `);
});

test('a name that nothing has is told, and exit code 4', async () => {
  expect(await davit('resource', 'preview', 'nothing')).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('"nothing"'),
  });
});

test('kinds are listed and explained', async () => {
  const kinds = (await davit('resource', 'kinds', '--quiet')).stdout.trim().split('\n');
  expect(kinds).toContain('AwsS3Bucket');
  expect(kinds).toEqual(kinds.toSorted());
  const { stdout } = await davit('resource', 'explain', 'AwsS3Bucket');
  expect(stdout).toMatch(/^ {2}region +string +required +Where the bucket is\.$/m);
  expect(stdout).toMatch(/^ {2}versioning +boolean +default true /m);
  expect(stdout).toContain('kind: AwsS3Bucket');
});

test('an update that has not begun is cancelled at once, and that is told to whoever asks', async () => {
  await stand.home.write({ 'waits.yaml': bucket('waits', '') });
  const deployed = await davit('deploy', '-f', 'waits.yaml', '--detach', '--json');
  const [{ update }] = JSON.parse(deployed.stdout) as [{ update: { id: string } }];
  expect(await davit('stack-update', 'retry', update.id)).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/has not ended\. \(.*\)\nhint: Wait for it, or cancel it first\./),
  });
  expect(await davit('stack-update', 'cancel', update.id)).toEqual({
    code: 0,
    stdout: `${update.id} is canceled.\n`,
    stderr: '',
  });
  expect(await davit('stack-update', 'logs', '-f', update.id)).toEqual({
    code: 5,
    stdout: '',
    stderr: `error: deploy of AwsS3Bucket/waits was canceled: Canceled before it started.\nhint: \`davit stack-update retry ${update.id}\` does it again.\n`,
  });
  const retried = await davit('stack-update', 'retry', update.id, '--detach', '--json');
  expect(JSON.parse(retried.stdout)).toMatchObject({ status: 'queued', operation: 'deploy', retryOf: update.id });
  expect(await davit('stack-update', 'retry', 'stu_nothing')).toMatchObject({ code: 4 });
});

test('whoever does not wait is told how to follow what was begun, and a script is not', async () => {
  await stand.home.write({ 'left.yaml': bucket('left', '') });
  const ways = [
    ['deploy', '-f', 'left.yaml'],
    ['resource', 'preview', 'left'],
    ['resource', 'import', 'left', '--id', 'my-bucket'],
    ['resource', 'destroy', 'left', '--yes'],
  ];
  for (const words of ways) {
    const { code, stdout, stderr } = await davit(...words, '--detach');
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/^(?:\S+ stu_\w+\n)?Follow it with `davit stack-update logs -f stu_\w+`\.\n$/),
    });
    expect(stdout).toContain('AwsS3Bucket/left');
  }
  expect(await davit('resource', 'refresh', 'left', '--detach', '--quiet')).toMatchObject({ code: 0, stderr: '' });
});

describe('Ctrl-C at a terminal', () => {
  async function deploying() {
    await stand.home.write({ 'typed.yaml': bucket('typed', '') });
    const typed = stand.type(['deploy', '-f', join(stand.home.path, 'typed.yaml')]);
    await typed.shows('waiting for its turn');
    typed.type('\x03');
    await typed.shows('Cancel the update [c], detach from it [d], or go on [enter]? ');
    const id = /\b(stu_\w+)/.exec(typed.screen.text())?.[1] ?? '';
    const update = async () => JSON.parse((await davit('stack-update', 'get', id, '--json')).stdout) as object;
    return { typed, id, update };
  }

  test('asks; to cancel ends the update and the command, with what to do next', async () => {
    const { typed, id, update } = await deploying();
    typed.type('c\r');
    await typed.shows('does it again');
    expect(await typed.ended).toBe(5);
    expect(typed.screen.text()).toContain(
      `[enter]? c\nCancelling: what is in flight ends first.\nerror: Canceled before it started.\nhint: \`davit stack-update retry ${id}\``,
    );
    expect(typed.screen.hasCursor()).toBe(true);
    expect(await update()).toMatchObject({ status: 'canceled' });
  });

  test('once more detaches: the update goes on, and davit says how it is followed', async () => {
    const { typed, id, update } = await deploying();
    typed.type('\x03');
    await typed.shows('hint: Follow it');
    expect(await typed.ended).toBe(5);
    expect(typed.screen.text()).toContain(
      `[enter]? \nerror: Detached: the update goes on.\nhint: Follow it with \`davit stack-update logs -f ${id}\`.`,
    );
    expect(typed.screen.hasCursor()).toBe(true);
    expect(await update()).toMatchObject({ status: 'queued' });
  });
});
