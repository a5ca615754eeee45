import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { chmod, lstat, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommand, until } from '../../test/support/observe.ts';
import { shellCommand } from '../../test/support/specs.ts';
import { needLimits, startTestAgent } from '../../test/support/test-agent.ts';

const isRoot = process.getuid?.() === 0;

/** Everything that is written below a folder, as one text. */
function contentOf(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('compile-cache'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
}

describe('the host', () => {
  it('says how far it keeps processes apart, and what is missing for more', async () => {
    const best = await startTestAgent();
    const { isolation } = await best.client.info();
    expect(['sandbox', 'user', 'none']).toContain(isolation.level);
    expect(isolation.missing.length > 0).toBe(isolation.level !== 'sandbox' || isolation.limits === 'none');
    const lesser = await startTestAgent({ isolation: 'none' });
    const info = await lesser.client.info();
    expect(info.isolation.level).toBe('none');
    expect(info.isolation.missing[0]).toContain('--isolation none');
  });
});

describe.runIf(isRoot)('a secret in the environment', () => {
  it.each(['auto', 'user', 'none'] as const)(
    'is in no arguments of any process and not in the state folder, with isolation %s',
    async (isolation) => {
      const { client, makeFolder, stateDir } = await startTestAgent({ isolation });
      const secret = `s3cr3t-${Math.random().toString(36).slice(2)}`;
      const spec = shellCommand(await makeFolder('work'), 'echo ready; sleep 300', { env: { TOKEN: secret } });
      const seen: string[] = [];
      const watch = setInterval(() => {
        for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
          try {
            seen.push(readFileSync(`/proc/${pid}/cmdline`, 'latin1'));
          } catch {
            // Gone meanwhile.
          }
        }
      }, 1);
      await client.startCommand('secret', spec);
      await until('that it runs', async () => (await client.getCommand('secret')).outputBytes.stdout > 0);
      clearInterval(watch);
      expect(seen.length).toBeGreaterThan(0);
      expect(seen.join('\n')).not.toContain(secret);
      expect(contentOf(stateDir)).not.toContain(secret);
    },
  );

  it.each(['auto', 'user'] as const)('is nowhere but in the command itself, with isolation %s', async (isolation) => {
    const { client, makeFolder } = await startTestAgent({ isolation });
    const secret = `s3cr3t-${Math.random().toString(36).slice(2)}`;
    const spec = shellCommand(await makeFolder('work'), 'echo ready; sleep 300', { env: { TOKEN: secret } });
    await client.startCommand('secret', spec);
    await until('that it runs', async () => (await client.getCommand('secret')).outputBytes.stdout > 0);
    const holders = readdirSync('/proc').filter((pid) => {
      try {
        return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'latin1').includes(secret);
      } catch {
        return false;
      }
    });
    expect(holders.length).toBeGreaterThan(0);
    for (const pid of holders) expect(statSync(`/proc/${pid}`).uid, `user of ${pid}`).toBeGreaterThanOrEqual(210_000);
  });
});

describe.runIf(isRoot)('what a user sets in the environment', () => {
  it.each(['auto', 'user'] as const)('never reaches a process of root, with isolation %s', async (isolation) => {
    const { client, makeFolder } = await startTestAgent({ isolation });
    const folder = await makeFolder('work');
    const source = join(folder, 'spy.c');
    await writeFile(
      source,
      `#include <stdio.h>
#include <unistd.h>
__attribute__((constructor)) static void spy(void) {
  FILE *f = fopen("${folder}/seen", "a");
  if (f) { fprintf(f, "%d %d\\n", getuid(), geteuid()); fclose(f); }
}`,
    );
    execFileSync('cc', ['-shared', '-fPIC', '-o', join(folder, 'spy.so'), source]);
    const env = { LD_PRELOAD: join(folder, 'spy.so'), LD_AUDIT: '', BASH_ENV: join(folder, 'seen'), ENV: '/nowhere' };
    const run = await runCommand(client, 'preload', shellCommand(folder, '/bin/true; cat seen', { env }));
    const users = run.stdout.trim().split('\n');
    expect(users.length).toBeGreaterThan(0);
    for (const line of users) expect(line).toMatch(/^21\d{4} 21\d{4}$/);
  });
});

