import type { CommandSpec, InstanceSpec } from '../../src/protocol/protocol.ts';

/** A command that runs a shell script in `folder`. */
export function shellCommand(folder: string, script: string, changes: Partial<CommandSpec> = {}): CommandSpec {
  return {
    argv: ['/bin/sh', '-c', script],
    env: {},
    cwd: folder,
    sandbox: { isolationKey: 'service-a', writable: [folder], readable: [] },
    limits: {},
    ...changes,
  };
}

/** An instance that runs a shell script in `folder`. */
export function shellInstance(folder: string, script: string, changes: Partial<InstanceSpec> = {}): InstanceSpec {
  return {
    ...shellCommand(folder, script),
    group: 'service-a',
    labels: { release: 'one' },
    restart: { policy: 'always', maxRestarts: 1000 },
    allocatePort: false,
    logKey: 'service-a',
    stopGraceMs: 2000,
    ...changes,
  };
}
