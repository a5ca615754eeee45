import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findProcesses, readOutput, runCommand, until } from '../../test/support/observe.ts';
import { shellCommand } from '../../test/support/specs.ts';
import { startTestAgent } from '../../test/support/test-agent.ts';

/** A word that no other process has in its arguments. */
const unique = (): string => `mark-${Math.random().toString(36).slice(2)}`;

describe.each(['auto', 'user', 'none'] as const)('a command, with isolation %s', (isolation) => {
  it('runs to its end and leaves its output and its exit code', async () => {
    const { client, makeFolder } = await startTestAgent({ isolation });
    const folder = await makeFolder('work');
    const run = await runCommand(client, 'one', shellCommand(folder, 'pwd; echo problem >&2; exit 3'));
    expect(run).toMatchObject({ state: 'finished', exit: { reason: 'exited', code: 3, signal: null } });
    expect(run.stdout).toBe(`${folder}\n`);
    expect(run.stderr).toBe('problem\n');
    expect(run.outputBytes).toEqual({ stdout: folder.length + 1, stderr: 8 });
  });

  it('ends with 127 when its program is not there, 126 when it may not be run, and the signal that ended it', async () => {
    const { client, makeFolder } = await startTestAgent({ isolation });
    const folder = await makeFolder('work');
    const missing = await runCommand(client, 'missing', shellCommand(folder, '', { argv: ['no-such-program'] }));
    expect(missing.exit).toMatchObject({ reason: 'exited', code: 127 });
    await writeFile(join(folder, 'notes.txt'), 'not a program', { mode: 0o644 });
    const forbidden = await runCommand(client, 'forbidden', shellCommand(folder, '', { argv: ['./notes.txt'] }));
    expect(forbidden.exit).toMatchObject({ reason: 'exited', code: 126 });
    const signaled = await runCommand(client, 'signaled', shellCommand(folder, 'kill -SEGV $$'));
    expect(signaled.exit).toMatchObject({ reason: 'signaled', code: null, signal: 'SIGSEGV' });
    expect(signaled.stderr).toBe('');
  });

  it('is started once however often and at once it is asked for', async () => {
    const { client, makeFolder } = await startTestAgent({ isolation });
    const folder = await makeFolder('work');
    const spec = shellCommand(folder, 'echo ran >>ran; sleep 0.2');
    const starts = await Promise.all(Array.from({ length: 8 }, () => client.startCommand('once', spec)));
    expect(new Set(starts.map((status) => status.pid)).size).toBe(1);
    await client.waitForCommand('once');
    await client.startCommand('once', spec);
    expect(await readFile(join(folder, 'ran'), 'utf8')).toBe('ran\n');
  });

  it('is ended with its whole tree when its time is over, grandchildren in sessions of their own included', async () => {
    const { client, makeFolder } = await startTestAgent({ isolation });
    const folder = await makeFolder('work');
    const mark = unique();
    const child = `trap "" TERM; while :; do sleep 0.1; done; : ${mark}`;
    const script = `setsid sh -c '(${child}) &' & setsid -f sh -c '${child}'; trap "" TERM; ${child}`;
    await client.startCommand('slow', shellCommand(folder, script, { timeoutMs: 700 }));
    await until('its tree', () => findProcesses(mark).length > 2);
    const { exit } = await client.waitForCommand('slow');
    expect(exit?.reason).toBe('timeout');
    expect(exit?.detail).toContain('0.7 s');
    expect(findProcesses(mark)).toEqual([]);
  });

  it('leaves nothing in the background when it ends', async () => {
    const { client, makeFolder } = await startTestAgent({ isolation });
    const mark = unique();
    const script = `setsid -f sh -c 'sleep 300; : ${mark}'; sleep 0.2; exit 0`;
    const { exit } = await runCommand(client, 'daemon', shellCommand(await makeFolder('work'), script));
    expect(exit).toMatchObject({ reason: 'exited', code: 0 });
    expect(findProcesses(mark)).toEqual([]);
  });

  it('is asked to stop by SIGTERM first, and may tidy up', async () => {
    const { client, makeFolder } = await startTestAgent({ isolation });
    const script = 'trap "echo tidied; exit 0" TERM; echo ready; while :; do sleep 0.05; done';
    await client.startCommand('polite', shellCommand(await makeFolder('work'), script));
    await until('that it is ready', async () => (await client.getCommand('polite')).outputBytes.stdout > 0);
    const { exit } = await client.stopCommand('polite', 10_000);
    expect(exit).toMatchObject({ reason: 'stopped', code: 0 });
    expect(await readOutput(client, 'polite')).toBe('ready\ntidied\n');
  });

  it('may tidy up also below a shell that does not know of the signal', async () => {
    const { client, makeFolder } = await startTestAgent({ isolation });
    const server = 'trap "sleep 0.2; echo tidied; exit 0" TERM; echo ready; while :; do sleep 0.05; done';
    await client.startCommand('polite', shellCommand(await makeFolder('work'), `sh -c '${server}'; true`));
    await until('that it is ready', async () => (await client.getCommand('polite')).outputBytes.stdout > 0);
    await client.stopCommand('polite', 10_000);
    expect(await readOutput(client, 'polite')).toBe('ready\ntidied\n');
  });

  it('is killed when it does not stop', async () => {
    const { client, makeFolder } = await startTestAgent({ isolation });
    const mark = unique();
    const script = `trap "" TERM; echo ready; while :; do sleep 0.05; done; : ${mark}`;
    await client.startCommand('rude', shellCommand(await makeFolder('work'), script));
    await until('that it is ready', async () => (await client.getCommand('rude')).outputBytes.stdout > 0);
    const { exit } = await client.stopCommand('rude', 100);
    expect(exit).toMatchObject({ reason: 'stopped', signal: 'SIGKILL' });
    expect(findProcesses(mark)).toEqual([]);
  });

  it('is killed, forgotten and can be started anew when it is removed', async () => {
    const { client, makeFolder, stateDir } = await startTestAgent({ isolation });
    const folder = await makeFolder('work');
    const mark = unique();
    await client.startCommand('gone', shellCommand(folder, `sleep 300; : ${mark}`));
    await client.removeCommand('gone');
    expect(findProcesses(mark)).toEqual([]);
    await expect(client.getCommand('gone')).rejects.toMatchObject({ code: 'AGENT_NOT_FOUND' });
    expect(await readdir(join(stateDir, 'commands'))).toEqual([]);
    await client.removeCommand('gone');
    expect((await runCommand(client, 'gone', shellCommand(folder, 'echo again'))).stdout).toBe('again\n');
  });

  it('gets its environment byte for byte', async () => {
    const { client, makeFolder } = await startTestAgent({ isolation });
    const every = Array.from({ length: 0xd7ff }, (_, i) => String.fromCharCode(i + 1)).join('');
    const env: Record<string, string> = {
      QUOTES: `it's "quoted" '' \\' \\`,
      SHELL_SIGNS: '$HOME $(id) `id` ${X:-y} ; & | > < * ? ~ ! # \\n',
      NEWLINES: '\n\nfirst\r\nsecond\n\n',
      UNICODE: `ünïcödé 🎉 ${every.slice(0, 20_000)}`,
      LARGE: `${'x'.repeat(99_999)}'`,
      EMPTY: '',
      UID: 'a name that some shells do not let go',
      OPTIND: 'not a number',
      IFS: 'x',
      PATH: '/usr/bin:/bin:/somewhere else',
      LC_ALL: 'C',
    };
    const spec = shellCommand(await makeFolder('work'), '', { argv: ['/usr/bin/env', '-0'], env });
    const { stdout, exit } = await runCommand(client, 'env', spec);
    expect(exit?.code).toBe(0);
    const seen = new Map(stdout.split('\0').map((line) => [line.split('=')[0], line.slice(line.indexOf('=') + 1)]));
    for (const [name, value] of Object.entries(env)) expect(seen.get(name), name).toBe(value);
    expect(seen.get('HOME')).toBeTruthy();
  });
});