describe.runIf(isRoot)('an agent that is not root', () => {
  it('keeps processes from the files and processes of the host as far as this host lets it', async () => {
    const agent = await startTestAgent({ user: 65_533 });
    const { isolation } = await agent.client.info();
    const folder = await agent.makeFolder('work');
    const script = `id -u; touch mine; [ -e ${agent.stateDir} ] && echo sees; echo "$TOKEN"`;
    const run = await runCommand(agent.client, 'plain', shellCommand(folder, script, { env: { TOKEN: 'abc' } }));
    expect(run.exit).toMatchObject({ reason: 'exited', code: 0 });
    expect(run.stdout).toBe(isolation.level === 'sandbox' ? '65533\nabc\n' : '65533\nsees\nabc\n');
    await agent.kill();
    await agent.start();
    expect((await runCommand(agent.client, 'again', shellCommand(folder, 'exit 4'))).exit?.code).toBe(4);
  });
});

describe('what a process is handed', () => {
  it.each(['auto', 'user', 'none'] as const)(
    'is its three standard files and no other, with isolation %s',
    async (isolation) => {
      const { client, makeFolder } = await startTestAgent({ isolation });
      const script = 'for fd in 3 4 5 6 7 8 9; do [ -e /proc/self/fd/$fd ] && echo "has $fd"; done; echo kept; true';
      const { stdout } = await runCommand(client, 'files', shellCommand(await makeFolder('work'), script));
      expect(stdout).toBe('kept\n');
    },
  );

  it.runIf(isRoot)('is not a way to cut off what it has written before', async () => {
    const { client, makeFolder } = await startTestAgent();
    const script = 'echo kept; (echo more >/dev/stdout) 2>/dev/null; (: >/proc/self/fd/1) 2>/dev/null; echo end';
    const { stdout } = await runCommand(client, 'files', shellCommand(await makeFolder('work'), script));
    expect(stdout).toBe('kept\nend\n');
  });
});

