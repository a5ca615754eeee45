import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { findProcesses, until } from '../../test/support/observe.ts';
import { shellInstance } from '../../test/support/specs.ts';
import { needLimits, startTestAgent, type TestAgent, type TestAgentOptions } from '../../test/support/test-agent.ts';
import { sitDown } from '../../test/support/typist.ts';
import { findProcessStat } from '../process/process-identity.ts';
import type { InstanceSpec } from '../protocol/protocol.ts';

const isRoot = process.getuid?.() === 0;
const levels = ['auto', 'user', 'none'] as const;

/** An agent with an instance `web` whose program has begun. */
async function startInstance(options: TestAgentOptions = {}, changes: Partial<InstanceSpec> = {}) {
  const agent = await startTestAgent(options);
  const folder = await agent.makeFolder('work');
  await put(agent, folder, changes);
  return { ...agent, folder, agent };
}

async function put(agent: TestAgent, folder: string, changes: Partial<InstanceSpec> = {}): Promise<void> {
  await agent.client.putInstance('web', shellInstance(folder, 'touch began; sleep 1000', changes));
  await until('that it runs', async () => {
    const opened = await agent.client.openTerminal('web', { cols: 80, rows: 24 }).catch(() => undefined);
    opened?.close();
    return opened;
  });
  await until('that the terminal is gone', () => hostsOf(agent.pid()).length === 0);
}

/** A name that no other process of the machine has in its arguments. */
const uniqueSeconds = (): string => String(100_000 + Math.random() * 900_000);