describe('output of a command', () => {
  it('is followed from any offset while it is written, to its last byte', async () => {
    const { client, makeFolder } = await startTestAgent();
    await client.startCommand('count', shellCommand(await makeFolder('work'), 'seq 1 500; sleep 0.3; seq 501 1000'));
    const whole = readOutput(client, 'count');
    const part = readOutput(client, 'count', 'stdout', 100);
    expect(await whole).toBe(Array.from({ length: 1000 }, (_, i) => `${i + 1}\n`).join(''));
    expect(await part).toBe((await whole).slice(100));
  });

  it('is complete at 50 MB, whether it is followed or read later', async () => {
    const { client, makeFolder } = await startTestAgent();
    const script = 'head -c 50000000 /dev/urandom | tee sum.in; sha256sum <sum.in | cut -c1-64 >&2';
    await client.startCommand('flood', shellCommand(await makeFolder('work'), script));
    const hashOf = async (): Promise<string> => {
      const hash = createHash('sha256');
      let length = 0;
      for await (const chunk of client.followCommand('flood', 'stdout', 0)) {
        hash.update(chunk);
        length += chunk.length;
      }
      expect(length).toBe(50_000_000);
      return hash.digest('hex');
    };
    const followed = await hashOf();
    expect(followed).toBe((await readOutput(client, 'flood', 'stderr')).trim());
    expect(await hashOf()).toBe(followed);
  });

  it('may hold escape sequences, bytes that are no text, and a line of 10 MB', async () => {
    const { client, makeFolder } = await startTestAgent();
    const script = `printf '\\033[2J\\033]0;title\\007\\377\\000'; head -c 10000000 /dev/zero | tr '\\0' x`;
    const { exit } = await runCommand(client, 'odd', shellCommand(await makeFolder('work'), script));
    expect(exit?.code).toBe(0);
    const chunks: Buffer[] = [];
    for await (const chunk of client.followCommand('odd', 'stdout', 0)) chunks.push(chunk);
    const output = Buffer.concat(chunks);
    expect(output.subarray(0, 16).toString('latin1')).toBe('\x1b[2J\x1b]0;title\x07\xff\0'.slice(0, 16));
    expect(output.length).toBe(10_000_016);
  });
});