describe.runIf(isRoot)('a process in a sandbox', () => {
  it('is an unprivileged user with no capability and no way to gain one', async () => {
    const { client, makeFolder } = await startTestAgent();
    const script = 'id -u; id -un; grep -E "^(Cap|NoNewPrivs|Groups)" /proc/self/status; umask';
    const { stdout } = await runCommand(client, 'who', shellCommand(await makeFolder('work'), script));
    expect(stdout).toMatch(/^21\d{4}\napp\n/);
    expect(stdout).toContain('NoNewPrivs:\t1');
    for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb']) {
      expect(stdout).toContain(`${set}:\t0000000000000000`);
    }
  });

  it('sees neither processes, nor other services, nor homes, nor the state of davit', async () => {
    const { client, makeFolder, folder, stateDir } = await startTestAgent();
    const other = await makeFolder('other');
    await writeFile(join(other, 'data'), 'of another service');
    const script = `for f in ${other}/data ${stateDir} ${stateDir}/users.json ${folder}/agent.sock /root/. /home/*/. /etc/shadow /var/lib /proc/1/root/root; do
      if [ -e "$f" ] && [ "$f" != /home/app/. ]; then echo "sees $f"; fi; done
      ls /proc | grep -c '^[0-9]*$'; touch /usr/x /etc/x ${folder}/x 2>/dev/null && echo wrote; ls ${folder}`;
    const { stdout } = await runCommand(client, 'look', shellCommand(await makeFolder('work'), script));
    const [processes, ...rest] = stdout.trim().split('\n');
    expect(Number(processes)).toBeLessThan(8);
    expect(rest).toEqual(['work']);
  });

  it('has a home and temporary folders of its own, and a name service', async () => {
    const { client, makeFolder } = await startTestAgent();
    const script =
      'echo a >~/file; echo b >/tmp/file; echo c >/var/tmp/other; echo d >/dev/shm/file; ls /tmp; getent hosts localhost';
    const spec = shellCommand(await makeFolder('work'), script);
    const first = await runCommand(client, 'first', spec);
    expect(first).toMatchObject({ stderr: '', exit: { code: 0 } });
    expect(first.stdout).toContain('localhost');
    const second = await runCommand(client, 'second', shellCommand(await makeFolder('work'), 'ls ~ /tmp'));
    expect(second.stdout).not.toContain('file');
  });

  it('reads what it is given to read, also below a folder that is closed to it, and cannot write there', async () => {
    const { client, makeFolder } = await startTestAgent();
    const closed = await makeFolder('closed');
    await mkdir(join(closed, 'toolchain'));
    await writeFile(join(closed, 'toolchain/version'), 'one\n');
    await writeFile(join(closed, 'secret'), 'no');
    await chmod(closed, 0o700);
    const spec = shellCommand(
      await makeFolder('work'),
      `cat ${closed}/toolchain/version; ls ${closed}; echo x >${closed}/toolchain/new`,
    );
    spec.sandbox.readable = [join(closed, 'toolchain')];
    const run = await runCommand(client, 'read', spec);
    expect(run.stdout).toBe('one\ntoolchain\n');
    expect(run.stderr).toContain('Read-only file system');
  });

  it('shares its user with the same key only, and keeps it over restarts of the agent', async () => {
    const agent = await startTestAgent();
    const { client } = agent;
    const uidOf = async (id: string, key: string): Promise<string> => {
      const folder = await agent.makeFolder(key);
      const sandbox = { isolationKey: key, writable: [folder], readable: [] };
      return (await runCommand(client, id, shellCommand(folder, 'id -u; touch mine', { sandbox }))).stdout;
    };
    const [a, b] = await Promise.all([uidOf('a1', 'key-a'), uidOf('b1', 'key-b')]);
    expect(a).not.toBe(b);
    await agent.kill();
    await agent.start();
    expect(await uidOf('a2', 'key-a')).toBe(a);
    expect(await uidOf('b2', 'key-b')).toBe(b);
  });

  it('is handed its folders, but not what a link in them leads to', async () => {
    const { client, makeFolder } = await startTestAgent();
    const [folder, outside] = [await makeFolder('work'), await makeFolder('outside')];
    await writeFile(join(outside, 'kept'), '');
    await mkdir(join(folder, 'deep/er'), { recursive: true });
    await writeFile(join(folder, 'deep/er/file'), 'old');
    await symlink(outside, join(folder, 'link'));
    await symlink(join(outside, 'kept'), join(folder, 'deep/link'));
    const run = await runCommand(client, 'write', shellCommand(folder, 'echo new >deep/er/file'));
    expect(run.exit?.code).toBe(0);
    expect((await lstat(join(folder, 'link'))).uid).toBeGreaterThanOrEqual(210_000);
    expect((await lstat(outside)).uid).toBe(0);
    expect((await lstat(join(outside, 'kept'))).uid).toBe(0);
  });
});

describe('limits', () => {
  it('end a command that takes more memory than it may, and say so', async ({ skip }) => {
    const { client, makeFolder } = await startTestAgent();
    await needLimits(client, skip);
    const script = `exec "${process.execPath}" -e "const a=[];for(;;)a.push(Buffer.alloc(1<<20,1))"`;
    const spec = shellCommand(await makeFolder('work'), script, { limits: { memoryBytes: 64 * 1024 * 1024 } });
    spec.sandbox.readable = [process.execPath];
    const { exit } = await runCommand(client, 'greedy', spec);
    expect(exit?.reason).toBe('out-of-memory');
    expect(exit?.detail).toContain('64 MiB');
  });

  it('keep a fork bomb small', async ({ skip }) => {
    const { client, makeFolder, stateDir } = await startTestAgent();
    await needLimits(client, skip);
    const script = 'bomb() { bomb | bomb & }; bomb; sleep 300';
    await client.startCommand('bomb', shellCommand(await makeFolder('work'), script, { limits: { processes: 20 } }));
    const complaints = join(stateDir, 'commands/bomb/stderr');
    await until('its complaint', () => /fork|Resource/i.test(readFileSync(complaints, 'utf8')));
    const { exit } = await client.stopCommand('bomb', 0);
    expect(exit?.reason).toBe('stopped');
  });
});