describe.runIf(isRoot).each(levels)('a terminal with isolation %s', (isolation) => {
  it("is the instance's own user in its folder, with its environment, and not more", async () => {
    const env = { TOKEN: `it's "secret"\nof two lines`, HOME_TOWN: 'Bern' };
    const { client, folder, stateDir } = await startInstance({ isolation }, { env, allocatePort: true });
    const typist = await sitDown(client, 'web');
    expect(await typist.run('id -u')).toMatch(isolation === 'none' ? /^0$/ : /^21\d{4}$/);
    expect(await typist.run('pwd')).toBe(folder);
    expect(await typist.run('printf "%s" "$TOKEN"')).toBe(env.TOKEN);
    expect(await typist.run('echo $HOME_TOWN $TERM')).toBe('Bern xterm-256color');
    expect(await typist.run('echo $PORT')).toBe(String((await client.getInstance('web')).port));
    expect(await typist.run('touch mine && ls')).toBe('began\nmine'.split('\n').join('  '));
    if (isolation !== 'none') {
      expect(await typist.run('ls /root 2>&1 >/dev/null | grep -c -e denied -e "No such"')).toBe('1');
      expect(await typist.run(`ls ${stateDir} 2>&1 >/dev/null | grep -c -e denied -e "No such"`)).toBe('1');
      expect(await typist.run('grep -E "^(CapEff|NoNewPrivs)" /proc/self/status | tr -d "\\t"')).toBe(
        'CapEff:0000000000000000\nNoNewPrivs:1',
      );
    }
    typist.terminal.close();
  });

  it('ends with its whole tree when its connection does, however its processes hide; the instance goes on', async () => {
    const { client } = await startInstance({ isolation });
    const seconds = uniqueSeconds();
    const typist = await sitDown(client, 'web');
    await typist.run(`(setsid nohup sleep ${seconds} >/dev/null 2>&1 &) ; (trap '' HUP TERM; sleep ${seconds}) & true`);
    await until('both', () => findProcesses(seconds).length >= 2);
    typist.terminal.close();
    await until('none', () => findProcesses(seconds).length === 0);
    expect(await client.getInstance('web')).toMatchObject({ state: 'running', restarts: 0 });
  });

  it('says how its shell ended', async () => {
    const { client } = await startInstance({ isolation });
    const typist = await sitDown(client, 'web');
    await typist.type('exit 7\n');
    await typist.over;
    expect(typist.terminal.exit).toEqual({ code: 7, reason: 'exited' });
  });

  it('ends with its instance, and says that it was stopped', async () => {
    const { client } = await startInstance({ isolation });
    const seconds = uniqueSeconds();
    const typist = await sitDown(client, 'web');
    await typist.run(`(trap '' HUP TERM; sleep ${seconds}) & true`);
    await until('it', () => findProcesses(seconds).length > 0);
    await client.removeInstance('web');
    await typist.over;
    expect(typist.terminal.exit).toEqual({ code: null, reason: 'stopped' });
    expect(findProcesses(seconds)).toEqual([]);
  });

  it('leaves nothing behind when the agent is killed', async () => {
    const { client, agent, folder } = await startInstance({ isolation });
    const seconds = uniqueSeconds();
    const typist = await sitDown(client, 'web');
    await typist.run(`(setsid nohup sleep ${seconds} >/dev/null 2>&1 &); sleep ${seconds} & true`);
    await until('both', () => findProcesses(seconds).length >= 2);
    await agent.kill();
    await typist.over;
    expect(typist.terminal.exit).toBeNull();
    await agent.start();
    await until('none', () => findProcesses(seconds).length === 0);
    await put(agent, folder);
    const again = await sitDown(client, 'web');
    expect(await again.run('echo back')).toBe('back');
    expect(await client.getInstance('web')).toMatchObject({ state: 'running', restarts: 0 });
  });

  it('leaves no secret in arguments of processes or in files of the agent', async () => {
    const secret = `s3cr3t-${Math.random().toString(36).slice(2)}`;
    const { client, stateDir } = await startInstance({ isolation }, { env: { TOKEN: secret } });
    const typist = await sitDown(client, 'web');
    expect(await typist.run('[ -n "$TOKEN" ] && echo has')).toBe('has');
    expect(findProcesses(secret)).toEqual([]);
    const files = readdirSync(stateDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    for (const { parentPath, name } of files) {
      if (!parentPath.includes('compile-cache'))
        expect(readFileSync(`${parentPath}/${name}`, 'latin1')).not.toContain(secret);
    }
  });
});

describe.runIf(isRoot)('a terminal in a sandbox', () => {
  it('sees the processes and temporary files of its instance', async () => {
    const { client } = await startInstance(
      {},
      { argv: ['/bin/sh', '-c', 'echo hello >/tmp/note; touch began; sleep 4321'] },
    );
    const { isolation } = await client.info();
    if (isolation.level !== 'sandbox') return;
    const typist = await sitDown(client, 'web');
    expect(await typist.run('cat /tmp/note')).toBe('hello');
    expect(await typist.run('cat /proc/[0-9]*/cmdline | tr "\\0" " " | grep -c "sleep 4321"')).toBe('1');
    expect(await typist.run('hostname')).toBe('davit');
  });

  it("is held by its instance's limits", async ({ skip }) => {
    const limits = { memoryBytes: 64 * 1024 * 1024, processes: 30 };
    const { client } = await startInstance({}, { limits });
    await needLimits(client, skip);
    const typist = await sitDown(client, 'web');
    expect(await typist.run('head -c 200000000 /dev/zero | tail -c 200000000 | wc -c')).toMatch(/Killed|^0$/);
    await typist.run("sh -c 'for i in $(seq 1 60); do sleep 600 & done' 2>/dev/null; true");
    const [usage] = await client.usage();
    expect(usage?.processes).toBeLessThanOrEqual(34);
  });

  it('knows the size that it is given, and signals every change', async () => {
    const { client } = await startInstance();
    const typist = await sitDown(client, 'web', { cols: 91, rows: 17 });
    expect(await typist.run('stty size')).toBe('17 91');
    await typist.type('sh -c \'trap "echo changed; exit" WINCH; echo wait\\ing; while :; do sleep 0.1; done\'\n');
    await until('that it waits', () => typist.screen().includes('waiting'));
    typist.terminal.resize({ cols: 120, rows: 40 });
    await until('the signal', () => typist.screen().includes('\r\nchanged'));
    expect(await typist.run('stty size')).toBe('40 120');
  });

  it('has job control: Ctrl-C ends what runs and not the shell', async () => {
    const { client } = await startInstance();
    const typist = await sitDown(client, 'web');
    await typist.type('sleep 5432\n');
    await until('that it sleeps', () => findProcesses('sleep\u00005432').length > 0);
    await typist.type('\u0003');
    await typist.type('echo "status: $?"\n');
    await until('the status', () => typist.screen().includes('status: 130'));
    expect(typist.screen()).not.toContain('no job control');
  });
});

describe('a flood', () => {
  it('of output waits for who reads it, and takes no memory meanwhile', async () => {
    const { client, agent } = await startInstance();
    const terminal = await client.openTerminal('web', { cols: 80, rows: 24 });
    const output = terminal.output[Symbol.asyncIterator]();
    await terminal.write(Buffer.from('yes\n'));
    await output.next();
    const hosts = hostsOf(agent.pid());
    const memory = (): number[] => [agent.pid(), ...hosts].map(residentMiB);
    const before = memory();
    // Nobody reads: had it gone on, two seconds would have been some gigabytes.
    await sleep(2000);
    for (const [at, now] of memory().entries()) expect(now - (before[at] ?? 0)).toBeLessThan(30);
    let bytes = 0;
    while (bytes < 30_000_000) bytes += (await output.next()).value?.length ?? Number.NaN;
    await terminal.write(Buffer.from('\u0003echo st$((1))ll\n'));
    let tail = '';
    while (!tail.includes('st1ll')) tail = (tail + String((await output.next()).value)).slice(-2000);
    for (const [at, now] of memory().entries()) expect(now - (before[at] ?? 0)).toBeLessThan(60);
    terminal.close();
  });

  it('of input waits for the program that does not read it', async () => {
    const { client, agent } = await startInstance();
    const typist = await sitDown(client, 'web');
    await typist.type('stty raw -echo; sleep 2345\n');
    await until('that it sleeps', () => findProcesses('sleep\u00002345').length > 0);
    const [host] = hostsOf(agent.pid());
    let written = 0;
    const flood = (async () => {
      for (; written < 200; written++) await typist.terminal.write(Buffer.alloc(1024 * 1024, 97));
    })();
    let last = -1;
    await until('that no more is taken', async () => {
      const same = written === last;
      last = written;
      await sleep(500);
      return same;
    });
    expect(written).toBeLessThan(20);
    expect(residentMiB(agent.pid()) + residentMiB(host ?? 0)).toBeLessThan(300);
    typist.terminal.close();
    await flood;
    // Nothing is read from its connection any more, and yet its end is noticed.
    await until('that the terminal is gone', () => hostsOf(agent.pid()).length === 0);
  });
});

describe('a large paste', () => {
  it('into a file comes through whole', async () => {
    const { client } = await startInstance();
    const typist = await sitDown(client, 'web');
    const lines = Array.from({ length: 20_000 }, (_, i) => `line ${i}`);
    await typist.type('stty -echo; cat >pasted; cat pasted | tee /dev/stderr | md5sum\n');
    await typist.type(`${lines.join('\n')}\n\u0004`);
    const digest = createHash('md5')
      .update(`${lines.join('\n')}\n`)
      .digest('hex');
    await until('all of it', () => typist.screen().includes(`${digest}  -`));
  });

  it('into a program that says all of it again does not stop halfway', async () => {
    const { client } = await startInstance();
    const typist = await sitDown(client, 'web');
    const size = 2_000_000;
    await typist.type(`stty raw -echo; echo rea''dy; head -c ${size} | tee >(cat) | wc -c\n`);
    await until('that it reads', () => typist.screen().includes('ready'));
    await typist.type('x'.repeat(size));
    await until('all of it', () => typist.screen().includes(String(size), typist.screen().length - 100));
  });
});

describe('who asks for a terminal', () => {
  it('of an instance that is not there, or does not run, is told so', async () => {
    const agent = await startTestAgent();
    const size = { cols: 80, rows: 24 };
    await expect(agent.client.openTerminal('none', size)).rejects.toMatchObject({ code: 'AGENT_NOT_FOUND' });
    const folder = await agent.makeFolder('work');
    const spec = shellInstance(folder, 'exit 1', { restart: { policy: 'never', maxRestarts: 0 } });
    await agent.client.putInstance('web', spec);
    await until('its end', async () => (await agent.client.getInstance('web')).state === 'failed');
    await expect(agent.client.openTerminal('web', size)).rejects.toMatchObject({ code: 'AGENT_CONFLICT' });
    const wrong = agent.client.openTerminal('web', { cols: 0, rows: 24 });
    await expect(wrong).rejects.toMatchObject({ code: 'AGENT_BAD_REQUEST' });
  });

  it('is given ten of an instance and no more, until one is closed', async () => {
    const { client } = await startInstance();
    const size = { cols: 80, rows: 24 };
    // The terminal that showed that the instance runs may have its place a moment longer than its process.
    const openOne = () => until('room', () => client.openTerminal('web', size).catch(() => undefined));
    const open = await Promise.all(Array.from({ length: 10 }, openOne));
    await expect(client.openTerminal('web', size)).rejects.toMatchObject({ code: 'AGENT_CONFLICT' });
    open[0]?.close();
    const another = await openOne();
    for (const terminal of [...open, another]) terminal.close();
  });
});

describe('the process that holds a terminal', () => {
  it('takes what the agent has compiled already', async () => {
    const { client, agent, stateDir } = await startInstance();
    const typist = await sitDown(client, 'web');
    const [host] = hostsOf(agent.pid());
    const environment = readFileSync(`/proc/${host}/environ`, 'utf8').split('\0');
    expect(environment).toContain(`NODE_COMPILE_CACHE=${stateDir}/compile-cache`);
    typist.terminal.close();
  });
});

describe.runIf(isRoot)('an agent that is not root', () => {
  it("gives a terminal with the instance's files, user and environment", async () => {
    const { client, folder } = await startInstance({ user: 65_533 }, { env: { TOKEN: 'abc' } });
    const typist = await sitDown(client, 'web');
    expect(await typist.run('id -u; pwd; echo $TOKEN; ls')).toBe(`65533\n${folder}\nabc\nbegan`);
    expect(typist.screen()).not.toContain('no job control');
    const seconds = uniqueSeconds();
    await typist.run(`(setsid nohup sleep ${seconds} >/dev/null 2>&1 &); true`);
    await until('it', () => findProcesses(seconds).length > 0);
    typist.terminal.close();
    await until('none', () => findProcesses(seconds).length === 0);
  });
});

/** Processes that hold the terminals of an agent. */
function hostsOf(agent: number): number[] {
  return findProcesses('terminal-host.ts').filter((pid) => findProcessStat(pid)?.parent === agent);
}

function residentMiB(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) / 1024;
}