describe('what is asked wrongly', () => {
  it('is refused with the place of the fault, and starts nothing', async () => {
    const { client, makeFolder, stateDir } = await startTestAgent();
    const folder = await makeFolder('work');
    const good = shellCommand(folder, 'touch ran');
    const wrong = [
      { ...good, argv: [] },
      { ...good, env: { 'A=B': 'x' } },
      { ...good, env: { NUL: 'a\0b' } },
      { ...good, env: { LONG: 'x'.repeat(140_000) } },
      { ...good, cwd: join(folder, 'missing') },
      { ...good, unknown: true },
    ];
    for (const spec of wrong) {
      await expect(client.startCommand('bad', spec)).rejects.toMatchObject({ code: 'AGENT_BAD_REQUEST' });
    }
    await expect(client.startCommand('../bad', good)).rejects.toMatchObject({ code: 'AGENT_BAD_REQUEST' });
    expect(existsSync(join(folder, 'ran'))).toBe(false);
    expect(await readdir(join(stateDir, 'commands'))).toEqual([]);
  });

  it('never repeats a value, which may be a secret', async () => {
    const { client, makeFolder } = await startTestAgent();
    const spec = shellCommand(await makeFolder('work'), 'true', { env: { TOKEN: 'hunter2\0' } });
    const refusal = await client.startCommand('bad', spec).catch((error: unknown) => error as Error);
    expect((refusal as Error).message).toContain('TOKEN');
    expect((refusal as Error).message).not.toContain('hunter2');
  });
});
